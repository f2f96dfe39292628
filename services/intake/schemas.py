"""HTTP bodies and answers of intake."""

import json
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.intake.domain.rules import Status
from shared.contracts.case_event import Kind
from shared.contracts.intake import ErasureReason, ProposerKind, SourceLevel
from shared.http.fields import (
    Code,
    Line,
    Name,
    Note,
    PersonId,
    Phone,
    Sentence,
    Title,
    UnitId,
    Words,
)
from shared.kernel.codes import ExternalNumber, Serial, Session


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class NewProposer(Form):
    """代表、委员填人员编号；公民和组织填姓名或名称。联系方式加密保存。"""

    person: PersonId | None = None
    name: Annotated[Name, Field(examples=["张三"])] | None = None
    part: Literal["lead", "co"] = "co"
    phone: Phone | None = None
    address: Annotated[Line, Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if self.person is None and self.name is None:
            raise ValueError("请填写人员编号或姓名")
        return self

    def contact(self) -> str | None:
        """One text for the vault; what only repeats the public entry is not worth a secret."""
        known = {"name": self.name, "phone": self.phone, "address": self.address}
        given = {name: value for name, value in known.items() if value}
        return json.dumps(given, ensure_ascii=False) if given else None


class NewCase(Form):
    agency: UnitId
    kind: Kind
    channel: Code
    period: Annotated[Code, Field(description="届次或年度的代码，编号按它连续", examples=["2025"])]
    proposers: Annotated[list[NewProposer], Field(min_length=1, max_length=200)]
    title: Title
    text: Words
    subject: Code
    region: Code
    source_level: SourceLevel = "city"
    proposer_kind: ProposerKind | None = None
    session: Session | None = None
    in_session: bool = False
    received_on: date
    wanted_unit: UnitId | None = None
    consent: Annotated[bool, Field(description="是否同意公开")] = True
    no_consent_reason: Annotated[Sentence, Field(min_length=1)] | None = None
    face_to_face_wanted: bool = False
    people: Annotated[int, Field(ge=1, le=1_000_000, description="涉及人数")] | None = None
    external_no: ExternalNumber | None = None
    serial: Annotated[
        Serial | None, Field(description="台账流水号：同一台账的同一行只登记一次")
    ] = None

    @property
    def form(self) -> ProposerKind:
        """个人 or 联名 where nothing is said."""
        return self.proposer_kind or ("joint" if len(self.proposers) > 1 else "person")

    def paper(self) -> dict[str, Any]:
        """The command's fields, but for the proposers, whom the directory must be asked about."""
        told = {name: value for name, value in self if name not in ("proposers", "serial")}
        return {**told, "proposer_kind": self.form, "people": self.people or len(self.proposers)}


class Refusal(Form):
    """`reason` is one of the codes that the policy allows for the kind."""

    reason: Annotated[Code, Field(examples=["outside-remit"])]
    note: Note = ""


class Withdrawal(Form):
    reason: Note = ""
    all_cosigners_agree: Annotated[
        bool, Field(description="联名件须全体联名人同意（L2 第10条）")
    ] = False


class Erasure(Form):
    reason: ErasureReason


class NoBody(Form):
    """Nothing to say besides that it is done."""


class Contact(BaseModel):
    name: str | None = None
    phone: str | None = None
    address: str | None = None


class ProposerView(BaseModel):
    id: str
    known: bool
    name: str
    part: Literal["lead", "co"]
    contact: Contact | None = None


class CaseView(BaseModel):
    """`title`, `text` and contacts are null where the reader may not see them."""

    case_id: str
    version: int
    status: Status
    agency: str
    kind: Kind
    channel: str
    period: str
    number: int | None
    label: str | None
    external_no: str | None
    title: str | None
    text: str | None
    readable: bool
    proposers: list[ProposerView]
    proposer_kind: str
    subject: str
    region: str
    source_level: str
    session: str | None
    in_session: bool
    received_on: date
    wanted_unit: str | None
    consent: bool
    no_consent_reason: str | None
    face_to_face_wanted: bool
    people: int
    group_visit: bool


class PossibleAction(BaseModel):
    action: str
    target: str | None = None


class PossibleActions(BaseModel):
    actions: list[PossibleAction]

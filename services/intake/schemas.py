"""The body of a registration, and the answers of intake."""

import json
from typing import Annotated, ClassVar, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from services.intake.domain.state import Status
from services.intake.view_parts import (
    AgainstView,
    CallView,
    FormerView,
    LinkView,
    MergedView,
    ProposerView,
    RefusalView,
    StepView,
)
from shared.attachments.views import AttachmentView
from shared.contracts.case_event import Kind
from shared.contracts.particulars import Noted, Particulars
from shared.contracts.payloads import intake as payloads
from shared.contracts.recusal import NamedAgainst
from shared.http.fields import (
    Ask,
    CaseId,
    Code,
    Line,
    Name,
    PersonId,
    Phone,
    Sentence,
    Title,
    UnitId,
    Words,
)
from shared.http.forms import Form
from shared.kernel.codes import Serial
from shared.kernel.days import Day
from shared.kernel.form_words import picked, titled
from shared.kernel.paper_numbers import claim_of, number_of
from shared.kernel.paper_rules import MOST_ASKS, ProposerKind


class NewProposer(Form):
    """代表、委员填人员编号；公民和组织填姓名或名称。联系方式加密保存。"""

    person: Annotated[
        PersonId | None, titled("代表、委员", hint="代表、委员从名册中选；其他人不填")
    ] = None
    name: Annotated[
        Annotated[Name, Field(examples=["张三"])] | None,
        titled("姓名或名称", hint="公民和组织填写"),
    ] = None
    part: Annotated[Literal["lead", "co"], titled("署名方式", codes="proposer-part")]
    phone: Annotated[Phone | None, titled("联系电话", hint="加密保存")] = None
    address: Annotated[
        Annotated[Line, Field(min_length=1)] | None, titled("联系地址", hint="加密保存")
    ] = None

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if self.person is None and self.name is None:
            raise ValueError("请填写人员编号或姓名")
        return self

    def contact(self) -> str | None:
        """Returns name, phone and address as one JSON text for the vault; None where all are
        empty."""
        fields = {"name": self.name, "phone": self.phone, "address": self.address}
        typed = {name: value for name, value in fields.items() if value}
        return json.dumps(typed, ensure_ascii=False) if typed else None


class Accused(NamedAgainst, Form):
    """被反映的单位和人员：填通讯录中的编号；通讯录中没有的，在说明中写明。说明加密保存。"""

    units: Annotated[tuple[UnitId, ...], Field(max_length=20, examples=[["u-edu"]])] = ()
    persons: Annotated[tuple[PersonId, ...], Field(max_length=20)] = ()


Asks = Annotated[tuple[Ask, ...], Field(max_length=MOST_ASKS)]


MOST_PEOPLE = 1_000_000
MOST_EARLIER = 5


class ParticularsForm(Particulars, Form):
    """信访情况：以本次所填为准。"""

    visitors: Annotated[int | None, Field(ge=1, le=MOST_PEOPLE, description="实际来访人数")] = None
    earlier: Annotated[
        tuple[Annotated[CaseId, picked("case")], ...],
        Field(max_length=MOST_EARLIER, description="所重复的原信访件，本人须可以查阅"),
    ] = ()
    directed: Sentence | None = None


class NewCase(payloads.Paper, payloads.Wording, ParticularsForm):
    order: ClassVar[tuple[str, ...]] = (
        "agency", "kind", "channel", "period", "session", "in_session", "external_no",
        "received_on", "source_level", "proposers", "proposer_kind", "call_until", "title", "text",
        "asks",
    )  # fmt: skip

    agency: Annotated[UnitId, titled("交办机关", pick="unit")]
    kind: Annotated[Kind, titled("类别", codes="kind")]
    channel: Annotated[Code, titled("来件渠道", codes="channel")]
    period: Annotated[
        Code,
        Field(description="届次或年度的代码，编号按它连续", examples=["2025"]),
        titled("届次或年度", hint="编号按它连续", pick="period"),
    ]
    proposers: Annotated[list[NewProposer], Field(min_length=1, max_length=200), titled("提出人")]
    title: Title
    text: Words
    asks: Asks = ()
    subject: Code
    region: Code
    proposer_kind: Annotated[
        ProposerKind | None,
        titled("提出形式", hint="不选的，一人为个人，数人为联名", codes="proposer-kind"),
    ] = None
    wanted_unit: UnitId | None = None
    purpose: Code | None = None
    in_session: Annotated[bool | None, Field(description="是否会议期间提出，不填的按渠道确定")] = (
        None  # type: ignore[assignment]
    )
    consent: Annotated[
        bool | None, Field(description="是否同意公开；没有表示的不填，不视为同意")
    ] = None
    no_consent_reason: Annotated[Sentence, Field(min_length=1)] | None = None
    people: Annotated[
        Annotated[int, Field(ge=1, le=MOST_PEOPLE, description="涉及人数")] | None,
        titled("涉及人数", hint="不填的按来访人数或者提出人数计"),
    ] = None
    against: Annotated[
        Accused | None,
        Field(description="被反映的单位和人员；其不得查阅、承办本件"),
        titled("被反映对象", hint="登记后，其不得查阅、承办本件"),
    ] = None
    call_until: Annotated[
        Day | None,
        Field(description="本人提出的联名件：联名人在此日以前确认，期间可以修改文本"),
        titled("联名征集截止日期", hint="本人提出联名件时填写；填写的，征集结束后才交件"),
    ] = None
    split_from: Annotated[
        CaseId | None,
        Field(
            description="由哪一件分出；与原件的类别、渠道、届次、收到日期一致，提出人是原件的提出人"
        ),
        titled("由哪一件分出", hint="原件反映几件事项、逐件分开登记时填写", pick="case"),
    ] = None
    serial: Annotated[
        Serial | None,
        Field(description="台账流水号：同一台账的同一行只登记一次", examples=["B0017"]),
        titled("台账流水号", hint="同一台账的同一行只登记一次"),
    ] = None

    def paper(self) -> payloads.Paper:
        """Returns the paper as typed; by default the channel says whether it was brought in
        session, and the number which session."""
        said = self.channel == "session" if self.in_session is None else self.in_session
        printed = number_of(self.external_no).session if self.external_no else None
        fields = {name: getattr(self, name) for name in payloads.Paper.model_fields}
        return payloads.Paper(**fields | {"in_session": said, "session": self.session or printed})

    def claim(self) -> str | None:
        """Returns the name under which the external number is unique; None without a number."""
        if self.external_no is None:
            return None
        names = (self.agency, self.kind, self.source_level, self.period, self.paper().session)
        return claim_of(*names, self.external_no)

    def origin(self) -> payloads.Origin:
        """Returns the origin as typed; by default one proposer is 个人 and several are 联名, and
        those who came, or the proposers alone, are concerned."""
        kind: ProposerKind = "joint" if len(self.proposers) > 1 else "person"
        people = self.people or max(len(self.proposers), self.visitors or 0)
        return payloads.Origin(proposer_kind=self.proposer_kind or kind, people=people)


class CaseView(payloads.Paper, payloads.Origin, Noted):
    """`title`, `text`, `asks` and contacts are null where the reader may not see them."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    case_id: str
    version: int
    status: Status
    agency: str
    kind: Kind
    channel: str
    period: str
    number: int | None
    label: str | None
    title: str | None
    text: str | None
    asks: Annotated[
        list[str] | None, Field(description="建议（诉求）事项，按序号；没有逐项列出的为空列表")
    ]
    no_consent_reason: str | None
    readable: bool
    text_digest: Annotated[
        str | None, Field(description="文本的指纹，确认联名时写明；立案公开或者不能查阅的为空")
    ]
    proposers: list[ProposerView]
    call: Annotated[CallView | None, Field(description="联名征集；没有征集，或者已经交件的，为空")]
    group_visit: bool
    earlier: Annotated[
        tuple[str, ...], Field(description="本件所重复的原信访件；只列本人可以查阅的")
    ]
    later: Annotated[list[str], Field(description="此后重复本件的信访件；只列本人可以查阅的")]
    directed: str | None
    refusal: RefusalView | None
    former: Annotated[list[FormerView], Field(description="转为另一类件以前的情况，先前的在前")]
    merged_into: Annotated[MergedView | None, Field(description="并入的主件；没有并案的为空")]
    members: Annotated[list[MergedView], Field(description="并入本件、一并答复的各件")]
    links: Annotated[list[LinkView], Field(description="关联的各件，先本件登记的")]
    to_tell: Annotated[bool, Field(description="不予立案、退回或者转办，还没有书面告知领衔人")]
    withdrawal_asked_by: Annotated[list[str], Field(description="已经同意撤回的联名人")]
    against: Annotated[
        AgainstView | None, Field(description="没有登记，或者本人不能查阅来件内容的，为空")
    ]
    attachments: Annotated[list[AttachmentView], Field(description="附件，先添加的在前")]
    steps: Annotated[list[StepView], Field(description="各步办理的理由，按先后")]
    similar: Annotated[list[str], Field(description="内容很可能相同的其他件，供核对重复来件")]
    same_petitioner: Annotated[
        list[str],
        Field(
            description="姓名或者电话很可能相同的其他信访件，供核对重复信访；只向登记、受理人员显示"
        ),
    ]
    concluded: Annotated[list[str], Field(description="上列各件中已经复核终结的")]

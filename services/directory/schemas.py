"""HTTP bodies and answers of the directory."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, Field

from shared.contracts import clients
from shared.contracts import directory as contract
from shared.contracts.case_event import Kind
from shared.contracts.directory import Level, Mandate
from shared.http.fields import Code, Name, OfficialId, PersonId, Phone, Short, UnitId
from shared.http.forms import Form
from shared.kernel.codes import CardNumber, Id, LetterWord
from shared.kernel.days import Day
from shared.kernel.form_words import titled

PART = "(-[a-z]+[0-9]{0,10}|-[0-9]{1,10})"
NewUnitId = Annotated[str, Field(pattern=f"^u{PART}+$", max_length=62, examples=["u-edu"])]
NewPersonId = Annotated[str, Field(pattern=f"^p{PART}+$", max_length=62, examples=["p-1"])]
NewClientId = Annotated[str, Field(pattern=f"^c{PART}+$", max_length=62, examples=["c-npc"])]


Words = Annotated[
    tuple[LetterWord, ...],
    Field(
        max_length=20,
        description="本单位的发文字号；不填的用上级单位的，都没有的不核对",
        examples=[["临教字"]],
    ),
]


class NewUnit(contract.UnitEntry, Form):
    order: ClassVar[tuple[str, ...]] = ("unit", "title", "short", "level", "parent", "agency")

    unit: NewUnitId
    title: Annotated[Name, Field(examples=["市教育局"])]
    short: Annotated[Short, Field(examples=["教育局"])]
    parent: UnitId | None = None
    letter_words: Words = ()
    agency: UnitId
    region: Annotated[Code | None, Field(examples=["c01"])] = None


class UnitChange(contract.NamingFrom, Form):
    """All as they are from the day on, also what stays the same."""

    title: Name
    short: Short
    parent: UnitId | None = None
    letter_words: Words = ()


class UnitEnd(contract.UnitEnd, Form):
    valid_to: Annotated[Day, Field(description="从这一天起撤销")]


class PostStart(contract.PostStart, Form):
    role: Annotated[Code, Field(examples=["handler", "head", "office"])]
    person: Annotated[OfficialId, Field(description="已登记的人员，可以尚未任职")]


class PostEnd(contract.PostEnd, Form):
    role: Annotated[Code, Field(examples=["handler"])]
    person: OfficialId
    valid_to: Annotated[Day, Field(description="从这一天起不再担任")]


class NewPerson(contract.Official, Form):
    person: NewPersonId
    title: Annotated[Name, Field(description="姓名（任职人员的姓名是公开的）")]
    phone: Phone | None = None
    agency: Annotated[
        UnitId | None, Field(description="由哪个机关管理；不填为办理人担任管理员的机关")
    ] = None


class NewDeputy(contract.DeputyEntry, Form):
    order: ClassVar[tuple[str, ...]] = ("person", "title")

    person: NewPersonId
    title: Name
    number: Annotated[CardNumber, Field(examples=["D0001"])]
    delegation: Annotated[Name, Field(description="代表团或界别")]
    agency: UnitId
    phone: Phone | None = None


class PostCorrection(contract.PostDays, Form):
    """任职自哪天起记录有误，应为哪几天；`valid_to` 不填表示仍在任。"""

    role: Annotated[Code, Field(examples=["handler"])]
    person: OfficialId
    recorded_from: Annotated[Day, Field(description="记录中的任职首日")]
    valid_from: Annotated[Day, Field(description="正确的任职首日")]
    valid_to: Annotated[Day | None, Field(description="从这一天起不再担任")] = None


class NameCorrection(Form):
    title: Annotated[Name, Field(examples=["王芳芳"]), titled("姓名")]


class TermEnding(Form):
    """代表、委员的任期提前终止；`term_to` 为最后一天，早于首日表示该任期系误登。"""

    body: Annotated[contract.Body, titled("身份", codes="body")]
    agency: Annotated[UnitId, titled("所属机关")]
    term_from: Annotated[Day, titled("任期首日")]
    term_to: Annotated[Day, titled("任期末日", hint="最后一天；早于首日的，表示该任期系误登")]
    reason: Annotated[
        Literal["resigned", "recalled", "moved", "disqualified", "died", "entered-wrongly"],
        titled("终止原因", codes="term-end-reason"),
    ]


class DelegationEnd(contract.DelegationBetween, Form):
    person: PersonId
    delegate: PersonId


class ClientNarrowing(Form):
    kinds: Annotated[
        tuple[Kind, ...],
        Field(
            min_length=1, max_length=5, description="此后还可以登记的类别", examples=[["motion"]]
        ),
        titled("此后还可以登记的类别", codes="kind"),
    ]


class NewDelegation(contract.Delegation, Form):
    person: PersonId
    delegate: PersonId


class NewClient(clients.PartnerClient, Form):
    client: NewClientId
    title: Name
    agency: UnitId
    kinds: Annotated[
        tuple[Kind, ...],
        Field(
            max_length=5,
            description="平台可以登记的类别；不填的，各类都可以",
            examples=[["proposal"]],
        ),
    ] = ()


class Post(BaseModel):
    role: str
    person: str
    name: str
    since: date


class UnitNode(BaseModel):
    """A unit as it was on the day asked for, with the units below it."""

    unit: str
    title: str
    short: str
    level: Level
    agency: str
    region: str | None
    letter_words: list[str]
    above: str | None = Field(None, description="上级单位的简称；列为树时为空")
    posts: list[Post]
    units: list["UnitNode"]


class Deputy(Mandate):
    """代表 or 委员 in office, as the public knows them."""

    person: str
    title: str


class ClientEntry(clients.PartnerClient):
    """A partner client. `kinds`: those it may still register; none named means every kind."""

    revoked: bool


class HeldPost(BaseModel):
    role: str
    unit: str
    short: str


class HeldMandate(BaseModel):
    body: str
    delegation: str


class PersonFound(BaseModel):
    """A person in office on the day asked for: posts, or a mandate. No number and no phone."""

    person: str
    title: str
    posts: list[HeldPost]
    mandates: list[HeldMandate]


class PersonEntry(contract.Official):
    """`phone` is starred unless the reader is the office or the administrator of the agency."""

    agency: Id
    official: bool
    phone: str | None
    mandates: list[Mandate]

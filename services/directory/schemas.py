"""HTTP bodies and answers of the directory."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, Field

from shared.contracts import directory as contract
from shared.contracts.case_event import Kind
from shared.contracts.directory import Level, Mandate
from shared.http.fields import Code, Name, PersonId, Phone, Short, UnitId
from shared.http.forms import Form
from shared.kernel.codes import CardNumber, Id

PART = "(-[a-z]+[0-9]{0,10}|-[0-9]{1,10})"
NewUnitId = Annotated[str, Field(pattern=f"^u{PART}+$", max_length=62, examples=["u-edu"])]
NewPersonId = Annotated[str, Field(pattern=f"^p{PART}+$", max_length=62, examples=["p-1"])]
NewClientId = Annotated[str, Field(pattern=f"^c{PART}+$", max_length=62, examples=["c-npc"])]


class NewUnit(contract.UnitEntry, Form):
    unit: NewUnitId
    title: Annotated[Name, Field(examples=["市教育局"])]
    short: Annotated[Short, Field(examples=["教育局"])]
    parent: UnitId | None = None
    agency: UnitId
    region: Code | None = None


class UnitChange(contract.NamingFrom, Form):
    """All three as they are from the day on, also what stays the same."""

    title: Name
    short: Short
    parent: UnitId | None = None


class UnitEnd(contract.UnitEnd, Form):
    valid_to: Annotated[date, Field(description="从这一天起撤销")]


class PostStart(contract.PostStart, Form):
    role: Annotated[Code, Field(examples=["handler", "head", "office"])]
    person: Annotated[PersonId, Field(description="已登记的人员")]


class PostEnd(contract.PostEnd, Form):
    role: Annotated[Code, Field(examples=["handler"])]
    person: PersonId
    valid_to: Annotated[date, Field(description="从这一天起不再担任")]


class NewPerson(contract.Official, Form):
    person: NewPersonId
    title: Annotated[Name, Field(description="姓名（任职人员的姓名是公开的）")]
    phone: Phone | None = None
    agency: Annotated[
        UnitId | None, Field(description="由哪个机关管理；不填为办理人担任管理员的机关")
    ] = None


class NewDeputy(contract.DeputyEntry, Form):
    person: NewPersonId
    title: Name
    number: Annotated[CardNumber, Field(examples=["D0001"])]
    delegation: Annotated[Name, Field(description="代表团或界别")]
    agency: UnitId
    phone: Phone | None = None


class NewDelegation(contract.Delegation, Form):
    person: PersonId
    delegate: PersonId


class NewClient(contract.PartnerClient, Form):
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
    posts: list[Post]
    units: list["UnitNode"]


class Deputy(Mandate):
    """代表 or 委员 in office, as the public knows them."""

    person: str
    title: str


class PersonEntry(contract.Official):
    """`phone` is starred unless the reader is the office or the administrator of the agency."""

    agency: Id
    official: bool
    phone: str | None
    mandates: list[Mandate]

"""Facts of the directory, on `directory-events`: who is who. Only directory may record them."""

from typing import Annotated, ClassVar, Literal, get_args

from shared.contracts.clients import ClientEvent
from shared.kernel.codes import CardNumber, Code, Id, LetterWord, Name
from shared.kernel.days import Day
from shared.kernel.form_words import titled
from shared.kernel.messages import Event, Text
from shared.kernel.shape import Shape

Level = Literal["city", "county", "bureau", "section", "external"]
Body = Literal["npc", "cppcc"]


class UnitIdentity(Shape):
    """The fields of a unit that never change. `agency` administers the unit."""

    unit: Annotated[Id, titled("单位编号", hint="由登记人给定，今后不变，如 u-edu")]
    level: Annotated[Level, titled("单位层级", codes="level")]
    agency: Annotated[Id, titled("所属机关")]
    region: Annotated[Code | None, titled("地区代码", hint="县（市、区）填写，如 c01")] = None


class Naming(Shape):
    """The names of a unit, the unit above it, and its 字: the series of its letters (none: those of
    the unit above)."""

    title: Annotated[Name, titled("单位名称")]
    short: Annotated[Name, titled("简称")]
    parent: Annotated[Id | None, titled("上级单位")] = None
    letter_words: Annotated[
        tuple[LetterWord, ...], titled("发文字号", hint="不填的用上级单位的，都没有的不核对")
    ] = ()


class NamingFrom(Naming):
    """A naming that is valid from a day on."""

    valid_from: Annotated[Day, titled("生效日期")]


class UnitEntry(UnitIdentity, NamingFrom):
    """A unit as it is registered."""


class UnitEnd(Shape):
    """The unit exists until the day before `valid_to`."""

    valid_to: Annotated[Day, titled("撤销日期", hint="从这一天起撤销")]


class PostHolder(Shape):
    """A person in a role at a unit."""

    role: Annotated[Code, titled("岗位", codes="role")]
    person: Annotated[Id, titled("人员")]


class PostStart(PostHolder):
    """The person holds the role from `valid_from` on."""

    valid_from: Annotated[Day, titled("任职日期")]


class PostDays(PostHolder):
    """A post that was recorded from `recorded_from` on; its right days, the last one open where the
    person still holds it (until the day before `valid_to`)."""

    recorded_from: Annotated[Day, titled("记录中的任职首日")]
    valid_from: Annotated[Day, titled("正确的任职首日")]
    valid_to: Annotated[Day | None, titled("免职日期", hint="从这一天起不再担任；仍在任的不填")] = (
        None
    )


class PostEnd(PostHolder):
    """The person holds the role until the day before `valid_to`."""

    valid_to: Annotated[Day, titled("免职日期", hint="从这一天起不再担任")]


class Official(Shape):
    """A person who may hold posts: the name is public, the phone is not."""

    person: Annotated[Id, titled("人员编号", hint="由登记人给定，今后不变，如 p-1")]
    title: Annotated[Name, titled("姓名", hint="任职人员的姓名是公开的")]
    phone: Annotated[Text | None, titled("联系电话", hint="加密保存")] = None
    agency: Annotated[Id | None, titled("管理机关", hint="不填的为您担任管理员的机关")] = None


class Mandate(Shape):
    """A term of a deputy (npc) or political adviser (cppcc), both days included."""

    body: Annotated[Body, titled("身份", codes="body")]
    number: Annotated[CardNumber, titled("证号")]
    delegation: Annotated[Name, titled("代表团或界别")]
    agency: Annotated[Id, titled("所属机关")]
    term_from: Annotated[Day, titled("任期首日")]
    term_to: Annotated[Day, titled("任期末日")]


class TermName(Shape):
    """A mandate of a person: body, agency and first day."""

    person: Id
    body: Annotated[Body, titled("身份", codes="body")]
    agency: Annotated[Id, titled("所属机关")]
    term_from: Annotated[Day, titled("任期首日")]


class TermEnd(TermName):
    """The mandate ends early with `term_to`: resignation, recall, removal, death."""

    term_to: Annotated[Day, titled("任期末日", hint="任期的最后一天；早于首日的，表示该任期系误登")]
    reason: Annotated[
        Literal["resigned", "recalled", "moved", "disqualified", "died", "entered-wrongly"],
        titled("终止原因", codes="term-end-reason"),
    ]


class DeputyEntry(Mandate):
    """A deputy or political adviser as registered for one term."""

    person: Annotated[Id, titled("人员编号", hint="由登记人给定，今后不变，如 p-1")]
    title: Annotated[Name, titled("姓名")]
    phone: Annotated[Text | None, titled("联系电话", hint="加密保存")] = None


class DelegationBetween(Shape):
    """The person who is represented, and the one who acts."""

    person: Annotated[Id, titled("委托人")]
    delegate: Annotated[Id, titled("受托人")]


class Delegation(DelegationBetween):
    """`person` lets `delegate` act in its posts between two days, both included."""

    valid_from: Annotated[Day, titled("起始日期")]
    valid_to: Annotated[Day, titled("截止日期", hint="当日仍有效")]


class DelegatedPosts(Delegation):
    """Posts of these roles at these units (none named: all); a post that the person gets elsewhere
    afterwards is not among them."""

    roles: tuple[Code, ...] = ()
    units: tuple[Id, ...] = ()


class PersonName(Shape):
    """A person, and its name as it is written rightly."""

    person: Id
    title: Annotated[Name, titled("姓名")]


class UnitRegistered(Event, UnitEntry):
    """A unit exists: an agency, department, section. Stream `unit-<unit>`."""

    type: ClassVar[str] = "unit.registered.v1"


class UnitChanged(Event, NamingFrom):
    """The unit got another name or another place in the tree."""

    type: ClassVar[str] = "unit.changed.v1"

    unit: Id


class UnitDissolved(Event, UnitEnd):
    """From this day on the unit exists no more."""

    type: ClassVar[str] = "unit.dissolved.v1"

    unit: Id


class PostFilled(Event, PostStart):
    """From this day on the person holds the role at the unit. Stream `unit-<unit>`."""

    type: ClassVar[str] = "post.filled.v1"

    unit: Id


class PostVacated(Event, PostEnd):
    """From this day on the person no longer holds the role at the unit."""

    type: ClassVar[str] = "post.vacated.v1"

    unit: Id


class PostCorrected(Event, PostDays):
    """The days of a post had been entered wrongly; these are the right ones."""

    type: ClassVar[str] = "post.corrected.v1"

    unit: Id


class PersonRegistered(Event, Official):
    """An official is known by an opaque id; the name is public, the phone is not."""

    type: ClassVar[str] = "person.registered.v1"

    agency: Id = ""


class DeputyRegistered(Event, DeputyEntry):
    """The person is a deputy (npc) or political adviser (cppcc) of a term. Stream
    `person-<person>`."""

    type: ClassVar[str] = "deputy.registered.v1"


class PersonCorrected(Event, PersonName):
    """The name of a person had been written wrongly; it counts for every day."""

    type: ClassVar[str] = "person.corrected.v1"


class PersonBlocked(Event):
    """From now on the person may do and read nothing, in no post and for nobody."""

    type: ClassVar[str] = "person.blocked.v1"

    person: Id


class PersonUnblocked(Event):
    """The person acts in its posts again."""

    type: ClassVar[str] = "person.unblocked.v1"

    person: Id


class TermEnded(Event, TermEnd):
    """The mandate of a deputy or adviser ended early."""

    type: ClassVar[str] = "term.ended.v1"


class DelegationGranted(Event, DelegatedPosts):
    """`person` lets `delegate` act in its posts of these roles at these units between two days."""

    type: ClassVar[str] = "delegation.granted.v1"


class DelegationRevoked(Event, DelegationBetween):
    """From now on `delegate` no longer acts for `person`."""

    type: ClassVar[str] = "delegation.revoked.v1"


UnitEvent = UnitRegistered | UnitChanged | UnitDissolved | PostFilled | PostVacated | PostCorrected
PersonEvent = (
    PersonRegistered
    | PersonCorrected
    | PersonBlocked
    | PersonUnblocked
    | DeputyRegistered
    | TermEnded
    | DelegationGranted
    | DelegationRevoked
)
FACTS: tuple[type[Event], ...] = (
    *get_args(UnitEvent),
    *get_args(PersonEvent),
    *get_args(ClientEvent),
)

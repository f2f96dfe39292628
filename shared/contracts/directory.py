"""Facts of the directory, on `directory-events`: who is who. Only directory may record them."""

from typing import ClassVar, Literal, get_args

from shared.contracts.case_event import Kind
from shared.kernel.codes import CardNumber, Code, Id, LetterWord, Name
from shared.kernel.days import Day
from shared.kernel.messages import Event, Text
from shared.kernel.shape import Shape

Level = Literal["city", "county", "bureau", "section", "external"]
Body = Literal["npc", "cppcc"]


class UnitIdentity(Shape):
    """The fields of a unit that never change. `agency` administers the unit."""

    unit: Id
    level: Level
    agency: Id
    region: Code | None = None


class Naming(Shape):
    """The names of a unit, the unit above it, and its 字: the series of its letters (none: those of
    the unit above)."""

    title: Name
    short: Name
    parent: Id | None = None
    letter_words: tuple[LetterWord, ...] = ()


class NamingFrom(Naming):
    """A naming that is valid from a day on."""

    valid_from: Day


class UnitEntry(UnitIdentity, NamingFrom):
    """A unit as it is registered."""


class UnitEnd(Shape):
    """The unit exists until the day before `valid_to`."""

    valid_to: Day


class PostHolder(Shape):
    """A person in a role at a unit."""

    role: Code
    person: Id


class PostStart(PostHolder):
    """The person holds the role from `valid_from` on."""

    valid_from: Day


class PostDays(PostHolder):
    """A post that was recorded from `recorded_from` on; its right days, the last one open where the
    person still holds it (until the day before `valid_to`)."""

    recorded_from: Day
    valid_from: Day
    valid_to: Day | None = None


class PostEnd(PostHolder):
    """The person holds the role until the day before `valid_to`."""

    valid_to: Day


class Official(Shape):
    """A person who may hold posts: the name is public, the phone is not."""

    person: Id
    title: Name
    phone: Text | None = None
    agency: Id | None = None


class Mandate(Shape):
    """A term of a deputy (npc) or political adviser (cppcc), both days included."""

    body: Body
    number: CardNumber
    delegation: Name
    agency: Id
    term_from: Day
    term_to: Day


class TermName(Shape):
    """A mandate of a person: body, agency and first day."""

    person: Id
    body: Body
    agency: Id
    term_from: Day


class TermEnd(TermName):
    """The mandate ends early with `term_to`: resignation, recall, removal, death."""

    term_to: Day
    reason: Literal["resigned", "recalled", "moved", "disqualified", "died", "entered-wrongly"]


class DeputyEntry(Mandate):
    """A deputy or political adviser as registered for one term."""

    person: Id
    title: Name
    phone: Text | None = None


class DelegationBetween(Shape):
    """The person who is represented, and the one who acts."""

    person: Id
    delegate: Id


class Delegation(DelegationBetween):
    """`person` lets `delegate` act in its posts between two days, both included."""

    valid_from: Day
    valid_to: Day


class PersonName(Shape):
    """A person, and its name as it is written rightly."""

    person: Id
    title: Name


class PartnerClient(Shape):
    """A client of a partner platform, which registers cases of `kinds` (empty: of every kind)."""

    client: Id
    title: Name
    agency: Id
    kinds: tuple[Kind, ...] = ()


class ClientKinds(Shape):
    """The kinds that a client may still register."""

    client: Id
    kinds: tuple[Kind, ...]


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


class DelegationGranted(Event, Delegation):
    """`person` lets `delegate` act in its posts of these roles (none named: of all) between two
    days."""

    type: ClassVar[str] = "delegation.granted.v1"

    roles: tuple[Code, ...] = ()


class DelegationRevoked(Event, DelegationBetween):
    """From now on `delegate` no longer acts for `person`."""

    type: ClassVar[str] = "delegation.revoked.v1"


class ClientRegistered(Event, PartnerClient):
    """A partner platform may use the API for an agency, and registers cases of `kinds` (none named:
    of every kind). Stream `client-<client>`."""

    type: ClassVar[str] = "client.registered.v1"


class ClientNarrowed(Event, ClientKinds):
    """From now on the platform may register these kinds only."""

    type: ClassVar[str] = "client.narrowed.v1"


class ClientRevoked(Event):
    """From now on the platform may not use the API."""

    type: ClassVar[str] = "client.revoked.v1"

    client: Id


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
ClientEvent = ClientRegistered | ClientNarrowed | ClientRevoked
FACTS: tuple[type[Event], ...] = (
    *get_args(UnitEvent),
    *get_args(PersonEvent),
    *get_args(ClientEvent),
)

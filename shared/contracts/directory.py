"""Facts of the directory: who is who. Only directory may record them; they travel on
`directory-events`."""

from datetime import date
from typing import ClassVar, Literal

from shared.contracts.case_event import Kind
from shared.kernel.codes import CardNumber, Code, Id, Name
from shared.kernel.messages import Event, Text


class UnitRegistered(Event):
    """A unit exists: an agency, department, section. Stream `unit-<unit>`."""

    type: ClassVar[str] = "unit.registered.v1"

    unit: Id
    title: Name
    short: Name
    level: Literal["city", "county", "bureau", "section", "external"]
    parent: Id | None = None
    agency: Id
    region: Code | None = None
    valid_from: date


class UnitChanged(Event):
    """The unit got another name or another place in the tree."""

    type: ClassVar[str] = "unit.changed.v1"

    unit: Id
    title: Name
    short: Name
    parent: Id | None = None
    valid_from: date


class UnitDissolved(Event):
    """From this day on there is no such unit any more."""

    type: ClassVar[str] = "unit.dissolved.v1"

    unit: Id
    valid_to: date


class PostFilled(Event):
    """From this day on the person holds the role at the unit. Stream `unit-<unit>`."""

    type: ClassVar[str] = "post.filled.v1"

    unit: Id
    role: Code
    person: Id
    valid_from: date


class PostVacated(Event):
    """From this day on the person no longer holds the role at the unit."""

    type: ClassVar[str] = "post.vacated.v1"

    unit: Id
    role: Code
    person: Id
    valid_to: date


class PersonRegistered(Event):
    """An official is known by an opaque id; office holders' names are public, their phones are
    not."""

    type: ClassVar[str] = "person.registered.v1"

    person: Id
    title: Name
    phone: Text | None = None
    agency: Id = ""


class DeputyRegistered(Event):
    """The person is a deputy (npc) or political adviser (cppcc) of a term. Stream
    `person-<person>`."""

    type: ClassVar[str] = "deputy.registered.v1"

    person: Id
    title: Name
    body: Literal["npc", "cppcc"]
    number: CardNumber
    delegation: Name
    agency: Id
    term_from: date
    term_to: date
    phone: Text | None = None


class DelegationGranted(Event):
    """`person` lets `delegate` act in its posts between two days."""

    type: ClassVar[str] = "delegation.granted.v1"

    person: Id
    delegate: Id
    valid_from: date
    valid_to: date


class ClientRegistered(Event):
    """A partner platform may use the API for an agency, and registers cases of `kinds` (none named:
    of every kind). Stream `client-<client>`."""

    type: ClassVar[str] = "client.registered.v1"

    client: Id
    title: Name
    agency: Id
    kinds: tuple[Kind, ...] = ()


FACTS: tuple[type[Event], ...] = (
    UnitRegistered,
    UnitChanged,
    UnitDissolved,
    PostFilled,
    PostVacated,
    PersonRegistered,
    DeputyRegistered,
    DelegationGranted,
    ClientRegistered,
)

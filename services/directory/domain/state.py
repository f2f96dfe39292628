"""What the directory's facts add up to, and who may act on them."""

from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never

from services.directory.domain.commands import (
    Level,
    RegisterClient,
    RegisterDeputy,
    RegisterPerson,
    RegisterUnit,
)
from services.directory.domain.events import ClientEvent, PersonEvent, UnitEvent
from shared.contracts.directory import (
    DelegationGranted,
    DeputyRegistered,
    PersonRegistered,
    PostFilled,
    PostVacated,
    UnitChanged,
    UnitDissolved,
    UnitRegistered,
)
from shared.kernel.actor import Actor
from shared.kernel.errors import NotFound, RuleViolated
from shared.kernel.messages import Command, Text


@dataclass(frozen=True)
class Unknown:
    """Nobody has registered this yet."""


@dataclass(frozen=True)
class Naming:
    """What the unit is called and where it stands, from a day on."""

    title: str
    short: str
    parent: str | None
    since: date


@dataclass(frozen=True)
class Holding:
    """A person in a post, from `since` until the day before `until`."""

    role: str
    person: str
    since: date
    until: date | None = None

    def covers(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True)
class Unit:
    unit: str
    level: Level
    agency: str
    region: str | None
    namings: tuple[Naming, ...]
    holdings: tuple[Holding, ...] = ()
    until: date | None = None

    @property
    def naming(self) -> Naming:
        return self.namings[-1]

    def stands(self, day: date) -> bool:
        return self.namings[0].since <= day and (self.until is None or day < self.until)


def require_standing(unit: Unit, day: date) -> None:
    if not unit.stands(day):
        message = f"该单位在 {day} 不是有效单位，请核对日期"
        raise RuleViolated("unit-not-valid", message, "valid_from")


@dataclass(frozen=True)
class Person:
    """An official, a deputy or both; `phone` is the one registered last."""

    person: str
    title: str
    agency: str
    official: bool = False
    phone: Text | None = None
    mandates: tuple[DeputyRegistered, ...] = ()
    delegations: tuple[DelegationGranted, ...] = ()


@dataclass(frozen=True)
class Client:
    client: str
    title: str
    agency: str
    kinds: tuple[str, ...] = ()


EVERYWHERE = "*"
"""Where the first administrator sits, until the directory names another."""

UnitState = Unknown | Unit
PersonState = Unknown | Person
ClientState = Unknown | Client
DirectoryState = Unknown | Unit | Person | Client


def evolve_unit(state: UnitState, event: UnitEvent) -> UnitState:
    if isinstance(event, UnitRegistered):
        naming = Naming(event.title, event.short, event.parent, event.valid_from)
        return Unit(event.unit, event.level, event.agency, event.region, (naming,))
    return state if isinstance(state, Unknown) else _changed(state, event)


def _changed(unit: Unit, event: UnitChanged | UnitDissolved | PostFilled | PostVacated) -> Unit:
    match event:
        case UnitChanged():
            naming = Naming(event.title, event.short, event.parent, event.valid_from)
            return replace(unit, namings=(*unit.namings, naming))
        case UnitDissolved():
            return replace(unit, until=event.valid_to)
        case PostFilled():
            holding = Holding(event.role, event.person, event.valid_from)
            return replace(unit, holdings=(*unit.holdings, holding))
        case PostVacated():
            return replace(unit, holdings=tuple(_ended(h, event) for h in unit.holdings))
        case _:
            assert_never(event)


def _ended(holding: Holding, event: PostVacated) -> Holding:
    ends = holding.until is None and (holding.role, holding.person) == (event.role, event.person)
    return replace(holding, until=event.valid_to) if ends else holding


def evolve_person(state: PersonState, event: PersonEvent) -> PersonState:
    match event:
        case PersonRegistered():
            known = _person(state, event.person, event.title, event.agency)
            return replace(known, official=True, phone=event.phone or known.phone)
        case DeputyRegistered():
            known = _person(state, event.person, event.title, event.agency)
            mandates = (*known.mandates, event)
            return replace(known, mandates=mandates, phone=event.phone or known.phone)
        case DelegationGranted():
            if isinstance(state, Unknown):
                return state
            return replace(state, delegations=(*state.delegations, event))
        case _:
            assert_never(event)


def _person(state: PersonState, person: str, title: str, agency: str) -> Person:
    return Person(person, title, agency) if isinstance(state, Unknown) else state


def evolve_client(state: ClientState, event: ClientEvent) -> ClientState:
    return Client(event.client, event.title, event.agency, event.kinds)


def agency_of(command: Command | None, state: DirectoryState) -> str:
    """The agency that answers for the entry; what registers an entry names it."""
    if not isinstance(state, Unknown):
        return state.agency
    if isinstance(command, RegisterUnit | RegisterPerson | RegisterDeputy | RegisterClient):
        return command.agency
    raise NotFound("该编号尚未登记")


def seats(command: Command | None, state: DirectoryState) -> set[str]:
    """Where an administrator of the entry sits: at its agency; for an agency itself, which has no
    administrator before it is registered, also at the unit above; the first one everywhere."""
    agency = agency_of(command, state)
    above = None
    if isinstance(state, Unit) and state.unit == agency:
        above = state.naming.parent
    if isinstance(command, RegisterUnit) and command.unit == agency:
        above = command.parent
    return {agency, EVERYWHERE, above} if above else {agency, EVERYWHERE}


def situation(command: Command | None, state: DirectoryState) -> str:
    return "unknown" if isinstance(state, Unknown) else "registered"


def relations(
    actor: Actor, command: Command | None, state: DirectoryState
) -> dict[str, frozenset[str]]:
    """`agency`: roles where the entry is administered; `self`: the person of this entry."""
    held = [actor.roles_at(seat) for seat in seats(command, state)]
    own = isinstance(state, Person) and state.person == actor.sub
    return {
        "agency": frozenset[str]().union(*held),
        "self": frozenset({"self"}) if own else frozenset(),
    }

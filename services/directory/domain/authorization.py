"""Authorization: who administers an entry of the directory."""

from services.directory.domain.clients.commands import RegisterClient
from services.directory.domain.clients.state import Client
from services.directory.domain.entry import Unknown
from services.directory.domain.people.commands import (
    GrantDelegation,
    RegisterDeputy,
    RegisterPerson,
)
from services.directory.domain.people.state import Person
from services.directory.domain.units.commands import ChangeUnit, RegisterUnit
from services.directory.domain.units.state import Unit
from shared.kernel.access import RolesByRelation
from shared.kernel.actor import Actor
from shared.kernel.errors import NotFound
from shared.kernel.messages import Command
from shared.kernel.organisation import EVERYWHERE
from shared.kernel.relations import NO_ROLES, being

Entry = Unknown | Unit | Person | Client


def agency_of(command: Command | None, entry: Entry) -> str:
    """Returns the agency that administers the entry; a registering command names it."""
    if not isinstance(entry, Unknown):
        return entry.agency
    if isinstance(command, RegisterUnit | RegisterPerson | RegisterDeputy | RegisterClient):
        return command.agency
    raise NotFound("该编号尚未登记")


def seats(command: Command | None, entry: Entry) -> set[str]:
    """Returns the units whose administrators administer the entry: its agency; for an agency
    itself, which has no administrator before it is registered, also the unit above; and
    everywhere, the seat of the first administrator."""
    agency = agency_of(command, entry)
    above = None
    if isinstance(entry, Unit) and entry.entry.unit == agency:
        above = entry.naming.parent
    if isinstance(command, RegisterUnit) and command.unit == agency:
        above = command.parent
    return {agency, EVERYWHERE, above} if above else {agency, EVERYWHERE}


def situation(command: Command | None, entry: Entry) -> str:
    """A delegation is asked for its reach: `within-unit` or `beyond-unit`. A change of a unit is
    asked for its place: below another unit its people have the cases of that unit (`moved`)."""
    if isinstance(command, ChangeUnit) and isinstance(entry, Unit):
        return "registered" if command.parent == entry.naming.parent else "moved"
    if isinstance(command, GrantDelegation):
        return "within-unit" if command.within_unit else "beyond-unit"
    return "unknown" if isinstance(entry, Unknown) else "registered"


def relations(actor: Actor, command: Command | None, entry: Entry) -> RolesByRelation:
    """`agency`: roles where the entry is administered; `organ`: roles at the organs of that agency;
    `self`: the person of this entry."""
    roles = [actor.roles_at(seat) for seat in seats(command, entry)]
    own = isinstance(entry, Person) and entry.person == actor.sub
    organs = actor.organs.units(agency_of(command, entry))
    return {
        "agency": NO_ROLES.union(*roles),
        "organ": NO_ROLES.union(*map(actor.roles_at, organs)),
        "self": being("self", own),
    }

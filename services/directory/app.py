"""The directory on one page."""

from typing import get_args

from services.directory.domain.authorization import Entry, agency_of, relations, situation
from services.directory.domain.clients import decider as clients
from services.directory.domain.clients.commands import ClientCommand
from services.directory.domain.people import decider as people
from services.directory.domain.people.commands import PersonCommand
from services.directory.domain.projections import REGISTER
from services.directory.domain.units import decider as units
from services.directory.domain.units.commands import UnitCommand
from shared.kernel.messages import Command
from shared.service.definition import Scope, ServiceDefinition, StreamKind


def scope(command: Command | None, entry: Entry) -> Scope:
    return Scope(agency_of(command, entry))


SERVICE = ServiceDefinition(
    name="directory",
    streams=(
        StreamKind("unit", units.DECIDER, situation, relations, scope),
        StreamKind("person", people.DECIDER, situation, relations, scope),
        StreamKind("client", clients.DECIDER, situation, relations, scope),
    ),
    routes="services.directory.api",
    projections=(REGISTER,),
    seconds=True,
    actions=(*get_args(UnitCommand), *get_args(PersonCommand), *get_args(ClientCommand)),
)

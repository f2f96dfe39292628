"""The directory on one page."""

from services.directory.domain.commands import (
    ChangeUnit,
    DissolveUnit,
    FillPost,
    GrantDelegation,
    RegisterClient,
    RegisterDeputy,
    RegisterPerson,
    RegisterUnit,
    VacatePost,
)
from services.directory.domain.decider import CLIENT, PERSON, UNIT
from services.directory.domain.projections import REGISTER
from services.directory.domain.state import DirectoryState, agency_of, relations, situation
from shared.kernel.messages import Command
from shared.service.definition import Scope, ServiceDefinition, StreamKind


def scope(command: Command | None, state: DirectoryState) -> Scope:
    return Scope(agency_of(command, state))


SERVICE = ServiceDefinition(
    name="directory",
    streams=(
        StreamKind("unit", UNIT, situation, relations, scope),
        StreamKind("person", PERSON, situation, relations, scope),
        StreamKind("client", CLIENT, situation, relations, scope),
    ),
    routes="services.directory.api",
    projections=(REGISTER,),
    actions=(
        RegisterUnit,
        ChangeUnit,
        DissolveUnit,
        FillPost,
        VacatePost,
        RegisterPerson,
        RegisterDeputy,
        GrantDelegation,
        RegisterClient,
    ),
)

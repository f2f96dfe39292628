"""Assignment on one page."""

from services.assignment.domain.authorization import relations, situation
from services.assignment.domain.commands import (
    AssignCase,
    DecideObjection,
    ObjectAssignment,
    Reassign,
    ReceiveAssignment,
)
from services.assignment.domain.decider import DECIDER
from services.assignment.domain.reactions import react
from services.assignment.domain.state import Assignment
from shared.kernel.messages import Command
from shared.service.definition import Scope, ServiceDefinition, StreamKind


def scope(command: Command | None, state: Assignment) -> Scope:
    """An import names the case; what people ask for finds it in the state."""
    mark = getattr(command, "case", None) or state.mark
    return Scope(mark.agency, mark.kind, mark.channel) if mark else Scope("")


SERVICE = ServiceDefinition(
    name="assignment",
    streams=(StreamKind("assignment", DECIDER, situation, relations, scope),),
    routes="services.assignment.api",
    react=react,
    listens=frozenset({"intake", "handling", "feedback", "reminder"}),
    actions=(AssignCase, ReceiveAssignment, ObjectAssignment, DecideObjection, Reassign),
)

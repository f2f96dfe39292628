"""Handling on one page."""

from collections.abc import Mapping

from services.handling.domain.authorization import relations, situation
from services.handling.domain.clearance.commands import SignReply
from services.handling.domain.clearance.decider import words_to_open
from services.handling.domain.decider import ACTIONS, DECIDER
from services.handling.domain.reactions import react
from services.handling.domain.tasks.state import Handling
from shared.kernel.messages import Command, Sealed
from shared.service.definition import ServiceDefinition, StreamKind


def to_open(command: Command, state: Handling) -> Mapping[str, Sealed]:
    return words_to_open(command, state) if isinstance(command, SignReply) else {}


SERVICE = ServiceDefinition(
    name="handling",
    streams=(StreamKind("handling", DECIDER, situation, relations, to_open=to_open),),
    routes="services.handling.api",
    react=react,
    listens=frozenset({"intake", "assignment", "feedback"}),
    actions=ACTIONS,
)

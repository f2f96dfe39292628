"""Handling on one page."""

from services.handling.domain.authorization import relations, situation
from services.handling.domain.decider import ACTIONS, DECIDER
from services.handling.domain.reactions import react
from shared.service.definition import ServiceDefinition, StreamKind

SERVICE = ServiceDefinition(
    name="handling",
    streams=(StreamKind("handling", DECIDER, situation, relations),),
    routes="services.handling.api",
    react=react,
    listens=frozenset({"intake", "assignment", "feedback"}),
    actions=ACTIONS,
)

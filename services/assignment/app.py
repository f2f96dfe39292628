"""Assignment on one page."""

from services.assignment.domain.authorization import relations, situation
from services.assignment.domain.decider import ACTIONS, DECIDER, briefed
from services.assignment.domain.holdings import holdings
from services.assignment.domain.reactions import react
from shared.service.definition import ServiceDefinition, StreamKind

SERVICE = ServiceDefinition(
    name="assignment",
    streams=(
        StreamKind("assignment", DECIDER, situation, relations, holdings=holdings, briefed=briefed),
    ),
    routes="services.assignment.api",
    keeps_away="assignment",
    react=react,
    listens=frozenset({"intake", "handling", "feedback", "reminder"}),
    actions=ACTIONS,
    foresees="read-case",
)

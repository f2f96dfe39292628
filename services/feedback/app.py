"""Feedback on one page."""

from typing import get_args

from services.feedback.domain.authorization import relations, situation
from services.feedback.domain.commands import FeedbackAction
from services.feedback.domain.decider import DECIDER
from services.feedback.domain.holdings import holdings
from services.feedback.domain.reactions import react
from shared.service.definition import ServiceDefinition, StreamKind

SERVICE = ServiceDefinition(
    name="feedback",
    streams=(StreamKind("feedback", DECIDER, situation, relations, holdings=holdings),),
    routes="services.feedback.api",
    keeps_away="feedback",
    react=react,
    listens=frozenset({"intake", "handling", "reminder"}),
    actions=get_args(FeedbackAction),
    foresees="read-case",
)

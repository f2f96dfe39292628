"""Feedback on one page."""

from services.feedback.domain.commands import RateByProxy, RateReply
from services.feedback.domain.decider import DECIDER
from services.feedback.domain.reactions import react
from services.feedback.domain.state import relations, situation
from shared.service.definition import ServiceDefinition, StreamKind

SERVICE = ServiceDefinition(
    name="feedback",
    streams=(StreamKind("feedback", DECIDER, situation, relations),),
    routes="services.feedback.api",
    react=react,
    listens=frozenset({"intake", "handling", "reminder"}),
    actions=(RateReply, RateByProxy),
)

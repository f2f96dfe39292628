"""Feedback on one page."""

from services.feedback.domain.commands import RateByProxy, RateReply
from services.feedback.domain.decider import DECIDER
from services.feedback.domain.reactions import react
from services.feedback.domain.state import Feedback, relations, situation
from shared.kernel.messages import Command
from shared.service.definition import Scope, ServiceDefinition, StreamKind


def scope(command: Command | None, state: Feedback) -> Scope:
    """Of the case that an import speaks about, else of the case known here."""
    mark = getattr(command, "mark", None) or state.mark
    return Scope(mark.agency, mark.kind, mark.channel) if mark else Scope("")


SERVICE = ServiceDefinition(
    name="feedback",
    streams=(StreamKind("feedback", DECIDER, scope, situation, relations),),
    routes="services.feedback.api",
    react=react,
    listens=frozenset({"intake", "handling", "reminder"}),
    actions=(RateReply, RateByProxy),
)

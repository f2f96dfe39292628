"""Handling on one page."""

from services.handling.domain.authorization import relations, situation
from services.handling.domain.commands import (
    DeliverReply,
    GiveOpinion,
    RecordContact,
    ReportProgress,
    ReturnDraft,
    SignReply,
    SubmitDraft,
)
from services.handling.domain.decider import DECIDER
from services.handling.domain.reactions import react
from services.handling.domain.state import Handling
from shared.kernel.messages import Command
from shared.service.definition import Scope, ServiceDefinition, StreamKind


def scope(command: Command | None, state: Handling) -> Scope:
    """An import names the case; what people ask for finds it in the state."""
    mark = getattr(command, "case", None) or state.mark
    return Scope(mark.agency, mark.kind, mark.channel) if mark else Scope("")


SERVICE = ServiceDefinition(
    name="handling",
    streams=(StreamKind("handling", DECIDER, situation, relations, scope),),
    routes="services.handling.api",
    react=react,
    listens=frozenset({"intake", "assignment", "feedback"}),
    actions=(
        RecordContact,
        ReportProgress,
        GiveOpinion,
        SubmitDraft,
        ReturnDraft,
        SignReply,
        DeliverReply,
    ),
)

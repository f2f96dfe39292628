"""Reminder on one page."""

from collections.abc import Mapping
from datetime import datetime

from services.reminder import queries
from services.reminder.domain.commands import (
    AcknowledgeEscalation,
    AdvanceClocks,
    FollowFact,
    StopClocks,
)
from services.reminder.domain.decider import DECIDER
from services.reminder.domain.projections import RUNNING_CLOCKS, relations, situation
from services.reminder.domain.reactions import react
from services.reminder.domain.rules import ADDRESSEES
from services.reminder.domain.state import Clocks
from shared.kernel.messages import Command
from shared.service.definition import Scope, ServiceDefinition, StreamKind
from shared.service.timers.scheduler import Timer


def scope(command: Command | None, state: Clocks) -> Scope:
    """An import names the case; everything later finds it in the state."""
    mark = command.mark if isinstance(command, FollowFact | StopClocks) else state.mark
    return Scope(mark.agency, mark.kind, mark.channel) if mark else Scope("")


def advance(held: bool, at: datetime, holders: Mapping[str, str]) -> AdvanceClocks:
    return AdvanceClocks(at=at, by="system:reminder", held=held, holders=holders)


TIMER = Timer("running_clocks", queries.due, advance, roles=ADDRESSEES, pending=queries.pending)

SERVICE = ServiceDefinition(
    name="reminder",
    streams=(StreamKind("clocks", DECIDER, situation, relations, scope),),
    routes="services.reminder.api",
    react=react,
    listens=frozenset({"intake", "assignment", "handling", "feedback", "disclosure"}),
    projections=(RUNNING_CLOCKS,),
    actions=(AcknowledgeEscalation,),
    jobs=(TIMER.run,),
)

"""Reminder on one page."""

from collections.abc import Mapping
from datetime import datetime

from services.reminder import queries
from services.reminder.domain.authorization import relations, situation
from services.reminder.domain.coming import coming
from services.reminder.domain.commands import AcknowledgeEscalation, AdvanceClocks, RedateClocks
from services.reminder.domain.decider import DECIDER
from services.reminder.domain.ladders import ADDRESSEES
from services.reminder.domain.projections import RUNNING_CLOCKS
from services.reminder.domain.reactions import react
from shared.service.definition import ServiceDefinition, StreamKind
from shared.service.timers.recounting import Recounting
from shared.service.timers.scheduler import Timer


def advance(
    held: bool,
    at: datetime,
    holders: Mapping[str, str],
    delegates: Mapping[str, tuple[str, ...]],
) -> AdvanceClocks:
    by = "system:reminder"
    return AdvanceClocks(at=at, by=by, held=held, holders=holders, delegates=delegates)


TIMER = Timer(
    "running_clocks",
    queries.due,
    advance,
    roles=ADDRESSEES,
    pending=queries.pending,
    lights=queries.lights,
)


def redate(at: datetime) -> RedateClocks:
    return RedateClocks(at=at, by="system:reminder")


RECOUNTING = Recounting("running_clocks", queries.to_redate, redate)

SERVICE = ServiceDefinition(
    name="reminder",
    streams=(StreamKind("clocks", DECIDER, situation, relations, coming=coming),),
    routes="services.reminder.api",
    keeps_away="clocks",
    react=react,
    listens=frozenset({"intake", "assignment", "handling", "feedback", "disclosure"}),
    projections=(RUNNING_CLOCKS,),
    actions=(AcknowledgeEscalation,),
    jobs=(TIMER.run, RECOUNTING.run),
    foresees="read-clocks",
)

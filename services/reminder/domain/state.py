"""The state of a case's clocks: which of them run, and which rungs they have reached."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Generic, TypeVar

from shared.contracts import reminder as facts
from shared.contracts.case_event import CaseMark
from shared.contracts.imports import marking
from shared.contracts.reminder import Light, OnClock, PlannedRung, Schedule
from shared.kernel.calendar import Period, ending_day

MOST_AT_ONCE = 60
"""Facts of one command: a commit holds 64. The rest follows when the clocks are looked at next."""


TAKEN_AWAY = frozenset({"reassigned", "removed", "taken-back"})
"""Reasons of an end by which a unit lost its task."""


@dataclass(frozen=True)
class Fired:
    """A rung that was reached; `acknowledge_by` until its addressee took note."""

    rung: str
    planned: datetime
    person: str | None = None
    acknowledge_by: datetime | None = None
    skipped: bool = False
    voided: bool = False


@dataclass(frozen=True)
class Pause:
    """Since when the clock stands still, and the budget that it has left (None: it was late)."""

    since: datetime
    left: Period | None


@dataclass(frozen=True)
class Began:
    """From when the due moment is counted; `left`: the budget of a clock that runs again (None: the
    period of the policy row)."""

    at: datetime
    left: Period | None = None


@dataclass(frozen=True)
class Clock:
    """A clock: the fact that started it, its schedule, its light and the rungs it has reached.
    `began` is None where the due moment was not counted from a period."""

    started: facts.ClockStarted
    schedule: Schedule
    light: Light = "green"
    fired: tuple[Fired, ...] = ()
    running: bool = True
    pause: Pause | None = None
    why: str | None = None
    """The reason for which it ended."""
    began: Began | None = None

    @property
    def id(self) -> str:
        return self.started.clock

    @property
    def ticks(self) -> bool:
        return self.running and self.pause is None

    def fields(self, payload: type[OnClock], at: datetime) -> dict[str, Any]:
        """Returns the fields that every fact with this payload about the clock repeats."""
        repeated = self.started.fields(CaseMark, payload)
        return {**repeated, "round": self.started.round, "at": at}

    def next_rung(self) -> tuple[PlannedRung, datetime] | None:
        """Returns the rung to come and its moment: as planned, or when the rung before it went
        unanswered. A rung that deems never comes early: people count on the day."""
        if len(self.fired) >= len(self.schedule.plan):
            return None
        rung = self.schedule.plan[len(self.fired)]
        unanswered = self.fired[-1].acknowledge_by if self.fired else None
        hastened = unanswered is not None and not rung.deems
        return rung, min(rung.at, unanswered) if unanswered and hastened else rung.at

    def next_light(self) -> tuple[Light, datetime] | None:
        coming: Mapping[Light, tuple[Light, datetime]] = {
            "green": ("yellow", self.schedule.yellow_at),
            "yellow": ("red", self.schedule.due.at),
        }
        return coming.get(self.light)

    def next_moment(self) -> datetime | None:
        """Returns when this clock next reaches a rung or turns its light."""
        steps = [step[1] for step in (self.next_rung(), self.next_light()) if step]
        return min(steps) if self.ticks and steps else None

    def is_late(self, at: datetime) -> bool:
        """Returns whether the due moment has passed; time after a pause does not count."""
        counted = min(at, self.pause.since) if self.pause else at
        return counted > self.schedule.due.at

    @property
    def guesses(self) -> frozenset[int]:
        """Returns the years without an official list on which moments to come rest."""
        due = self.schedule.due
        rungs = {rung.guessed for rung in self.schedule.plan[len(self.fired) :] if rung.guessed}
        return frozenset(rungs | ({ending_day(due.at).year} if due.recount else set()))

    def escalated_to(self) -> set[str]:
        rungs = {rung.rung for rung in self.schedule.plan if rung.escalates}
        return {step.person for step in self.fired if step.person and step.rung in rungs}


@dataclass(frozen=True)
class Clocks:
    """The clocks of a case by id; `stopped`: why none runs any more."""

    mark: CaseMark | None = None
    clocks: Mapping[str, Clock] = field(default_factory=dict)
    stopped: str | None = None

    @property
    def lost(self) -> frozenset[str]:
        """Returns the tasks that were taken away from their units."""
        return frozenset(c.started.subject for c in self.clocks.values() if c.why in TAKEN_AWAY)

    def running(self) -> list[Clock]:
        return [clock for clock in self.clocks.values() if clock.running]

    def lights_until(self, moment: datetime) -> list["Step[Light]"]:
        coming = [(c, c.next_light()) for c in self.clocks.values() if c.ticks]
        return [Step(at[1], clock, at[0]) for clock, at in coming if at and at[1] <= moment]

    def rungs_until(self, moment: datetime) -> list["Step[PlannedRung]"]:
        coming = [(c, c.next_rung()) for c in self.clocks.values() if c.ticks]
        return [Step(at[1], clock, at[0]) for clock, at in coming if at and at[1] <= moment]


W = TypeVar("W")


@dataclass(frozen=True)
class Step(Generic[W]):
    """A light or a rung that a clock has come to."""

    at: datetime
    clock: Clock
    what: W

    def order(self) -> tuple[datetime, str]:
        return self.at, self.clock.id


def started(state: Clocks, event: facts.ClockStarted) -> Clocks:
    """Takes the newest mark: a paper that became another kind is chased as that one."""
    clock = Clock(event, Schedule(**event.fields(Schedule)), began=Began(event.at))
    return changed(replace(state, mark=CaseMark.of(event)), clock)


def all_stopped(state: Clocks, event: facts.ClocksStopped) -> Clocks:
    clocks = {clock.id: done(clock, event) for clock in state.clocks.values()}
    return replace(state, stopped=event.reason, clocks=clocks)


def changed(state: Clocks, clock: Clock) -> Clocks:
    return replace(state, clocks={**state.clocks, clock.id: clock})


def done(clock: Clock, event: facts.ClockStopped | facts.ClocksStopped) -> Clock:
    why = event.why if isinstance(event, facts.ClockStopped) else clock.why
    return replace(clock, running=False, light="done", why=why)


def paused(clock: Clock, event: facts.ClockPaused) -> Clock:
    return replace(clock, pause=Pause(event.at, event.left))


def resumed(clock: Clock, event: facts.ClockResumed) -> Clock:
    left = clock.pause.left if clock.pause else None
    began = Began(event.at, left) if left else None
    return replace(rescheduled(clock, event), pause=None, began=began)


def extended(clock: Clock, event: facts.ClockExtended) -> Clock:
    pause = replace(clock.pause, left=event.left) if clock.pause else None
    return replace(rescheduled(clock, event), pause=pause, began=None)


def redated(clock: Clock, event: facts.ClockRedated) -> Clock:
    """Takes the new schedule; an answer is still awaited where the due moment stays."""
    pause = replace(clock.pause, left=event.left) if clock.pause else None
    stays = event.due.at == clock.schedule.due.at
    dated = rescheduled(clock, event)
    return replace(dated, pause=pause, fired=clock.fired if stays else dated.fired)


def rescheduled(
    clock: Clock, event: facts.ClockResumed | facts.ClockExtended | facts.ClockRedated
) -> Clock:
    """Takes the new schedule. Answers awaited by the old due moment are not awaited any more."""
    fired = tuple(replace(step, acknowledge_by=None) for step in clock.fired)
    return replace(clock, schedule=Schedule(**event.fields(Schedule)), fired=fired)


def lit(clock: Clock, event: facts.LightChanged) -> Clock:
    return replace(clock, light=event.light)


def reached(clock: Clock, event: facts.ReminderSent | facts.CaseEscalated) -> Clock:
    step = Fired(
        rung=event.rung,
        planned=event.planned,
        person=event.person,
        acknowledge_by=getattr(event, "acknowledge_by", None),
        skipped=getattr(event, "skipped", False),
    )
    return replace(clock, fired=(*clock.fired, step))


def acknowledged(clock: Clock, event: facts.EscalationAcknowledged) -> Clock:
    fired = (
        replace(step, acknowledge_by=None) if step.rung == event.rung else step
        for step in clock.fired
    )
    return replace(clock, fired=tuple(fired))


def voided(clock: Clock, event: facts.ReminderVoided) -> Clock:
    fired = (
        replace(step, voided=True) if is_voided_by(event, step) else step for step in clock.fired
    )
    return replace(clock, fired=tuple(fired))


def is_voided_by(event: facts.ReminderVoided, step: Fired) -> bool:
    return step.rung == event.rung and event.planned in (None, step.planned)


def on_clock(change: Callable[[Clock, Any], Clock]) -> Callable[[Clocks, Any], Clocks]:
    """Makes a row of the table from a change of one clock."""
    return lambda state, event: changed(state, change(state.clocks[event.clock], event))


FOLDS: Mapping[type, Callable[[Clocks, Any], Clocks]] = {
    facts.ClockStarted: started,
    facts.ClocksStopped: all_stopped,
    facts.ClockStopped: on_clock(done),
    facts.ClockPaused: on_clock(paused),
    facts.ClockResumed: on_clock(resumed),
    facts.ClockExtended: on_clock(extended),
    facts.ClockRedated: on_clock(redated),
    facts.LightChanged: on_clock(lit),
    facts.ReminderSent: on_clock(reached),
    facts.CaseEscalated: on_clock(reached),
    facts.EscalationAcknowledged: on_clock(acknowledged),
    facts.ReminderVoided: on_clock(voided),
}
"""One row per fact."""

EVOLVE = {fact: marking(fold) for fact, fold in FOLDS.items()}

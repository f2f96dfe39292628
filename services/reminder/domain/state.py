"""Which clocks of a case run, how far each has climbed, and when each next has something to say."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Generic, TypeVar, assert_never

from services.reminder.domain.events import ReminderEvent
from shared.contracts.case_event import CaseMark
from shared.contracts.reminder import (
    CaseEscalated,
    ClocksStopped,
    ClockStarted,
    ClockStopped,
    EscalationAcknowledged,
    Light,
    LightChanged,
    PlannedRung,
    ReminderSent,
    ReminderVoided,
)
from shared.kernel.policy import Due


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
class Clock:
    id: str
    rule: str
    subject: str
    unit: str | None
    person: str | None
    round: int
    due: Due
    yellow_at: datetime
    plan: tuple[PlannedRung, ...]
    light: Light = "green"
    fired: tuple[Fired, ...] = ()
    running: bool = True

    def next_rung(self) -> tuple[PlannedRung, datetime] | None:
        """The rung to come and its moment: as planned, or when its forerunner went unanswered."""
        if len(self.fired) >= len(self.plan):
            return None
        rung = self.plan[len(self.fired)]
        unanswered = self.fired[-1].acknowledge_by if self.fired else None
        return rung, min(rung.at, unanswered) if unanswered else rung.at

    def next_light(self) -> tuple[Light, datetime] | None:
        coming: Mapping[Light, tuple[Light, datetime]] = {
            "green": ("yellow", self.yellow_at),
            "yellow": ("red", self.due.at),
        }
        return coming.get(self.light)

    def next_moment(self) -> datetime | None:
        """When this clock next has something to say."""
        steps = [step[1] for step in (self.next_rung(), self.next_light()) if step]
        return min(steps) if self.running and steps else None

    def escalated_to(self) -> set[str]:
        steps = {step.rung for step in self.plan if step.escalates}
        return {step.person for step in self.fired if step.person and step.rung in steps}


@dataclass(frozen=True)
class Clocks:
    mark: CaseMark | None = None
    clocks: Mapping[str, Clock] = field(default_factory=dict)
    stopped: str | None = None

    def running(self) -> list[Clock]:
        return [clock for clock in self.clocks.values() if clock.running]

    def about(self, clock: Clock, at: datetime) -> dict[str, Any]:
        """What every fact about one clock and its obligation repeats."""
        own = {name: getattr(clock, name) for name in ("rule", "subject", "unit")}
        return {**self.named(clock, at), **own}

    def named(self, clock: Clock, at: datetime) -> dict[str, Any]:
        """What every fact about one clock repeats."""
        marks = self.mark.model_dump() if self.mark else {}
        return {**marks, "round": clock.round, "clock": clock.id, "at": at}

    def lights_until(self, moment: datetime) -> list["Step[Light]"]:
        coming = [(clock, clock.next_light()) for clock in self.running()]
        return [Step(c[1], clock, c[0]) for clock, c in coming if c and c[1] <= moment]

    def rungs_until(self, moment: datetime) -> list["Step[PlannedRung]"]:
        coming = [(clock, clock.next_rung()) for clock in self.running()]
        return [Step(c[1], clock, c[0]) for clock, c in coming if c and c[1] <= moment]


W = TypeVar("W")


@dataclass(frozen=True)
class Step(Generic[W]):
    """A light or a rung that a clock has come to."""

    at: datetime
    clock: Clock
    what: W

    def order(self) -> tuple[datetime, str]:
        return self.at, self.clock.id


def evolve(state: Clocks, event: ReminderEvent) -> Clocks:
    if state.mark is None:
        state = replace(state, mark=CaseMark.of(event))
    match event:
        case ClockStarted():
            return changed(state, started(event))
        case ClocksStopped():
            ended = {clock.id: done(clock) for clock in state.clocks.values()}
            return replace(state, stopped=event.reason, clocks=ended)
        case _:
            return changed(state, moved(state.clocks[event.clock], event))


def changed(state: Clocks, clock: Clock) -> Clocks:
    return replace(state, clocks={**state.clocks, clock.id: clock})


def started(event: ClockStarted) -> Clock:
    return Clock(
        id=event.clock,
        rule=event.rule,
        subject=event.subject,
        unit=event.unit,
        person=event.person,
        round=event.round,
        due=event.due,
        yellow_at=event.yellow_at,
        plan=event.plan,
    )


Moved = (
    ClockStopped
    | ReminderSent
    | CaseEscalated
    | EscalationAcknowledged
    | ReminderVoided
    | LightChanged
)


def moved(clock: Clock, event: Moved) -> Clock:
    match event:
        case ClockStopped():
            return done(clock)
        case LightChanged(light=light):
            return replace(clock, light=light)
        case ReminderSent() | CaseEscalated():
            return replace(clock, fired=(*clock.fired, fired(event)))
        case EscalationAcknowledged(rung=rung):
            return climbed(clock, rung, acknowledge_by=None)
        case ReminderVoided(rung=rung):
            return climbed(clock, rung, voided=True)
        case _:
            assert_never(event)


def climbed(clock: Clock, rung: str, **changes: Any) -> Clock:
    """What became of a rung that was reached."""
    fired = (replace(step, **changes) if step.rung == rung else step for step in clock.fired)
    return replace(clock, fired=tuple(fired))


def done(clock: Clock) -> Clock:
    return replace(clock, running=False, light="done")


def fired(event: ReminderSent | CaseEscalated) -> Fired:
    return Fired(
        rung=event.rung,
        planned=event.planned,
        person=event.person,
        acknowledge_by=getattr(event, "acknowledge_by", None),
        skipped=getattr(event, "skipped", False),
    )

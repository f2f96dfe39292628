"""What may happen to clocks: they start, tell, escalate, change their light, and stop."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import chain, islice
from typing import assert_never

from services.reminder.domain.commands import (
    AcknowledgeEscalation,
    AdvanceClocks,
    FollowFact,
    Opening,
    ReminderCommand,
    StopClocks,
)
from services.reminder.domain.events import ReminderEvent
from services.reminder.domain.rules import ADDRESSEES, planned, yellow_at
from services.reminder.domain.state import Clock, Clocks, Step, evolve
from shared.contracts.obligations import Change
from shared.contracts.reminder import (
    CaseEscalated,
    ClocksStopped,
    ClockStarted,
    ClockStopped,
    EscalationAcknowledged,
    LightChanged,
    PlannedRung,
    ReminderSent,
    ReminderVoided,
)
from shared.kernel.decider import Decider
from shared.kernel.errors import RuleViolated

MOST_AT_ONCE = 60
"""A commit holds 64 facts; the rest follows with the next look at the clocks."""


def decide(command: ReminderCommand, state: Clocks) -> Sequence[ReminderEvent]:
    match command:
        case FollowFact():
            return list(follow(command, state))
        case StopClocks():
            return list(stop_all(command, state))
        case AdvanceClocks():
            return list(advance(command, state))
        case AcknowledgeEscalation():
            return acknowledge(command, state)
        case _:
            assert_never(command)


def follow(command: FollowFact, state: Clocks) -> Iterator[ReminderEvent]:
    """What the fact met ends first, so that one fact may end a clock and open the next."""
    for change in command.changes:
        for clock in (c for c in state.clocks.values() if concerns(change, c)):
            yield from (stop if clock.running else void)(clock, state, command.at, change.why)
    if state.stopped is None:
        for opening in command.openings:
            if opening.clock not in state.clocks:
                yield from start(opening, command)


def concerns(change: Change, clock: Clock) -> bool:
    return change.subject in (None, clock.subject) and clock.rule in change.rules


def start(opening: Opening, command: FollowFact) -> Iterator[ReminderEvent]:
    """The ladder is planned now, once; rungs that lie before the start are recorded as skipped."""
    about = command.mark.model_dump() | opening.model_dump(include={"clock", "subject", "unit"})
    about |= {"rule": opening.due.rule, "round": command.round, "at": command.at}
    plan = planned(opening.due, command.rules)
    yield ClockStarted(
        **about,
        person=opening.person,
        due=opening.due,
        yellow_at=max(command.at, yellow_at(opening.due, command.rules)),
        plan=plan,
    )
    for step in (step for step in plan if step.at < command.at):
        yield ReminderSent(
            **about,
            rung=step.rung,
            role=step.role,
            planned=step.at,
            lateness_seconds=0,
            skipped=True,
            deems=step.deems,
        )


def stop(clock: Clock, state: Clocks, at: datetime, why: str) -> Iterator[ReminderEvent]:
    about = state.about(clock, at)
    yield from void(clock, state, at, why)
    yield ClockStopped(**about, why=why, late=at > clock.due.at)
    yield LightChanged(**about, light="done")


def void(clock: Clock, state: Clocks, at: datetime, why: str) -> Iterator[ReminderVoided]:
    """A late entry of something that was done in time voids the rungs that fired in between, also
    when another entry has stopped the clock before."""
    for step in clock.fired:
        if step.planned > at and not (step.skipped or step.voided):
            reason = f"entered-late:{why}"
            yield ReminderVoided(**state.named(clock, at), rung=step.rung, reason=reason)


def stop_all(command: StopClocks, state: Clocks) -> Iterator[ReminderEvent]:
    """One fact ends them all: a case may have more clocks than a commit holds facts."""
    if state.stopped is None:
        about = {**command.mark.model_dump(), "round": command.round, "at": command.at}
        yield ClocksStopped(**about, reason=command.reason)
        voids = (void(c, state, command.at, command.reason) for c in state.running())
        yield from islice(chain.from_iterable(voids), MOST_AT_ONCE)


def advance(command: AdvanceClocks, state: Clocks) -> Iterator[ReminderEvent]:
    """Everything that has become due, oldest first; rung k never before k - 1."""
    for _ in range(MOST_AT_ONCE):
        event = next_event(command, state)
        if event is None:
            return
        state = evolve(state, event)
        yield event


def next_event(command: AdvanceClocks, state: Clocks) -> ReminderEvent | None:
    """The oldest thing that has become due; a light before a rung of the same moment."""
    light = min(state.lights_until(command.at), key=Step.order, default=None)
    rung = min(state.rungs_until(command.at - hold(command)), key=Step.order, default=None)
    if light and (rung is None or light.order() <= rung.order()):
        return LightChanged(**state.about(light.clock, command.at), light=light.what)
    return told(rung, command, state) if rung else None


def hold(command: AdvanceClocks) -> timedelta:
    return timedelta(minutes=command.rules.row.hold_minutes if command.held else 0)


def told(
    step: Step[PlannedRung], command: AdvanceClocks, state: Clocks
) -> ReminderSent | CaseEscalated:
    """The hold is meant; lateness is what came on top of it."""
    rung, late = step.what, command.at - step.at - hold(command)
    about = {
        **state.about(step.clock, command.at),
        "rung": rung.rung,
        "role": rung.role,
        "person": addressee(step.clock, rung, command, state),
        "planned": step.at,
        "lateness_seconds": int(late.total_seconds()),
        "deems": rung.deems,
    }
    if not rung.escalates:
        return ReminderSent(**about)
    period = rung.acknowledge
    by = command.rules.calendar.end_of(period, command.at)[0] if period else None
    return CaseEscalated(**about, acknowledge_by=by)


def addressee(clock: Clock, rung: PlannedRung, command: AdvanceClocks, state: Clocks) -> str | None:
    """Who held the rung's role on this day: at the unit, at the agency, or the proposer."""
    if rung.role == "proposer":
        return clock.person
    agency = state.mark.agency if state.mark else ""
    place = agency if rung.role in ADDRESSEES["agency"] else clock.unit
    return command.holders.get(f"{place}:{rung.role}")


def acknowledge(command: AcknowledgeEscalation, state: Clocks) -> Sequence[EscalationAcknowledged]:
    clock = state.clocks.get(command.clock)
    step = next((s for s in clock.fired if s.rung == command.rung), None) if clock else None
    if clock is None or step is None:
        raise RuleViolated("escalation-unknown", "没有这条升级督办记录，请刷新后重试", "rung")
    if step.acknowledge_by is None:
        return []
    about = state.named(clock, command.at)
    return [EscalationAcknowledged(**about, rung=command.rung, by=command.by)]


DECIDER = Decider[ReminderCommand, Clocks, ReminderEvent](Clocks(), decide, evolve)

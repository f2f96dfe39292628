"""Decisions on obligations: their clocks start, stop, pause, resume and are extended."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import reduce
from itertools import chain, islice

from services.reminder.domain import commands
from services.reminder.domain.schedules import (
    extended,
    light_at,
    moved,
    planned,
    postponed,
)
from services.reminder.domain.state import EVOLVE, MOST_AT_ONCE, Clock, Clocks
from shared.contracts import reminder as facts
from shared.contracts.case_event import CaseMark
from shared.contracts.obligations import Change
from shared.contracts.reminder import OfObligation, OnClock, ReminderEvent, Schedule
from shared.kernel.decider import Decide, Rows
from shared.kernel.policy import Policy

Facts = Iterator[ReminderEvent]


def follow(command: commands.FollowFact, state: Clocks) -> Sequence[ReminderEvent]:
    """Changes running clocks first, so that one fact may end a clock and start the next."""
    changes: list[ReminderEvent] = []
    for change in command.changes:
        new = list(change_clocks(change, command, state))
        state = reduce(lambda now, fact: EVOLVE[type(fact)](now, fact), new, state)
        changes += new
    openings = () if state.stopped else command.openings
    starts = (start(each, command) for each in openings if each.clock not in state.clocks)
    return [*changes, *chain.from_iterable(starts)]


def start(opening: commands.Opening, command: commands.FollowFact) -> Facts:
    """Plans the ladder, once; rungs that lie before the start are recorded as skipped."""
    schedule = planned(opening.due, command.at, command.rules, command.mark.agency)
    started = facts.ClockStarted(
        at=command.at,
        **command.mark.fields(CaseMark),
        round=command.round,
        clock=opening.clock,
        rule=opening.due.rule,
        subject=opening.subject,
        unit=opening.unit,
        person=opening.person,
        **schedule.fields(Schedule),
    )
    yield started
    yield from skip(Clock(started, schedule), command.at)


def skip(clock: Clock, at: datetime) -> Facts:
    for rung in clock.schedule.plan:
        if rung.at < at:
            yield facts.ReminderSent(
                **clock.fields(OfObligation, at),
                rung=rung.rung,
                role=rung.role,
                organ=rung.organ,
                planned=rung.at,
                lateness_seconds=0,
                skipped=True,
                deems=rung.deems,
            )


def change_clocks(change: Change, command: commands.FollowFact, state: Clocks) -> Facts:
    """Applies a change to every clock that it concerns."""
    for clock in state.clocks.values():
        if change.concerns(clock.started.rule, clock.started.subject):
            if clock.running:
                yield from CHANGES[change.verb](clock, change, command.at, command.rules)
            elif change.verb in ENDING:
                yield from void(clock, command.at, change.why)


def stop(clock: Clock, change: Change, at: datetime, policy: Policy) -> Facts:
    yield from void(clock, at, change.why)
    yield facts.ClockStopped(
        **clock.fields(OfObligation, at), why=change.why, late=clock.is_late(at)
    )
    yield facts.LightChanged(**clock.fields(OfObligation, at), light="done")


def void(clock: Clock, at: datetime, why: str) -> Facts:
    """Voids the rungs that fired between `at` and its entry, also when another entry has stopped
    the clock before."""
    for step in clock.fired:
        if step.planned > at and not (step.skipped or step.voided):
            reason = f"entered-late:{why}"
            fields = {**clock.fields(OnClock, at), "rung": step.rung, "planned": step.planned}
            yield facts.ReminderVoided(**fields, reason=reason)


def pause(clock: Clock, change: Change, at: datetime, policy: Policy) -> Facts:
    if clock.pause is None:
        yield from void(clock, at, change.why)
        left = policy.left(clock.schedule.due, at)
        yield facts.ClockPaused(**clock.fields(OfObligation, at), why=change.why, left=left)
        yield from relight(clock, clock.schedule, at)


def resume(clock: Clock, change: Change, at: datetime, policy: Policy) -> Facts:
    """Gives the clock the due moment that the fact names, or else the budget that it had left; a
    clock that was late stays so, but for one that began after its day, as its lead stood still."""
    if clock.pause is None:
        return
    at, due, reached = max(at, clock.pause.since), clock.schedule.due, len(clock.fired)
    if change.due and due.at <= clock.started.at:
        schedule = extended(clock.schedule, reached, change.due, at, policy)
    elif clock.pause.left is None:
        schedule = postponed(clock.schedule, reached, at)
    else:
        later = change.due or policy.goes_on(due, clock.pause.left, at)
        schedule = moved(clock.schedule, reached, later, at, policy)
    fields = {**clock.fields(OfObligation, at), **schedule.fields(Schedule)}
    yield facts.ClockResumed(**fields, why=change.why)
    yield from relight(clock, schedule, at)


def extend(clock: Clock, change: Change, at: datetime, policy: Policy) -> Facts:
    """Moves the due moment to a later one, which is chased like the first; an earlier one extends
    nothing."""
    if change.due is None or change.due.at <= clock.schedule.due.at:
        return
    since = clock.pause.since if clock.pause else at
    schedule = extended(clock.schedule, len(clock.fired), change.due, since, policy)
    again = len(schedule.plan) - len(clock.schedule.plan)
    fields = {**clock.fields(OfObligation, at), **schedule.fields(Schedule), "again": again}
    left = policy.left(change.due, since) if clock.pause else None
    yield facts.ClockExtended(**fields, why=change.why, left=left)
    yield from relight(clock, schedule, since)


def relight(clock: Clock, schedule: Schedule, at: datetime) -> Facts:
    """Turns the light to that of the schedule, also back."""
    light = light_at(schedule, at)
    if light != clock.light:
        yield facts.LightChanged(**clock.fields(OfObligation, at), light=light)


CHANGES: Mapping[str, Callable[[Clock, Change, datetime, Policy], Facts]] = {
    "meet": stop,
    "withdraw": stop,
    "pause": pause,
    "resume": resume,
    "extend": extend,
}
ENDING = ("meet", "withdraw")


def stop_all(command: commands.StopClocks, state: Clocks) -> Sequence[ReminderEvent]:
    """Ends all clocks with one fact: a case may have more clocks than a commit holds facts."""
    if state.stopped is not None:
        return []
    stopped = facts.ClocksStopped(
        at=command.at,
        **command.mark.fields(CaseMark),
        round=command.round,
        reason=command.reason,
    )
    voids = (void(clock, command.at, command.reason) for clock in state.running())
    return [stopped, *islice(chain.from_iterable(voids), MOST_AT_ONCE)]


DECIDE: Rows[Decide[Clocks]] = Rows({commands.FollowFact: follow, commands.StopClocks: stop_all})

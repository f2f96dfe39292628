"""Decisions when the official list of a year has come: clocks that rested on a guess of its working
days are dated anew, each once."""

from collections.abc import Sequence
from datetime import datetime
from itertools import chain, islice

from services.reminder.domain import commands
from services.reminder.domain.obligations import Facts, relight
from services.reminder.domain.schedules import moved, placed
from services.reminder.domain.state import Clock, Clocks
from shared.contracts import reminder as facts
from shared.contracts.reminder import OfObligation, OnClock, ReminderEvent, Schedule
from shared.kernel.calendar import business_day, midnight_after
from shared.kernel.decider import Decide, Rows
from shared.kernel.policy import Due, Policy

CLOCKS_AT_ONCE = 5
"""With nine rungs each they fit into one commit; the others follow when the case is looked at
next."""


def redate(command: commands.RedateClocks, state: Clocks) -> Sequence[ReminderEvent]:
    """Dates the running clocks anew whose list has come. A clock that ended keeps the date by which
    it was judged."""
    waiting = (clock for clock in state.running() if has_come(clock, command.rules))
    some = islice(waiting, CLOCKS_AT_ONCE)
    return list(chain.from_iterable(dated_anew(c, command.at, command.rules) for c in some))


def has_come(clock: Clock, policy: Policy) -> bool:
    return any(not policy.calendar.is_provisional(year) for year in clock.guesses)


def dated_anew(clock: Clock, at: datetime, policy: Policy) -> Facts:
    """Moves the due moment and the rungs ahead. Rungs that were told stay told; those that the list
    would have told later are voided, so that scores do not count them."""
    was = clock.schedule.due
    counted = policy.recounted(was)
    due = not_before_today(counted, was, at)
    since = clock.pause.since if clock.pause else at
    schedule = rescheduled(clock, due, at, policy)
    if schedule == clock.schedule:  # a year before is still guessed
        return
    yield facts.ClockRedated(
        **clock.fields(OfObligation, at),
        **schedule.fields(Schedule),
        was=was.at,
        counted=counted.at if counted.at != due.at else None,
        left=policy.left(due, since) if clock.pause else None,
    )
    yield from told_early(clock, due, at, policy)
    yield from relight(clock, schedule, since)


def not_before_today(counted: Due, was: Due, at: datetime) -> Due:
    """Returns the due moment, never moved to a day before today: then it is today, and one that had
    passed stays as it was."""
    tonight = midnight_after(business_day(at))
    moment = max(counted.at, min(was.at, tonight))
    return Due(**counted.fields(Due) | {"at": moment})


def rescheduled(clock: Clock, due: Due, at: datetime, policy: Policy) -> Schedule:
    """Returns the schedule with the due moment; where that stays, only guessed rungs move."""
    if due.at != clock.schedule.due.at:
        return moved(clock.schedule, len(clock.fired), due, at, policy)
    reached, plan = len(clock.fired), clock.schedule.plan
    ahead = [placed(rung, due, policy) if rung.guessed else rung for rung in plan[reached:]]
    ordered = sorted(ahead, key=lambda rung: rung.at)
    return Schedule(due=due, yellow_at=clock.schedule.yellow_at, plan=(*plan[:reached], *ordered))


def told_early(clock: Clock, due: Due, at: datetime, policy: Policy) -> Facts:
    """Voids the rungs that had come by the old due moment and not by the new one."""
    plan = clock.schedule.plan
    for rung, step in zip(plan, clock.fired, strict=False):
        early = rung.at <= at < placed(rung, due, policy).at
        if early and not (step.skipped or step.voided):
            fields = {**clock.fields(OnClock, at), "rung": step.rung, "planned": step.planned}
            yield facts.ReminderVoided(**fields, reason="redated")


DECIDE: Rows[Decide[Clocks]] = Rows({commands.RedateClocks: redate})

"""Pauses: which obligations stand still with a task, and until when they run after it; and since
when the law counts the longest time."""

from collections.abc import Iterator
from datetime import date, datetime

from services.handling.domain.tasks.requests import Pause
from services.handling.domain.tasks.state import Handling, Work
from shared.contracts import suspensions as facts
from shared.contracts.case_event import OnTask, TaskMark
from shared.contracts.obligations import last_moment
from shared.kernel.calendar import business_day, ending_day
from shared.kernel.policy import Due, Policy


def running_until(due: Due, since: datetime, until: datetime, policy: Policy) -> Due:
    """Returns the due moment of an obligation that stood still between the two: it has the days
    left that it had before. One that was late stays so, and one that came after the pause had ended
    has lost nothing."""
    due = policy.recounted(due)
    left = policy.left(due, since)
    return policy.goes_on(due, left, max(since, until)) if left else due


def no_later(due: Due, latest: datetime | None, policy: Policy) -> Due:
    """Returns the due moment, or the last day that the law knows."""
    if latest is None or due.at <= latest:
        return due
    return policy.on_day(due.rule, ending_day(latest))


def after_pause(due: Due, pause: Pause, policy: Policy) -> Due:
    """Returns the due moment after a pause that has ended."""
    return gone_on(due, pause, pause.ended.happened(), policy) if pause.ended else due


def gone_on(due: Due, pause: Pause, until: datetime, policy: Policy) -> Due:
    """Returns the due moment of a task that goes on `until` then: never earlier than it was, nor
    later than the law knows."""
    later = running_until(due, pause.began.at, until, policy)
    return max(due, no_later(later, pause.began.latest, policy), key=lambda each: each.at)


def after_pauses(due: Due, work: Work, policy: Policy, since: datetime | None = None) -> Due:
    """Returns the due moment after the pauses of the task that have ended; only those that began
    after `since`, where it is given."""
    for pause in work.suspending.pauses:
        if since is None or pause.began.at >= since:
            due = after_pause(due, pause, policy)
    return due


def days_used(work: Work) -> int:
    """Returns the calendar days for which the task stood still."""
    ended = ((pause.began.at, pause.ended) for pause in work.suspending.pauses if pause.ended)
    return sum(days_between(since, end.happened()) for since, end in ended)


def days_between(since: datetime, until: datetime) -> int:
    return (business_day(until) - business_day(since)).days


def awaited_opinions(work: Work, state: Handling, at: datetime) -> tuple[Work, ...]:
    """Returns the co-handlers of a lead who still owe their opinions, and in time."""
    team = state.team("co", work.round) if work.part == "lead" else ()
    return tuple(co for co in team if not co.opinions and co.counted_at(at) < co.due.at)


def opinions_go_on(
    state: Handling, round_: int, lead: Due, at: datetime, on: date, policy: Policy
) -> Iterator[facts.CohandlerResumed]:
    """Yields the end of the pause of each co-handler of the round; no opinion is due later than the
    lead's reply."""
    until = min(at, last_moment(on))
    began = {each.still_since for each in state.team("lead", round_)}
    for co in state.team("co", round_):
        if co.still_since and not co.opinions:
            later = running_until(co.due, co.still_since, until, policy)
            if co.still_since not in began:
                later = max(later, counted_anew(co.due, until, policy), key=lambda each: each.at)
            due = no_later(later, max(lead.at, co.due.at), policy)
            yield facts.CohandlerResumed(at=at, **co.mark, on=on, was=co.due, due=due)


def counted_anew(due: Due, until: datetime, policy: Policy) -> Due:
    """Returns the due moment of one who joined while its lead stood still: the day of the lead that
    bounded it, passed by then or near, holds no more."""
    return policy.due(due.rule, until) if policy.has(due.rule) else due


def opinion_stands_still(joined: OnTask, state: Handling) -> Iterator[facts.CohandlerSuspended]:
    """Yields the pause of a co-handler who joins a lead that stands still."""
    for lead in state.team("lead", joined.round):
        if (pause := lead.suspending.running) and pause.began.with_opinions:
            yield facts.CohandlerSuspended(at=joined.at, **joined.fields(TaskMark))


def handed_out_at(work: Work, state: Handling) -> datetime:
    """Returns when the round of the task was handed out (交办之日), whichever unit had it then: the
    longest time of the law counts from that day (代表法第51条)."""
    answering = (each for each in state.works.values() if each.part != "co")
    return min(each.opening.at for each in (work, *answering) if each.round == work.round)

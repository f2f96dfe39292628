"""The counting of a due moment: its start, its period, and the days that did not count."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import groupby, islice
from typing import Literal

from services.reminder.domain.state import Clock
from shared.kernel.calendar import SATURDAY, Calendar, Period, business_day, ending_day
from shared.kernel.policy import Policy
from shared.kernel.shape import Shape

MOST_SPANS = 60
"""Spans of days off that are listed."""
DAY = timedelta(days=1)
Off = Literal["weekend", "holiday"]


class Span(Shape):
    """Days off, one after the other, of one sort."""

    first: date
    last: date
    off: Off


class Counting(Shape):
    """The start day is not counted. `resumed`: counted from there with the budget that was left,
    else from the start with the period of the policy row. `worked`: weekends that count."""

    start: date
    period: Period
    resumed: bool
    basis: str | None
    skipped: tuple[Span, ...]
    worked: tuple[date, ...]


def counting_of(clock: Clock, policy: Policy) -> Counting | None:
    """Returns how the clock's due moment follows from its period; None where it does not: it was
    set by another fact, or counted by a row or a calendar that is not in force any more."""
    deadline, due = policy.row.obligations.get(clock.started.rule), clock.schedule.due
    own = deadline.period if deadline and policy.row.version == due.policy else None
    began = clock.began
    period = began and (began.left or own)
    if not (began and period and policy.calendar.end_of(period, began.at)[0] == due.at):
        return None
    days = list(days_looked_at(period, began.at, due.at, policy.calendar))
    worked = (
        day for day in days if day.weekday() >= SATURDAY and policy.calendar.is_working_day(day)
    )
    return Counting(
        start=business_day(began.at),
        period=period,
        resumed=began.left is not None,
        basis=deadline.basis if deadline else None,
        skipped=tuple(islice(spans(days, policy.calendar), MOST_SPANS)),
        worked=tuple(worked),
    )


def days_looked_at(
    period: Period, start: datetime, due: datetime, calendar: Calendar
) -> Iterator[date]:
    """Yields the days of which it matters whether they are worked: all after the start for working
    days, else those over which the end has rolled."""
    last = ending_day(due)
    if period.unit == "WD":
        first = business_day(start) + DAY
    else:
        exact = Period(unit=period.unit, length=period.length)
        first = ending_day(calendar.end_of(exact, start)[0]) if period.roll else last + DAY
    yield from (first + n * DAY for n in range((last - first).days + 1))


def spans(days: Iterable[date], calendar: Calendar) -> Iterator[Span]:
    for off, group in groupby(days, key=calendar.off):
        if off:
            first, *rest = group
            yield Span(first=first, last=rest[-1] if rest else first, off=off)

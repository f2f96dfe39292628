"""Tries every deadline of a policy row on a made-up case: what could never happen is refused."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache

from shared.kernel.calendar import OFFICIAL_YEARS, Calendar, Period, business_day
from shared.kernel.policy import Deadline, PolicyRow, Rung

BEGIN = datetime(2025, 3, 3, 1, tzinfo=UTC)
"""A Monday with no holiday near."""
YEAR = [datetime(OFFICIAL_YEARS[-1], 1, 1, 1, tzinfo=UTC) + timedelta(days=n) for n in range(365)]
"""Every day of a year with holidays, on which a case may begin."""
CALENDAR = Calendar("trial", {})
ENDS_IN_SILENCE = ("objection", "rating")
"""Whoever does not answer is deemed to have: by the rung that deems."""
SHUT_WHEN_DUE = ("objection",)
"""An answer after the due moment is refused; a rating still counts until the rung that deems."""
NEVER_AFTER = (
    ("sign-for", "objection", "whoever is deemed to have accepted is not asked to sign any more"),
    ("objection", "co-opinion", "a task may not be refused when it has to be done already"),
    ("objection", "reply", "a task may not be refused when it has to be done already"),
)

Fault = tuple[tuple[str, ...], str]


def impossible(row: PolicyRow) -> Iterator[Fault]:
    """(place, reason) of what the row promises and would never do."""
    for rule, deadline in row.deadlines.items():
        reasons = deeming(rule, deadline) if rule in ENDS_IN_SILENCE else unheard(deadline)
        for reason in (*never_reached(deadline), *unasked(deadline), *reasons):
            yield ("deadlines", rule, "ladder"), reason
    yield from out_of_turn(row)


def never_reached(deadline: Deadline) -> Iterator[str]:
    end, _ = CALENDAR.end_of(deadline.period, BEGIN)
    for rung in deadline.ladder:
        if CALENDAR.shift(end, rung.offset, rung.unit) <= BEGIN:
            yield f"the rung {rung.key!r} would come before the obligation begins"


def unasked(deadline: Deadline) -> Iterator[str]:
    for rung in deadline.ladder:
        if rung.acknowledge and not rung.escalates:
            yield f"the rung {rung.key!r} does not escalate: nobody is asked to acknowledge it"


def unheard(deadline: Deadline) -> Iterator[str]:
    for rung in deadline.ladder:
        if rung.deems:
            yield f"the rung {rung.key!r} deems, but here silence is no answer to anything"


def deeming(rule: str, deadline: Deadline) -> Iterator[str]:
    """The last rung deems; not before the due moment, and never brought forward before it."""
    rungs = sorted(deadline.ladder, key=from_due)
    if [rung.deems for rung in rungs] != [False] * (len(rungs) - 1) + [True]:
        yield "its last rung must be the one that deems: without it this window never ends"
        return
    last = rungs[-1]
    if last.offset < 0:
        yield f"the rung {last.key!r} would end the window before it is due"
    if last.offset > 0 and rule in SHUT_WHEN_DUE:
        yield f"the rung {last.key!r} comes too late: after the due moment nobody may answer"
    for rung in rungs:
        if rung.acknowledge and rung.offset < 0:
            yield f"the rung {rung.key!r}, unanswered, would end the window before it is due"


def from_due(rung: Rung) -> datetime:
    return CALENDAR.shift(BEGIN, rung.offset, rung.unit)


def out_of_turn(row: PolicyRow) -> Iterator[Fault]:
    """Named on both lines: either may be the one to correct."""
    for sooner, later, why in NEVER_AFTER:
        if sooner in row.deadlines and later in row.deadlines:
            day = overtaken(row.deadlines[sooner].period, row.deadlines[later].period)
            if day:
                begun = f"begun on {day}, it would end"
                yield ("deadlines", sooner, "period"), f"{begun} after {later!r}: {why}"
                yield ("deadlines", later, "period"), f"{begun} before {sooner!r}: {why}"


@cache
def overtaken(sooner: Period, later: Period) -> date | None:
    """The first day from which on `sooner` would end after `later`."""
    starts = (
        begin
        for begin in YEAR
        if CALENDAR.end_of(sooner, begin)[0] > CALENDAR.end_of(later, begin)[0]
    )
    return next((business_day(begin) for begin in starts), None)

"""How a due moment was counted: the period from its start, and the days left out."""

from datetime import date, datetime

import pytest

from services.reminder.domain.counting import Counting, counting_of, days_looked_at, spans
from services.reminder.domain.decider import DECIDER
from shared.contracts.reminder import ReminderEvent
from shared.kernel.calendar import BUSINESS_ZONE, Calendar, Period
from shared.kernel.messages import Command
from tests.unit.reminder.clocks import CLOCK, DAY, MONDAY, RULES, due, follow, opening
from tests.unit.reminder.test_pauses import act

OFFICIAL = Calendar("test", {})


def moment(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T09:00:00").replace(tzinfo=BUSINESS_ZONE)


def left_out(period: Period, start: str, calendar: Calendar = OFFICIAL) -> list[tuple[str, ...]]:
    end = calendar.end_of(period, moment(start))[0]
    days = days_looked_at(period, moment(start), end, calendar)
    return [(f"{each.first}", f"{each.last}", each.off) for each in spans(days, calendar)]


def test_working_days_leave_out_weekends_and_holidays() -> None:
    """The first of May 2025 is a Thursday; five days are off, and a Sunday before is worked."""
    assert left_out(Period(unit="WD", length=5), "2025-04-24") == [
        ("2025-04-26", "2025-04-26", "weekend"),
    ]
    assert left_out(Period(unit="WD", length=6), "2025-04-24") == [
        ("2025-04-26", "2025-04-26", "weekend"),
        ("2025-05-01", "2025-05-05", "holiday"),
    ]


def test_calendar_days_leave_out_those_alone_over_which_the_end_rolls() -> None:
    assert left_out(Period(unit="CD", length=10), "2025-04-21") == []
    assert left_out(Period(unit="CD", length=10, roll=True), "2025-04-21") == [
        ("2025-05-01", "2025-05-05", "holiday")
    ]
    assert left_out(Period(unit="CM", length=1, roll=True), "2025-04-03") == [
        ("2025-05-03", "2025-05-05", "holiday")
    ]
    assert left_out(Period(unit="CM", length=1, roll=True), "2025-04-07") == []


@pytest.mark.parametrize(
    ("day", "off"),
    [("2025-10-01", "holiday"), ("2025-10-11", None), ("2025-10-12", "weekend"),
     ("2031-10-01", "holiday"), ("2031-10-04", "weekend")],
)  # fmt: skip
def test_a_day_off_is_a_holiday_or_a_weekend(day: str, off: str | None) -> None:
    assert OFFICIAL.off(date.fromisoformat(day)) == off


def test_a_day_that_the_policy_takes_off_is_a_holiday() -> None:
    own = Calendar("test", {date(2025, 6, 3): False})
    assert own.off(date(2025, 6, 3)) == "holiday"


def counted(*commands: Command) -> Counting | None:
    facts: list[ReminderEvent] = []
    for command in commands:
        facts += DECIDER.decide(command, DECIDER.fold(facts))
    return counting_of(DECIDER.fold(facts).clocks[CLOCK], RULES)


def test_a_clock_counts_its_period_from_its_start_and_after_a_pause_what_was_left() -> None:
    period = RULES.row.obligations["reply"].period
    whole = counted(follow(opening()))
    assert whole is not None
    assert (whole.start, whole.period, whole.resumed) == (MONDAY.date(), period, False)
    resumed = MONDAY + 40 * DAY
    rest = counted(follow(opening()), act("pause", MONDAY + 30 * DAY), act("resume", resumed))
    assert rest is not None
    left = Period(unit="CD", length=62, roll=True)
    assert (rest.start, rest.period, rest.resumed) == (resumed.date(), left, True)


def test_a_day_that_was_granted_was_not_counted_also_where_a_period_ends_on_it() -> None:
    early = due().model_copy(update={"at": due().at - 20 * DAY})
    opened = follow(opening().model_copy(update={"due": early}))
    assert counted(opened) is None
    assert counted(opened, act("extend", MONDAY + DAY, due=due())) is None

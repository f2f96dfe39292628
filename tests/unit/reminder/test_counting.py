"""How a due moment was counted: the period from its start, and the days left out."""

from datetime import date, datetime

import pytest

from services.reminder.domain.counting import days_looked_at, spans
from shared.kernel.calendar import BUSINESS_ZONE, Calendar, Period

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

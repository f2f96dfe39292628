"""What periods mean in the official calendar, by known days."""

from datetime import UTC, date, datetime, timedelta
from time import perf_counter

import pytest

from shared.kernel.calendar import BUSINESS_ZONE, Calendar, Period, ending_day

CALENDAR = Calendar("test", {})


def at(year: int, month: int, day: int, hour: int = 9) -> datetime:
    return datetime(year, month, day, hour, tzinfo=BUSINESS_ZONE)


def last_day(unit: str, length: int, start: datetime, *, roll: bool = False) -> date:
    end, _ = CALENDAR.end_of(
        Period.model_validate({"unit": unit, "length": length, "roll": roll}), start
    )
    return ending_day(end)


def test_a_period_ends_at_24_00_in_shanghai_and_is_told_in_utc() -> None:
    end, provisional = CALENDAR.end_of(Period(unit="CD", length=15), at(2025, 3, 10))
    assert end == datetime(2025, 3, 25, 16, tzinfo=UTC)
    assert end.tzinfo is UTC
    assert not provisional


def test_the_start_day_is_that_of_shanghai_not_of_utc() -> None:
    late_in_the_evening_of_utc = datetime(2025, 3, 9, 17, tzinfo=UTC)
    assert last_day("CD", 1, late_in_the_evening_of_utc) == date(2025, 3, 11)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        CALENDAR.end_of(Period(unit="CD", length=1), datetime(2025, 3, 10))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (at(2025, 1, 31), 1, date(2025, 2, 28)),
        (at(2024, 1, 31), 1, date(2024, 2, 29)),
        (at(2025, 11, 30), 3, date(2026, 2, 28)),
        (at(2025, 3, 15), 3, date(2025, 6, 15)),
        (at(2024, 2, 29), 12, date(2025, 2, 28)),
    ],
)
def test_months_end_on_the_same_day_number_or_the_months_last_day(
    start: datetime, months: int, end: date
) -> None:
    assert last_day("CM", months, start) == end


def test_make_up_saturdays_count_and_holidays_do_not() -> None:
    # National Day 2025: off from 1 to 8 October; 28 September and 11 October are worked weekends.
    assert last_day("WD", 1, at(2025, 9, 26)) == date(2025, 9, 28)
    assert last_day("WD", 4, at(2025, 9, 29)) == date(2025, 10, 11)


def test_an_end_on_a_day_off_rolls_to_the_next_working_day_only_when_asked() -> None:
    assert last_day("CM", 3, at(2025, 7, 1), roll=True) == date(2025, 10, 9)
    assert last_day("CM", 3, at(2025, 7, 1)) == date(2025, 10, 1)


def test_an_override_wins_over_the_official_calendar() -> None:
    closed = Calendar("test", {date(2025, 3, 11): False, date(2025, 3, 15): True})
    end, _ = closed.end_of(Period(unit="WD", length=4), at(2025, 3, 10))
    assert ending_day(end) == date(2025, 3, 15)


def test_what_reaches_into_a_year_without_official_calendar_is_provisional() -> None:
    ten_days, month = Period(unit="WD", length=10), Period(unit="CM", length=1)
    assert CALENDAR.end_of(ten_days, at(2026, 12, 28))[1]
    assert not CALENDAR.end_of(ten_days, at(2026, 12, 1))[1]
    assert CALENDAR.end_of(Period(unit="CM", length=1, roll=True), at(2026, 12, 28))[1]
    assert not CALENDAR.end_of(month, at(2026, 12, 28))[1], "no knowledge of days off was used"


def test_a_year_whose_whole_list_is_in_the_overrides_is_not_provisional() -> None:
    known = Calendar("test", {date(2027, 1, 1): False}, frozenset({2027}))
    end, provisional = known.end_of(Period(unit="WD", length=1), at(2026, 12, 31))
    assert (ending_day(end), provisional) == (date(2027, 1, 4), False)


def test_rungs_are_found_from_the_due_moment_in_both_directions() -> None:
    due, _ = CALENDAR.end_of(Period(unit="CM", length=3), at(2025, 6, 30))
    assert ending_day(due) == date(2025, 9, 30)
    assert ending_day(CALENDAR.shift(due, -7)) == date(2025, 9, 23)
    assert ending_day(CALENDAR.shift(due, 5, "WD")) == date(2025, 10, 14)
    assert ending_day(CALENDAR.shift(due, -2, "WD")) == date(2025, 9, 28)
    assert CALENDAR.shift(due, 0, "WD") == due


def test_three_months_of_working_days_take_microseconds() -> None:
    period, start = Period(unit="WD", length=62), at(2025, 3, 10)
    CALENDAR.end_of(period, start)
    before = perf_counter()
    for _ in range(1000):
        CALENDAR.end_of(period, start)
    assert timedelta(seconds=perf_counter() - before) < timedelta(milliseconds=200)

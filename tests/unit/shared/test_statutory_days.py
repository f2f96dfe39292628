"""Statutory days are off in every year, also where no list was published yet."""

from datetime import date, datetime

import pytest

from shared.kernel.calendar import (
    BUSINESS_ZONE,
    DAYS_OFF,
    OFFICIAL_YEARS,
    Calendar,
    Period,
    ending_day,
)
from shared.kernel.statutory_days import LUNAR, statutory_days

CALENDAR = Calendar("test", {})


def test_the_thirteen_days_of_2027_are_off() -> None:
    """1 January, 5 to 8 February, 5 April, 1 and 2 May, 9 June, 15 September, 1 to 3
    October."""
    off = [(1, 1), (2, 5), (2, 6), (2, 7), (2, 8), (4, 5), (5, 1), (5, 2), (6, 9), (9, 15)]
    off += [(10, 1), (10, 2), (10, 3)]
    days = {date(2027, month, day) for month, day in off}
    assert statutory_days(2027) == days
    assert not any(map(CALENDAR.is_working_day, days))
    assert CALENDAR.is_working_day(date(2027, 2, 9))


@pytest.mark.parametrize("year", sorted(LUNAR))
def test_every_year_of_the_table_has_its_days(year: int) -> None:
    """Mid-autumn may fall on National Day."""
    assert len(statutory_days(year)) in (12, 13)


@pytest.mark.parametrize("year", [2025, 2026])
def test_the_fixed_days_are_those_of_the_published_lists(year: int) -> None:
    assert statutory_days(year) <= DAYS_OFF


def test_a_year_beyond_the_table_keeps_the_fixed_days_off() -> None:
    assert not CALENDAR.is_working_day(date(2080, 10, 1))


def test_a_period_over_new_year_leaves_the_first_of_january_out() -> None:
    start = datetime(2026, 12, 30, 9, tzinfo=BUSINESS_ZONE)
    end, provisional = CALENDAR.end_of(Period(unit="WD", length=2), start)
    assert (ending_day(end), provisional) == (date(2027, 1, 4), True)


@pytest.mark.parametrize(
    ("day", "announced", "missing"),
    [
        (date(OFFICIAL_YEARS[-1], 10, 31), (), None),
        (date(OFFICIAL_YEARS[-1], 11, 1), (), OFFICIAL_YEARS[-1] + 1),
        (date(OFFICIAL_YEARS[-1], 12, 31), (OFFICIAL_YEARS[-1] + 1,), None),
        (date(2025, 11, 1), (), None),
        (date(OFFICIAL_YEARS[-1] + 1, 1, 5), (), OFFICIAL_YEARS[-1] + 1),
        (date(OFFICIAL_YEARS[-1] + 1, 1, 5), (OFFICIAL_YEARS[-1] + 1,), None),
    ],
)
def test_a_missing_list_is_told_from_november_on_until_it_comes(
    day: date, announced: tuple[int, ...], missing: int | None
) -> None:
    assert Calendar("test", {}, frozenset(announced)).missing_list(day) == missing

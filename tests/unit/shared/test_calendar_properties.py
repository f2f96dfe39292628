"""What holds for every period, start and calendar."""

from datetime import UTC, date, datetime, timedelta

import chinese_calendar
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.calendar import BUSINESS_ZONE, Calendar, Period, business_day, ending_day

CALENDAR = Calendar("test", {})
DAYS = st.dates(date(2020, 1, 1), date(2026, 12, 31))
STARTS = st.datetimes(datetime(2020, 1, 1), datetime(2025, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
UNITS = st.sampled_from(["CD", "CM", "WD"])
LENGTHS = st.integers(0, 60)
OVERRIDES = st.dictionaries(DAYS, st.booleans(), max_size=40)


def end(unit: str, length: int, start: datetime, *, roll: bool = False) -> datetime:
    period = Period.model_validate({"unit": unit, "length": length, "roll": roll})
    return CALENDAR.end_of(period, start)[0]


def test_every_day_from_2020_to_2026_is_as_the_official_calendar_says() -> None:
    days = [date(2020, 1, 1) + timedelta(days=n) for n in range(7 * 365 + 2)]
    assert days[-1] == date(2026, 12, 31)
    assert [d for d in days if CALENDAR.is_working_day(d) != chinese_calendar.is_workday(d)] == []


@given(UNITS, LENGTHS, STARTS, STARTS, st.booleans())
def test_who_starts_later_ends_no_earlier(
    unit: str, length: int, one: datetime, other: datetime, roll: bool
) -> None:
    early, late = sorted((one, other))
    assert end(unit, length, early, roll=roll) <= end(unit, length, late, roll=roll)


@given(UNITS, LENGTHS, LENGTHS, STARTS, st.booleans())
def test_a_longer_period_ends_no_earlier(
    unit: str, one: int, other: int, start: datetime, roll: bool
) -> None:
    short, long = sorted((one, other))
    assert end(unit, short, start, roll=roll) <= end(unit, long, start, roll=roll)


@given(UNITS, LENGTHS, STARTS, st.booleans())
def test_every_period_ends_at_midnight_in_shanghai_after_its_start(
    unit: str, length: int, start: datetime, roll: bool
) -> None:
    local = end(unit, length, start, roll=roll).astimezone(BUSINESS_ZONE)
    assert (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0)
    assert local > start


@given(LENGTHS, STARTS, OVERRIDES)
def test_working_days_never_end_on_a_day_off(
    length: int, start: datetime, overrides: dict[date, bool]
) -> None:
    local = Calendar("test", overrides)
    moment, _ = local.end_of(Period(unit="WD", length=length), start)
    assert local.is_working_day(ending_day(moment))


@given(st.sampled_from(["CD", "CM"]), LENGTHS, STARTS)
def test_rolling_reaches_the_first_working_day_and_skips_none(
    unit: str, length: int, start: datetime
) -> None:
    counted = ending_day(end(unit, length, start))
    rolled = ending_day(end(unit, length, start, roll=True))
    between = [counted + timedelta(days=n) for n in range((rolled - counted).days)]
    assert CALENDAR.is_working_day(rolled)
    assert not any(CALENDAR.is_working_day(day) for day in between)


@given(st.integers(1, 60), STARTS, OVERRIDES)
def test_a_period_holds_as_many_working_days_as_it_is_long(
    length: int, start: datetime, overrides: dict[date, bool]
) -> None:
    local = Calendar("test", overrides)
    moment, _ = local.end_of(Period(unit="WD", length=length), start)
    first, last = business_day(start), ending_day(moment)
    counted = [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]
    assert sum(map(local.is_working_day, counted)) == length
    assert local.days_between(start, moment) == length


@given(st.integers(1, 40), STARTS)
def test_going_back_by_working_days_undoes_going_forth(offset: int, start: datetime) -> None:
    due = end("WD", 1, start)
    assert CALENDAR.shift(CALENDAR.shift(due, offset, "WD"), -offset, "WD") == due


@given(OVERRIDES, DAYS)
def test_overrides_win_everywhere_and_touch_nothing_else(
    overrides: dict[date, bool], day: date
) -> None:
    official = chinese_calendar.is_workday(day)
    assert Calendar("test", overrides).is_working_day(day) is overrides.get(day, official)

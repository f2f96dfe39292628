"""Working time: the official calendar with make-up working days, and the periods counted in it."""

from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo

from chinese_calendar.constants import holidays, workdays
from pydantic import BaseModel, ConfigDict, Field

from shared.kernel.statutory_days import statutory_days

BUSINESS_ZONE = ZoneInfo("Asia/Shanghai")
OFFICIAL_YEARS = range(min(holidays).year, max(holidays).year + 1)
SATURDAY = 5
NOVEMBER = 11
"""The State Council publishes the list of a year in the last weeks of the year before."""
DAYS_OFF: frozenset[date] = frozenset(holidays)
MADE_UP: frozenset[date] = frozenset(workdays)
"""Saturdays and Sundays worked in exchange for a holiday (调休)."""
DAY, INSTANT = timedelta(days=1), timedelta(microseconds=1)


DayUnit = Literal["CD", "WD"]
"""Calendar days or working days."""


class Period(BaseModel):
    """Length of time in calendar days CD, calendar months CM (clamped to month end) or working days
    WD.

    The start day is not counted; the period ends with the last day (24:00 Asia/Shanghai). `roll`
    moves an end that falls on a day off to the next working day (Civil Code art. 203).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    unit: Literal["CD", "CM", "WD"]
    length: int = Field(ge=0, le=3660)
    roll: bool = False


def business_day(moment: datetime) -> date:
    """Returns the date in the business zone. Raises ValueError for a moment without time zone."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    return moment.astimezone(BUSINESS_ZONE).date()


def midnight_after(day: date) -> datetime:
    """Returns 24:00 of the day in the business zone, in UTC."""
    return datetime.combine(day + DAY, time(), BUSINESS_ZONE).astimezone(UTC)


def ending_day(moment: datetime) -> date:
    """Returns the day that ends at the moment: midnight is 24:00 of the day before."""
    return business_day(moment - INSTANT)


@dataclass(frozen=True)
class Calendar:
    """Working days and days off.

    `overrides` wins over the official calendar, which covers OFFICIAL_YEARS. Other years have
    weekends and statutory days only and are provisional, unless they are `announced`: then the
    overrides hold their whole official list.
    """

    version: str
    overrides: Mapping[date, bool]
    announced: frozenset[int] = frozenset()
    _worked: dict[int, list[int]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def is_working_day(self, day: date) -> bool:
        if day in self.overrides:
            return self.overrides[day]
        if day.year not in OFFICIAL_YEARS and day in _statutory(day.year):
            return False
        return day in MADE_UP or (day.weekday() < SATURDAY and day not in DAYS_OFF)

    def off(self, day: date) -> Literal["weekend", "holiday"] | None:
        """Returns why the day is not worked; None for a working day. A holiday may fall on a
        weekend."""
        if self.is_working_day(day):
            return None
        named = day in DAYS_OFF or self.overrides.get(day) is False
        is_holiday = named or (day.year not in OFFICIAL_YEARS and day in _statutory(day.year))
        return "holiday" if is_holiday or day.weekday() < SATURDAY else "weekend"

    def is_provisional(self, year: int) -> bool:
        return year not in OFFICIAL_YEARS and year not in self.announced

    @property
    def known_years(self) -> tuple[int, ...]:
        """Returns the years whose official list is known."""
        return tuple(sorted({*OFFICIAL_YEARS, *self.announced}))

    def guess_between(self, start: datetime, end: datetime) -> int | None:
        """Returns the last year between two moments, in either order, whose official list is not
        known; None where all are."""
        first, last = sorted((ending_day(start).year, ending_day(end).year))
        return next((y for y in range(last, first - 1, -1) if self.is_provisional(y)), None)

    def missing_list(self, day: date) -> int | None:
        """Returns the year of the day while its official list is not known, and from November on
        the coming one: what is due in it may move when the list comes."""
        if self.is_provisional(day.year):
            return day.year
        coming = day.year + 1
        return coming if day.month >= NOVEMBER and self.is_provisional(coming) else None

    def end_of(self, period: Period, start: datetime) -> tuple[datetime, bool]:
        """Returns the end of `period` after `start`, and whether a provisional year was used."""
        first = business_day(start)
        if period.unit == "WD":
            last = self._working_end(first, period.length)
            return midnight_after(last), self._guessed(
                first + DAY if period.length else first, last
            )
        counted = (
            _months_after(first, period.length)
            if period.unit == "CM"
            else first + period.length * DAY
        )
        if not period.roll:
            return midnight_after(counted), False
        rolled = self._working_end(counted, 0)
        return midnight_after(rolled), self._guessed(counted, rolled)

    def shift(self, moment: datetime, offset: int, unit: DayUnit = "CD") -> datetime:
        """Returns the moment `offset` days later (or earlier) at the same time of day; 24:00 stays
        24:00."""
        if unit == "CD" or offset == 0:
            return moment + offset * DAY
        day = ending_day(moment)
        target = self._after(day, offset) if offset > 0 else self._before(day, -offset)
        return moment + (target - day)

    def days_between(self, start: datetime, end: datetime, unit: DayUnit = "WD") -> int:
        """Returns the days between, as the inverse of `end_of`; negative when the end is first."""
        first, last = business_day(start), ending_day(end)
        if unit == "CD":
            return (last - first).days
        low, high = sorted((first, last))
        return (1 if first <= last else -1) * sum(
            bisect_right(self._days(year), high.toordinal())
            - bisect_right(self._days(year), low.toordinal())
            for year in range(low.year, high.year + 1)
        )

    def _working_end(self, day: date, length: int) -> date:
        """Returns the `length`-th working day after the day; for 0 the day or the next worked."""
        if length == 0 and self.is_working_day(day):
            return day
        return self._after(day, max(length, 1))

    def _after(self, day: date, count: int) -> date:
        year, worked = day.year, self._days(day.year)
        place = bisect_right(worked, day.toordinal()) + count - 1
        while place >= len(worked):
            place -= len(worked)
            year += 1
            worked = self._days(year)
        return date.fromordinal(worked[place])

    def _before(self, day: date, count: int) -> date:
        year, worked = day.year, self._days(day.year)
        place = bisect_left(worked, day.toordinal()) - count
        while place < 0:
            year -= 1
            worked = self._days(year)
            place += len(worked)
        return date.fromordinal(worked[place])

    def _days(self, year: int) -> list[int]:
        """Returns the year's working days as ordinals, counted once."""
        if year not in self._worked:
            january = date(year, 1, 1)
            days = (january + n * DAY for n in range((date(year, 12, 31) - january).days + 1))
            self._worked[year] = [day.toordinal() for day in days if self.is_working_day(day)]
        return self._worked[year]

    def _guessed(self, first: date, last: date) -> bool:
        return any(self.is_provisional(year) for year in range(first.year, last.year + 1))


@cache
def _statutory(year: int) -> frozenset[date]:
    return statutory_days(year)


def _months_after(day: date, count: int) -> date:
    """The same day number `count` months later, or the month's last day (31 Jan + 1 CM: 28 Feb)."""
    years, month = divmod(day.month - 1 + count, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))

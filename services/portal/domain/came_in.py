"""Counts of what came in before it is handed out: parts with numerator and base, beside those of
the year before until the same day."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.portal.domain.derived import Case, part
from shared.kernel.rate import exact_percent

LEAP_DAY, LAST_OF_FEBRUARY = (2, 29), 28
NOT_STATED = "-"


@dataclass(frozen=True)
class Figure:
    """A part of a base, each with that of the year before; None where no year is before."""

    key: str
    n: int
    base: int
    n_before: int | None = None
    base_before: int | None = None

    @property
    def percent(self) -> str | None:
        return percent(self.n, self.base)

    @property
    def percent_before(self) -> str | None:
        return percent(self.n_before, self.base_before)

    @property
    def difference(self) -> int | None:
        return None if self.n_before is None else self.n - self.n_before


def percent(n: int | None, base: int | None) -> str | None:
    """Returns the share in percent; None for an empty base, and where no year is before."""
    return None if n is None or base is None else exact_percent(n, base)


@dataclass(frozen=True)
class Year:
    """The cases of a year that have come in until a day."""

    cases: Sequence[Case]

    def until(self, day: date) -> "Year":
        last = day.isoformat()
        return Year([case for case in self.cases if str(case["received_on"] or "") <= last])

    def where(self, keep: Callable[[Case], bool]) -> "Year":
        return Year([*filter(keep, self.cases)])

    def counted(self, keys: Callable[[Case], Iterable[str]]) -> Counter[str]:
        return Counter(key for case in self.cases for key in keys(case))

    def __len__(self) -> int:
        return len(self.cases)


def day_before(day: date) -> date:
    """Returns the same day of the year before."""
    leap = (day.month, day.day) == LEAP_DAY
    return day.replace(year=day.year - 1, day=LAST_OF_FEBRUARY if leap else day.day)


@dataclass(frozen=True)
class Comparison:
    """A year, and the one before until the same day; None where none is known."""

    now: Year
    before: Year | None

    def split(self, keys: Callable[[Case], Iterable[str]]) -> list[Figure]:
        """Returns a figure for each key, the most frequent first; the base are all cases."""
        here = self.now.counted(keys)
        there = Counter[str]() if self.before is None else self.before.counted(keys)
        every = sorted({*here, *there}, key=lambda key: (-here[key], -there[key], key))
        return [self.figure(key, here, there) for key in every]

    def figure(self, key: str, here: Mapping[str, int], there: Mapping[str, int]) -> Figure:
        if self.before is None:
            return Figure(key, here.get(key, 0), len(self.now))
        return Figure(
            key, here.get(key, 0), len(self.now), there.get(key, 0), len(self.before)
        )  # fmt: skip

    def chosen(self, keys: Callable[[Case], Iterable[str]], wanted: Sequence[str]) -> list[Figure]:
        """Returns the figures of these keys in their order, also of those that nothing has."""
        known = {figure.key: figure for figure in self.split(keys)}
        return [known.get(key) or self.figure(key, {}, {}) for key in wanted]

    def among(self, keep: Callable[[Case], bool]) -> "Comparison":
        """Returns the comparison of the cases that are kept: their number is the base."""
        before = None if self.before is None else self.before.where(keep)
        return Comparison(self.now.where(keep), before)


def by(name: str) -> Callable[[Case], Iterator[str]]:
    """Returns the value of a field of the register, as key."""

    def keys(case: Case) -> Iterator[str]:
        yield str(case.get(name) or NOT_STATED)

    return keys


ENDS = ("accepted", "declined", "passed-on", "sent-back", "merged", "split", "withdrawn")
"""Ways of a paper until it is handed out, as measures of the register and statuses."""


def became(case: Case) -> Iterator[str]:
    measures = set(case.get("measures") or ())
    yield from (end for end in ENDS if end in measures or case["status"] == end)


def signed_by(case: Case) -> Iterator[str]:
    """Yields whether one proposer has signed, or several."""
    yield "joint" if len(part(case, "intake").get("proposers") or ()) > 1 else "single"


def is_handed_out(case: Case) -> bool:
    return bool(case["units"])


def team(case: Case) -> Iterator[str]:
    """Yields how many units a case has: one, or several."""
    yield "several" if len(case["units"]) > 1 else "one"


def leading(case: Case) -> Iterator[str]:
    yield from case["leads"]


def beside(case: Case) -> Iterator[str]:
    """Yields the units that have a part in the case without answering for it."""
    yield from (unit for unit in case["units"] if unit not in case["leads"])


def involved(case: Case) -> Iterator[str]:
    yield from case["units"]

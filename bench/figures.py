"""Figures: a median with its quartiles, percentiles of latencies, ratios with their goals."""

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

DIGITS = ((100, 0), (10, 1))
"""From this value on, so many digits behind the point."""


@dataclass(frozen=True)
class Figure:
    """The median of several rounds; `low` and `high` are the quartiles."""

    median: float
    low: float
    high: float
    rounds: int

    def __str__(self) -> str:
        if self.rounds == 1:
            return short(self.median)
        return f"{short(self.median)} ({short(self.low)}–{short(self.high)})"


def figure(values: Sequence[float]) -> Figure:
    ordered = sorted(values)
    if len(ordered) == 1:
        return Figure(ordered[0], ordered[0], ordered[0], 1)
    low, median, high = statistics.quantiles(ordered, n=4, method="inclusive")
    return Figure(median, low, high, len(ordered))


def short(value: float) -> str:
    """Three digits say more than the machine's noise allows."""
    digits = next((digits for least, digits in DIGITS if value >= least), 2)
    return f"{value:,.{digits}f}"


def percentile(ordered: Sequence[float], share: float) -> float:
    """Of sorted values; the nearest one above."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


@dataclass(frozen=True)
class Ratio:
    """`goal` with its sense: `at_least` for speeds, otherwise a cost that may not be more."""

    what: str
    value: Figure
    goal: float
    at_least: bool = True

    @classmethod
    def once(cls, what: str, value: float) -> "Ratio":
        """Returns a figure of a single round that has no goal."""
        return cls(what, figure([value]), 0.0)

    @property
    def met(self) -> bool:
        value = self.value.median
        return value >= self.goal if self.at_least else value <= self.goal


def ratio(
    what: str, ours: Sequence[float], theirs: Sequence[float], goal: float, at_least: bool = True
) -> Ratio:
    """Round by round, because rounds that lie side by side had the same noise."""
    pairs = zip(ours, theirs, strict=True)
    return Ratio(what, figure([a / b for a, b in pairs if b]), goal, at_least)


@dataclass(frozen=True)
class Table:
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass
class Result:
    """Result of one benchmark: ratios first, then tables, then notes on how to read them."""

    name: str
    title: str
    ratios: list[Ratio] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    raw: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        ratios = [{**asdict(ratio), "met": ratio.met} for ratio in self.ratios]
        return {**asdict(self), "ratios": ratios}

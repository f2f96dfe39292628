"""Breakdowns by unit: joint values of counters become counts of each unit, or of the tree."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from services.portal.domain.derived import JOINT

Path = Callable[[str], tuple[str, ...]]
"""Returns a unit and all above it, nearest first."""
ALL = ("all", "all")
"""The place of the whole among groups and their values."""
NOWHERE, OTHER_KINDS = "-", "other-kinds"
"""Values of units: cases for which no unit answers (not yet handed out, waiting for another unit,
declined), and those of kinds that are not counted by unit for the reader. With them the rows of
units add up to the whole. Of other groups `-` has the cases without a value."""
LAST = (NOWHERE, OTHER_KINDS)
Counted = Mapping[str, Mapping[str, int]]
"""Value → {measure: n}."""


def alone(unit: str) -> tuple[str, ...]:
    """Returns the path of a unit that stands for itself only."""
    return (unit,)


def spread(counted: Counted, path: Path) -> dict[str, dict[str, int]]:
    """Returns the counts of every place on the paths of the units. A case for which several units
    answer counts once at each, and once at a place above several of them."""
    totals: dict[str, Counter[str]] = {}
    for joint, counts in counted.items():
        for place in {place for unit in joint.split(JOINT) for place in path(unit)}:
            totals.setdefault(place, Counter()).update(counts)
    return {place: dict(counts) for place, counts in totals.items()}


def in_order(values: Iterable[str], size: Callable[[str], int], path: Path) -> list[str]:
    """Returns the units so that each stands behind the one above it, the largest first; behind all
    of them the values that are no unit."""

    def place(value: str) -> tuple[int, list[tuple[int, str]]]:
        rank = LAST.index(value) + 1 if value in LAST else 0
        return rank, [(-size(each), each) for each in reversed(path(value))]

    return sorted(values, key=place)

"""Tables of the statistics page, from counters; every rate is shown with its two numbers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from services.disclosure.site.small_numbers import gives_away, hidden_cells
from shared.kernel.period_rules import PeriodRow
from shared.kernel.rate import percent

GROUPS = ("channel", "region", "subject")
KINDS = ("suggestion", "motion", "proposal", "petition", "hotline")
PARTS_OF_A_NAME = 6
MEASURES = ("registered", "closed", "public")
NOT_PUBLISHED = ("petition", "hotline")
"""Kinds of which not every case is public: their small numbers would point at people."""


@dataclass(frozen=True)
class Line:
    """Counts of the cases with one value of a group; `of` is the number of all cases."""

    code: str
    registered: int
    closed: int
    public: int
    of: int
    hidden: frozenset[str] = frozenset()

    def shows(self, measure: str) -> bool:
        return measure not in self.hidden

    @property
    def share(self) -> str:
        return percent(self.registered, self.of)

    @property
    def closing_rate(self) -> str:
        """办结率: closed ÷ registered in the period; cases in hand count as not closed."""
        return percent(self.closed, self.registered)

    @property
    def bar(self) -> str:
        """The share in percent, as the width of a bar beside the numbers."""
        return f"{100 * self.registered / self.of:.2f}" if self.of else "0"


@dataclass(frozen=True)
class Figures:
    """`numbers[period, kind, group][value][measure]`; `known` are the periods of the policy rows,
    newest first."""

    numbers: Mapping[tuple[str, str, str], Mapping[str, Mapping[str, int]]]
    known: Sequence[PeriodRow]

    @property
    def periods(self) -> Sequence[str]:
        counted = {period for period, _, _ in self.numbers}
        return [row.code for row in self.known if row.code in counted]

    def title(self, period: str) -> str:
        """Returns the printed name of a period."""
        return next((row.title for row in self.known if row.code == period), period)

    def kinds(self, period: str) -> Sequence[str]:
        counted = {kind for of_period, kind, _ in self.numbers if of_period == period}
        return [*(k for k in KINDS if k in counted), *sorted(counted - set(KINDS))]

    def overview(self, period: str) -> Sequence[Line]:
        """Returns one line per kind; a closing rate counts the cases of its kind."""
        lines = {kind: self.lines(period, kind, "all")[0] for kind in self.kinds(period)}
        total = sum(line.registered for line in lines.values())
        named = [replace(line, code=kind, of=total) for kind, line in lines.items()]
        sensitive = {place for place, line in enumerate(named) if line.code in NOT_PUBLISHED}
        return without_small(named, sensitive)

    def lines(self, period: str, kind: str, group: str) -> Sequence[Line]:
        """Returns the lines of a group, which add up to the kind: most cases first, not stated
        last."""
        values = self.numbers.get((period, kind, group), {})
        total = sum(measures.get("registered", 0) for measures in values.values())
        lines = [
            Line(
                code=value,
                registered=measures.get("registered", 0),
                closed=measures.get("closed", 0),
                public=measures.get("public", 0),
                of=total,
            )
            for value, measures in values.items()
        ]
        ordered = sorted(lines, key=lambda line: (line.code == "-", -line.registered, line.code))
        sensitive = set(range(len(ordered))) if kind in NOT_PUBLISHED else set[int]()
        return without_small(ordered, sensitive)

    def total(self, measure: str) -> int:
        return sum(
            measures.get(measure, 0)
            for (_, _, group), values in self.numbers.items()
            if group == "all"
            for measures in values.values()
        )


def without_small(lines: Sequence[Line], sensitive: Set[int]) -> Sequence[Line]:
    """Returns the lines; each knows its columns that are not shown. `sensitive`: the places of
    lines that count cases which are not public."""
    columns = {name: [getattr(line, name) for line in lines] for name in MEASURES}
    cells = hidden_cells(columns, sensitive) if lines else []
    return [replace(line, hidden=cell) for line, cell in zip(lines, cells, strict=True)]


def sum_of(lines: Iterable[Line]) -> Line:
    """Returns the last line of a table; a column is hidden in it where the sum would give away a
    hidden number."""
    rows = list(lines)
    registered = sum(line.registered for line in rows)
    closed, public = sum(line.closed for line in rows), sum(line.public for line in rows)
    hidden = frozenset(name for name in MEASURES if is_given_away(name, rows))
    if "registered" in hidden:
        hidden = frozenset(MEASURES)
    return Line("", registered, closed, public, registered, hidden)


def is_given_away(measure: str, lines: Iterable[Line]) -> bool:
    numbers = [getattr(line, measure) for line in lines if not line.shows(measure)]
    present = [number for number in numbers if number]
    return bool(present) and gives_away(present)


def dimensions(counted: Mapping[str, int]) -> Iterator[tuple[list[str], int]]:
    """Yields the parts of each dimension's name with its number; malformed names are left out."""
    split = ((name.split("|"), n) for name, n in counted.items())
    return ((parts, n) for parts, n in split if len(parts) == PARTS_OF_A_NAME)


def agencies_of(counted: Mapping[str, int]) -> Sequence[str]:
    return sorted({parts[0] for parts, _ in dimensions(counted)})


def figures_of(counted: Mapping[str, int], known: Sequence[PeriodRow], agency: str = "") -> Figures:
    """Returns the figures of one agency, or of all agencies together, in the known periods, from
    numbers by `agency|period|kind|group|value|measure`."""
    codes = {row.code for row in known}
    numbers: dict[tuple[str, str, str], dict[str, dict[str, int]]] = {}
    for (counted_by, period, kind, group, value, measure), n in dimensions(counted):
        if agency in ("", counted_by) and period in codes:
            measures = numbers.setdefault((period, kind, group), {}).setdefault(value, {})
            measures[measure] = measures.get(measure, 0) + n
    return Figures(numbers, known)

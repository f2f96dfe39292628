"""Tables of the statistics page, folded from counters: every rate with its two numbers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from shared.kernel.rate import percent

GROUPS = ("channel", "region", "subject")
KINDS = ("suggestion", "motion", "proposal", "petition", "hotline")
PARTS_OF_A_NAME = 6


@dataclass(frozen=True)
class Line:
    """One value of a group: how many cases, of how many all together, how many closed."""

    code: str
    registered: int
    closed: int
    public: int
    of: int

    @property
    def share(self) -> str:
        return percent(self.registered, self.of)

    @property
    def closing_rate(self) -> str:
        """办结率: closed ÷ registered in the period; cases in hand count as not closed."""
        return percent(self.closed, self.registered)

    @property
    def bar(self) -> str:
        """The share as a width of a hundred, for a bar beside the numbers."""
        return f"{100 * self.registered / self.of:.2f}" if self.of else "0"


@dataclass(frozen=True)
class Figures:
    """`numbers[period, kind, group][value][measure]`."""

    numbers: Mapping[tuple[str, str, str], Mapping[str, Mapping[str, int]]]

    @property
    def periods(self) -> Sequence[str]:
        return sorted({period for period, _, _ in self.numbers}, reverse=True)

    def kinds(self, period: str) -> Sequence[str]:
        found = {kind for one, kind, _ in self.numbers if one == period}
        return [*(k for k in KINDS if k in found), *sorted(found - set(KINDS))]

    def overview(self, period: str) -> Sequence[Line]:
        """One line per kind, each rate over its own cases."""
        all_ = [self.lines(period, kind, "all")[0] for kind in self.kinds(period)]
        total = sum(line.registered for line in all_)
        kinds = self.kinds(period)
        return [line_of(kind, line, total) for kind, line in zip(kinds, all_, strict=True)]

    def lines(self, period: str, kind: str, group: str) -> Sequence[Line]:
        """Most cases first, what nobody stated last; a group adds up to its kind."""
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
        return sorted(lines, key=lambda line: (line.code == "-", -line.registered, line.code))

    def total(self, measure: str) -> int:
        return sum(
            measures.get(measure, 0)
            for (_, _, group), values in self.numbers.items()
            if group == "all"
            for measures in values.values()
        )


def line_of(code: str, line: Line, of: int) -> Line:
    return Line(code, line.registered, line.closed, line.public, of)


def sum_of(lines: Iterable[Line]) -> Line:
    """The foot of a table."""
    found = list(lines)
    registered = sum(line.registered for line in found)
    closed, public = sum(line.closed for line in found), sum(line.public for line in found)
    return Line("", registered, closed, public, registered)


def places(counted: Mapping[str, int]) -> Iterator[tuple[list[str], int]]:
    """The parts of each name; one that is not of the form is left out."""
    split = ((name.split("|"), n) for name, n in counted.items())
    return ((parts, n) for parts, n in split if len(parts) == PARTS_OF_A_NAME)


def agencies_of(counted: Mapping[str, int]) -> Sequence[str]:
    return sorted({parts[0] for parts, _ in places(counted)})


def figures_of(counted: Mapping[str, int], agency: str = "") -> Figures:
    """From `agency|period|kind|group|value|measure` → n: of one agency, or of all together."""
    numbers: dict[tuple[str, str, str], dict[str, dict[str, int]]] = {}
    for (whose, period, kind, group, value, measure), n in places(counted):
        if agency in ("", whose):
            measures = numbers.setdefault((period, kind, group), {}).setdefault(value, {})
            measures[measure] = measures.get(measure, 0) + n
    return Figures(numbers)

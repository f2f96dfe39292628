"""Analysis before the hand-out (办前分析报告): what came in by kind, subject and unit, compared
with the year before until the same day; every share stands with its numerator and base."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from services.portal.domain import came_in
from services.portal.domain.came_in import NOT_STATED, Comparison, Figure, by
from services.portal.printing.paper import Paper
from services.portal.printing.tables import Column, Row, Table

NOTHING = "—"
"""Stands where a base is empty, or no year is before."""
HEADS = ("counted-as", "n", "base", "share", "n-before", "base-before", "share-before", "change")
WIDTHS = (26, 10, 10, 10, 12, 12, 12, 10)
UNIT_WIDTHS = (22, 10, 10, 10, 12, 10, 12, 10)
UNIT_HEADS = ("unit", "lead-n", "co-n", "n", "base", "share", "n-before", "change")
Say = Callable[[str], str]


@dataclass(frozen=True)
class Analysis:
    """`whole` has all cases of the year; `earlier` the cases of each former period, newest first:
    its title, their number until the same day (None where it has none known) and in all."""

    paper: Paper
    whole: Comparison
    earlier: Sequence[tuple[str, int, int]]
    name: Say

    def tables(self) -> tuple[Table, ...]:
        handed_out = self.whole.among(came_in.is_handed_out)
        return (
            self.years(),
            self.became(),
            self.table("kinds", self.whole.split(by("kind")), self.word("kind")),
            self.table("channels", self.whole.split(by("channel")), self.word("channel")),
            self.table("signers", self.signers(), self.phrase("signed")),
            self.table("subjects", self.whole.split(by("subject")), self.word("subject")),
            self.table("several", self.teams(handed_out), self.phrase("team"), "base-handed-out"),
            self.units(handed_out),
        )

    def years(self) -> Table:
        """Returns this year beside the years before, until the same day and in all."""
        n, heads = len(self.whole.now), ("year", "until-day", "change", "in-all")
        rows: list[Row] = [(self.paper.say("this-year"), str(n), "", str(n))]
        for title, until, all_ in self.earlier:
            rows.append((title, str(until), signed(n - until), str(all_)))
        notes = () if self.earlier else (self.paper.say("no-year-before"),)
        return self.made("years", heads, (20, 14, 14, 14), rows, notes)

    def became(self) -> Table:
        figures = self.whole.chosen(came_in.became, came_in.ENDS)
        return self.made(
            "became", HEADS, WIDTHS, self.rows(figures, self.phrase("became")),
            (self.paper.say("base-all"), self.paper.say("may-overlap")),
        )  # fmt: skip

    def signers(self) -> list[Figure]:
        return self.whole.chosen(came_in.signed_by, ("single", "joint"))

    @staticmethod
    def teams(handed_out: Comparison) -> list[Figure]:
        return handed_out.chosen(came_in.team, ("one", "several"))

    def units(self, handed_out: Comparison) -> Table:
        """Returns the units with their parts; a case of several units counts at each of them."""
        leads = handed_out.now.counted(came_in.leading)
        others = handed_out.now.counted(came_in.beside)
        rows: list[Row] = []
        for each in handed_out.split(came_in.involved):
            n, base, part, before, *_, change = figures_of(each)
            own = (self.name(each.key), str(leads[each.key]), str(others[each.key]))
            rows.append((*own, n, base, part, before, change))
        notes = (self.paper.say("base-handed-out"), self.paper.say("counted-at-each"))
        return self.made("units-of", UNIT_HEADS, UNIT_WIDTHS, rows, notes)

    def table(
        self, key: str, figures: Sequence[Figure], word: Say, base: str = "base-all"
    ) -> Table:
        """Returns a table whose parts add up to the base, with their sum."""
        rows = [*self.rows(figures, word)]
        if figures:
            rows.append((self.paper.say("sum"), *figures_of(total_of(figures))))
        return self.made(key, HEADS, WIDTHS, rows, (self.paper.say(base),))

    def rows(self, figures: Sequence[Figure], word: Say) -> list[Row]:
        return [(word(each.key), *figures_of(each)) for each in figures]

    def made(
        self,
        key: str,
        heads: Sequence[str],
        widths: Sequence[int],
        rows: Sequence[Row],
        notes: tuple[str, ...],
    ) -> Table:
        titles = [self.paper.say(f"column-{head}") for head in heads]
        columns = [Column(*each) for each in zip(titles, widths, strict=True)]
        return Table(self.paper.say(f"analysis-{key}"), columns, rows, notes)

    def word(self, group: str) -> Say:
        """Returns the name of a code; what stands where a paper states none."""
        not_stated = self.paper.say("not-stated")
        return lambda code: not_stated if code == NOT_STATED else self.paper.label(group, code)

    def phrase(self, prefix: str) -> Say:
        return lambda key: self.paper.say(f"{prefix}-{key}")


def total_of(figures: Sequence[Figure]) -> Figure:
    """Returns the sum of the parts, by the base that they have in common."""
    before = [each.n_before for each in figures if each.n_before is not None]
    n_before = sum(before) if before else None
    first = figures[0]
    n = sum(each.n for each in figures)
    return Figure("", n, first.base, n_before, first.base_before)


def figures_of(figure: Figure) -> Row:
    """Returns numerator, base and share, those of the year before, and the difference."""
    return (
        str(figure.n),
        str(figure.base),
        share(figure.percent),
        number(figure.n_before),
        number(figure.base_before),
        share(figure.percent_before),
        signed(figure.difference),
    )


def share(percent: str | None) -> str:
    return NOTHING if percent is None else f"{percent}%"


def number(n: int | None) -> str:
    return NOTHING if n is None else str(n)


def signed(n: int | None) -> str:
    """Returns a difference with its sign; 0 without one."""
    return NOTHING if n is None else f"{n:+d}" if n else "0"

"""Merged cells of a sheet: a heading of several lines, and cells that have no content of their
own."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import starmap, zip_longest
from typing import NamedTuple

from shared.ledger_import.cells import plain
from shared.ledger_import.headings import Headings, heading_form, headings_of


class Area(NamedTuple):
    """Merged cells: rows and columns from 1, the last included."""

    top: int
    left: int
    bottom: int
    right: int

    def covered(self) -> Iterator[tuple[int, int]]:
        """Yields row and column of each cell but the first, which alone is shown."""
        for row in range(self.top, self.bottom + 1):
            for column in range(self.left, self.right + 1):
                if (row, column) != (self.top, self.left):
                    yield row, column


def begun_in(areas: Iterable[tuple[int, int, int, int]], lines: int) -> list[Area]:
    """Returns those that begin in the first lines, where headings stand: there may be a million."""
    return [area for area in starmap(Area, areas) if area.top <= lines]


def merged_headings(
    lines: Sequence[Sequence[object]],
    line: int,
    areas: Collection[Area],
    names: Mapping[str, str],
) -> Headings:
    """Returns the headings of a line with those below it that its merged cells reach into; of a
    column the lowest text that is known counts. They stand at the last of these lines."""
    last = max((area.bottom for area in areas if area.top == line), default=line)
    columns = zip_longest(*lines[line - 1 : last], fillvalue=None)
    cells = [lowest_known([plain(cell) for cell in column], names) for column in columns]
    return headings_of(min(last, len(lines)), cells, names)


def lowest_known(texts: Sequence[str], names: Mapping[str, str]) -> str:
    known = (text for text in reversed(texts) if heading_form(text) in names)
    return next(known, next(filter(None, texts), ""))

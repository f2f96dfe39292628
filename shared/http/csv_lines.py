"""CSV for spreadsheets: UTF-8 with a mark, and no cell that a spreadsheet would compute."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from shared.kernel.folding import folded

BYTE_ORDER_MARK = "\ufeff"
FORMULA = ("=", "+", "-", "@", "|", "%")
"""First signs, once folded, that a spreadsheet takes for a formula: in either width, behind blanks,
line breaks or invisible characters."""


def csv_lines(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    mark = BYTE_ORDER_MARK
    for row in rows:
        yield mark + csv_line(row)
        mark = ""


def csv_line(row: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(map(plain_cell, row))
    return line.getvalue()


def plain_cell(cell: str) -> str:
    """Returns the cell as text, with an apostrophe where it would be computed."""
    return f"'{cell}" if folded(cell).startswith(FORMULA) else cell

"""CSV for spreadsheets: UTF-8 with a mark, and no cell that a spreadsheet would compute."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from shared.kernel.characters import INVISIBLE

BYTE_ORDER_MARK = "\ufeff"
FORMULA = re.compile(rf"[\s{INVISIBLE}]*[=+\-@|%＝＋－＠｜]")
"""Beginnings that spreadsheets take for a formula, in either width, behind blanks of any kind."""


def csv_lines(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    mark = BYTE_ORDER_MARK
    for row in rows:
        line = io.StringIO()
        csv.writer(line).writerow(map(plain_cell, row))
        yield mark + line.getvalue()
        mark = ""


def plain_cell(cell: str) -> str:
    """Returns the cell as text, with an apostrophe where it would be computed."""
    return f"'{cell}" if FORMULA.match(cell) else cell

"""Workbooks for spreadsheets: a ledger as one sheet, or the tables of a paper as several, ready to
print; no cell is computed."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FONT = {"font_name": "宋体", "font_size": 10.5}
CELL = {**FONT, "border": 1, "valign": "vcenter", "text_wrap": True}
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
A4 = 9
HEAD_ROWS = 2


@dataclass(frozen=True)
class Sheet:
    """A sheet with its name, the title above the table, the headings with their widths in
    characters, a line a row, and notes below them; all of it as text."""

    name: str
    title: str
    headings: Sequence[str]
    widths: Sequence[int]
    rows: Iterable[Sequence[str]]
    notes: Sequence[str] = ()


def workbook(
    title: str, headings: Sequence[str], widths: Sequence[int], rows: Iterable[Sequence[str]]
) -> bytes:
    """Returns the bytes of a workbook with a ledger as its only sheet."""
    return workbook_of_sheets([Sheet("台账", title, headings, widths, rows)])


def workbook_of_sheets(sheets: Sequence[Sheet]) -> bytes:
    """Returns the bytes of a workbook with these sheets, whose names are different."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, OPTIONS)
    formats = {name: book.add_format(kind) for name, kind in FORMATS.items()}
    for each in sheets:
        _fill(book.add_worksheet(each.name), each, formats)
    book.close()
    return target.getvalue()


def _fill(sheet: Any, of: Sheet, formats: dict[str, Any]) -> None:
    _head(sheet, of.title, of.headings, of.widths, formats)
    last = HEAD_ROWS - 1
    for last, row in enumerate(of.rows, HEAD_ROWS):
        for column, text in enumerate(row):
            sheet.write_string(last, column, text, formats["cell"])
    for below, note in enumerate(of.notes, last + 1):
        sheet.write_string(below, 0, note, formats["note"])
    _print_setup(sheet, last, len(of.headings))


FORMATS: dict[str, dict[str, Any]] = {
    "title": {"font_name": "黑体", "font_size": 16, "align": "center", "valign": "vcenter"},
    "head": {**CELL, "bold": True, "align": "center", "bg_color": "#F2F2F2"},
    "cell": CELL,
    "note": FONT,
}


def _head(
    sheet: Any,
    title: str,
    headings: Sequence[str],
    widths: Sequence[int],
    formats: dict[str, Any],
) -> None:
    end = len(headings) - 1
    if end:
        sheet.merge_range(0, 0, 0, end, title, formats["title"])
    else:
        sheet.write_string(0, 0, title, formats["title"])
    sheet.set_row(0, 30)
    for column, (heading, width) in enumerate(zip(headings, widths, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(1, column, heading, formats["head"])
    sheet.freeze_panes(HEAD_ROWS, 0)


def _print_setup(sheet: Any, last: int, columns: int) -> None:
    """Landscape A4, one page wide, the head on every page, with page numbers."""
    sheet.autofilter(1, 0, last, columns - 1)
    sheet.set_paper(A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, 1)
    sheet.set_footer("&C第 &P 页，共 &N 页")

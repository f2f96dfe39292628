"""Report: a copy of the clerk's workbook with every bad cell marked and explained; a plain list
where the copy cannot be made."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from shared.ledger_import.cells import plain
from shared.ledger_import.csv_sheet import csv_lines
from shared.ledger_import.headings import REASONS, Headings, heading_form
from shared.ledger_import.reading import CSV_SHEET, LINES, Fault

COLOUR = "FFF4CCCC"
MARK, CLEAR = PatternFill("solid", fgColor=COLOUR), PatternFill()
AUTHOR, OURS = "督办平台", "【督办平台】"
OWN_LINE = re.compile(rf"{OURS}[^\n]*\n?")
"""A mark of ours within a comment: what the clerk has answered below it stays."""
LONGEST_STEM = 225
"""Bytes: file systems take names of 255."""
TEXT = "s"
LIST = ("工作表", "行", "列", "原因")


def write_report(
    source: Path, faults: Sequence[Fault], heads: Mapping[str, Headings]
) -> tuple[Path, bool]:
    """Writes the marked copy beside `source`, or a list of the faults where a copy cannot be made;
    returns the path and whether it is a copy."""
    try:
        book = marked(source, faults, heads)
        return saved(book, source, "错误"), True
    except Exception:  # the library raises whatever it meets in an odd file
        return write_list(source, faults)


def write_list(source: Path, faults: Sequence[Fault]) -> tuple[Path, bool]:
    return saved(listed(faults), source.with_suffix(".xlsx"), "错误清单"), False


def saved(book: Workbook, source: Path, what: str) -> Path:
    """Saves beside the source; at home where that folder cannot be written."""
    if source.suffix.lower() == LINES:
        source = source.with_suffix(".xlsx")
    book.properties.lastModifiedBy = AUTHOR
    try:
        return saved_at(book, source, what)
    except OSError:
        return saved_at(book, Path.home() / source.name, what)


def saved_at(book: Workbook, source: Path, what: str) -> Path:
    """Saves under the first name that is free, or is a copy of ours that nobody has changed."""
    stem = source.stem.encode()[:LONGEST_STEM].decode(errors="ignore")
    names = (source.with_stem(f"{stem}-{what}{number}") for number in ("", *range(2, 1000)))
    target = next(name for name in names if not name.exists() or untouched(name))
    book.save(target)
    return target


def untouched(path: Path) -> bool:
    """Returns whether the file was last saved by us: Excel and WPS write their user's name."""
    try:
        return bool(load_workbook(path, read_only=True).properties.lastModifiedBy == AUTHOR)
    except Exception:  # no workbook, or an odd one: not ours
        return False


def marked(source: Path, faults: Sequence[Fault], heads: Mapping[str, Headings]) -> Workbook:
    book = loaded(source)
    for page in book.worksheets:
        clear(page, heads.get(page.title))
    for fault in faults:
        mark(book[fault.sheet], fault, heads.get(fault.sheet))
    return book


def loaded(source: Path) -> Workbook:
    """Returns the workbook to be marked; of a file of lines one with the same cells, as texts."""
    suffix = source.suffix.lower()
    if suffix != LINES:
        return load_workbook(source, keep_vba=suffix == ".xlsm")
    book = Workbook()
    page = book.active
    assert isinstance(page, Worksheet)
    page.title = CSV_SHEET
    for row, line in enumerate(csv_lines(source), 1):
        for column, text in enumerate(line, 1):
            cell = page.cell(row, column, ILLEGAL_CHARACTERS_RE.sub("�", text))
            cell.data_type = TEXT  # a text that begins with = stays a text
    return book


def listed(faults: Sequence[Fault]) -> Workbook:
    book = Workbook()
    page = book.active
    assert isinstance(page, Worksheet)
    page.append(LIST)
    for fault in faults:
        page.append([legal(fault.sheet), fault.row, legal(fault.column), legal(fault.reason)])
    return book


def legal(text: str) -> str:
    """Returns a text that a workbook can hold and that no reader takes for a formula."""
    usual = ILLEGAL_CHARACTERS_RE.sub("�", text)
    return f"'{usual}" if usual[:1] in {"=", "+", "-", "@"} else usual


def clear(page: Worksheet, heads: Headings | None) -> None:
    """Removes the marks of an earlier copy; comments of the clerk stay."""
    for cell in cells_of(page):
        unmark(cell)
    if heads and (column := reasons_column(page, heads)):
        for cell in cells_of(page):
            if cell.column == column and cell.row >= heads.line:
                cell.value = None


def cells_of(page: Worksheet) -> list[Any]:
    """Returns the cells that the file has: a sheet may be a million lines long with few of them."""
    return [cell for cell in page._cells.values() if not isinstance(cell, MergedCell)]


def unmark(cell: Any) -> None:
    if cell.comment and OURS in cell.comment.text:
        cell.comment = remark(OWN_LINE.sub("", cell.comment.text).strip(), cell.comment)
    if cell.fill.fgColor.rgb == COLOUR:
        cell.fill = CLEAR


def reasons_column(page: Worksheet, heads: Headings) -> int | None:
    line = (cell for cell in cells_of(page) if cell.row == heads.line)
    return next((cell.column for cell in line if heading_form(plain(cell.value)) == REASONS), None)


def mark(page: Worksheet, fault: Fault, heads: Headings | None) -> None:
    cell = anchor(page, fault.row, heads.places.get(fault.column, 1) if heads else 1)
    if cell.fill.fill_type is None:
        cell.fill = MARK
    before = cell.comment.text if cell.comment else ""
    joint = "\n" if before else ""
    own = f"；{fault.reason}" if OURS in before else f"{joint}{OURS}{fault.reason}"
    cell.comment = remark(legal(before + own), cell.comment)
    column = (heads.width if heads else page.max_column) + 1
    if heads:
        anchor(page, heads.line, column).value = REASONS
    if heads is None or fault.row != heads.line:
        explain(anchor(page, fault.row, column), fault)


def explain(cell: Any, fault: Fault) -> None:
    before = f"{cell.value}；" if cell.value else ""
    cell.value = legal(f"{before}{fault.column}：{fault.reason}")
    cell.fill = MARK


def anchor(page: Worksheet, row: int, column: int) -> Any:
    """Returns the cell that shows the content of a place: of merged cells the first."""
    cell = page.cell(row, column)
    if not isinstance(cell, MergedCell):
        return cell
    area = next(area for area in page.merged_cells.ranges if cell.coordinate in area)
    return page.cell(area.min_row, area.min_col)


def remark(text: str, old: Comment | None) -> Comment | None:
    """Returns a comment with the author and the size of the old one; None for no text."""
    if not text:
        return None
    comment = Comment(text, old.author if old else AUTHOR)
    if old:
        comment.width, comment.height = old.width, old.height
    return comment

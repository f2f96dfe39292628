"""Report: a copy of the clerk's workbook with every bad cell marked and explained."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from shared.ledger_import.reading import Fault

MARK = PatternFill("solid", fgColor="FFF4CCCC")
HEAD = "导入错误原因"


def write_report(
    source: Path, target: Path, faults: Sequence[Fault], heads: Mapping[str, Mapping[str, int]]
) -> None:
    """Writes a copy of `source` with bad cells coloured and commented, and a column of reasons
    at the end."""
    book = load_workbook(source)
    ends = {sheet.title: sheet.max_column for sheet in book.worksheets}
    for fault in faults:
        page, columns = book[fault.sheet], heads.get(fault.sheet, {})
        cell = page.cell(fault.row, columns.get(fault.column, 1))
        cell.fill = MARK
        cell.comment = Comment(fault.reason, "督办平台")
        say(page, fault, max(columns.values(), default=ends[fault.sheet]) + 1)
    book.save(target)


def say(page: Worksheet, fault: Fault, column: int) -> None:
    cell = page.cell(fault.row, column)
    before = f"{cell.value}；" if cell.value else ""
    cell.value = f"{before}{fault.column}：{fault.reason}"
    cell.fill = MARK

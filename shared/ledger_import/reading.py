"""Rows of a workbook, each with its sheet and number as the clerk sees them; what is no row of any
ledger is told, not lost."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import is_zipfile

from python_calamine import CalamineWorkbook, SheetVisibleEnum

from shared.ledger_import.table import Ledger, said

KINDS = {".xlsx", ".xlsm"}
"""Of which a copy with marked cells can be made."""
MOST_ROWS = 20_000
LARGEST_FILE = 32 * 2**20
CAPTION_LINES = 5
"""A title or two may stand above the column names."""


@dataclass(frozen=True)
class Fault:
    """One reason why a row cannot be imported, at the cell it is about."""

    sheet: str
    row: int
    column: str
    reason: str


class UnreadableLedger(Exception):
    """The file is no workbook, too large, or has no sheet that any ledger knows."""


@dataclass(frozen=True)
class Row:
    """`values` are its cells by the names of their columns."""

    sheet: str
    number: int
    ledger: Ledger
    values: Mapping[str, Any]


@dataclass
class Reading:
    """`heads` maps the columns of each ledger's sheet to their numbers from 1, so that an error can
    point at a cell."""

    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    heads: dict[str, Mapping[str, int]] = field(default_factory=dict)


def read_rows(path: Path, ledgers: Sequence[Ledger]) -> Reading:
    book, found = opened(path), Reading()
    for sheet in book.sheets_metadata:
        with readable(path):
            lines = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
        read_sheet(sheet.name, lines, ledgers, sheet.visible == SheetVisibleEnum.Visible, found)
    if not found.heads:
        raise UnreadableLedger(f"{path.name}：没有可识别的台账工作表，请核对表头各列的名称")
    if len(found.rows) > MOST_ROWS:
        raise UnreadableLedger(f"{path.name}：共 {len(found.rows)} 行，一次最多导入 {MOST_ROWS} 行")
    return found


def opened(path: Path) -> CalamineWorkbook:
    if not path.is_file():
        raise UnreadableLedger(f"{path}：文件不存在")
    if path.stat().st_size > LARGEST_FILE:
        raise UnreadableLedger(f"{path.name}：文件超过 {LARGEST_FILE // 2**20} MB")
    if path.suffix.lower() not in KINDS or not is_zipfile(path):
        raise UnreadableLedger(
            f"{path.name}：不是 .xlsx 工作簿（未加密的），请另存为 .xlsx 后再导入"
        )
    with readable(path):
        return CalamineWorkbook.from_path(str(path))


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """The reader has an exception of its own for each broken part."""
    try:
        yield
    except Exception as error:
        raise UnreadableLedger(f"{path.name}：不是可读取的 Excel 工作簿（{error}）") from error


def read_sheet(
    sheet: str, lines: list[list[Any]], ledgers: Sequence[Ledger], visible: bool, found: Reading
) -> None:
    for at, line in enumerate(lines[:CAPTION_LINES]):
        names = [said(cell) for cell in line]
        known = [ledger for ledger in ledgers if ledger.knows(names)]
        if known:
            found.heads[sheet] = {name: place for place, name in enumerate(names, 1) if name}
            read_body(sheet, names, list(enumerate(lines[at + 1 :], at + 2)), known, found)
            return
    if visible and any(said(cell) for line in lines for cell in line):
        found.faults.append(unknown_sheet(sheet, lines, ledgers))


def read_body(
    sheet: str,
    names: list[str],
    lines: list[tuple[int, list[Any]]],
    ledgers: Sequence[Ledger],
    found: Reading,
) -> None:
    for number, line in lines:
        if not any(said(cell) for cell in line):
            continue
        values = dict(zip(names, line, strict=False))
        ledger = next((one for one in ledgers if one.takes(values)), None)
        if ledger:
            found.rows.append(Row(sheet, number, ledger, values))
        else:
            found.faults.append(untaken(sheet, number, values, ledgers))


def untaken(sheet: str, number: int, values: Mapping[str, Any], ledgers: Sequence[Ledger]) -> Fault:
    """At the column by which the ledgers of one sheet tell their rows apart."""
    column = next(name for ledger in ledgers for name in ledger.where)
    wanted = "、".join(ledger.where[column] for ledger in ledgers if column in ledger.where)
    return Fault(sheet, number, column, f"应为 {wanted}，现为“{said(values.get(column))}”，未导入")


def unknown_sheet(sheet: str, lines: list[list[Any]], ledgers: Sequence[Ledger]) -> Fault:
    """Says what is missing of the ledger that it is most like, at the line that comes nearest."""
    tried = []
    for number, line in enumerate(lines[:CAPTION_LINES], 1):
        names = {said(cell) for cell in line}
        for ledger in ledgers:
            missing = [column for column in ledger.sign if column not in names]
            tried.append((len(missing), number, missing))
    _, number, missing = min(tried)
    reason = f"不是已知的台账，整表未导入；表头缺少 {'、'.join(missing)}"
    return Fault(sheet, number, "表头", reason)

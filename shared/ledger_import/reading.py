"""Reader of workbooks: rows with sheet and row number as the clerk sees them. A row that matches
no ledger is reported."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import is_zipfile

from python_calamine import CalamineWorkbook, SheetVisibleEnum

from shared.ledger_import.table import Ledger, text_of

KINDS = {".xlsx", ".xlsm"}
"""Of which a copy with marked cells can be made."""
MOST_ROWS = 20_000
LARGEST_FILE = 32 * 2**20
CAPTION_LINES = 5
"""A title or two may stand above the column names."""


@dataclass(frozen=True)
class Fault:
    """One reason why a row cannot be imported, at its cell."""

    sheet: str
    row: int
    column: str
    reason: str


class UnreadableLedger(Exception):
    """Raised when the file is no workbook, is too large, or has no sheet of any ledger."""


@dataclass(frozen=True)
class Row:
    """`values` maps the names of columns to the texts of cells."""

    sheet: str
    number: int
    ledger: Ledger
    values: Mapping[str, Any]


@dataclass
class Reading:
    """Rows and faults of a workbook. `heads` maps the columns of each ledger's sheet to their
    numbers from 1, so that a fault can point at a cell."""

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
    """Turns the exceptions of the reader (one for each broken part) into UnreadableLedger."""
    try:
        yield
    except Exception as error:
        raise UnreadableLedger(f"{path.name}：不是可读取的 Excel 工作簿（{error}）") from error


def read_sheet(
    sheet: str, lines: list[list[Any]], ledgers: Sequence[Ledger], visible: bool, found: Reading
) -> None:
    for at, line in enumerate(lines[:CAPTION_LINES]):
        names = [text_of(cell) for cell in line]
        known = [ledger for ledger in ledgers if ledger.knows(names)]
        if known:
            found.heads[sheet] = {name: place for place, name in enumerate(names, 1) if name}
            read_body(sheet, names, list(enumerate(lines[at + 1 :], at + 2)), known, found)
            return
    if visible and any(text_of(cell) for line in lines for cell in line):
        found.faults.append(unknown_sheet(sheet, lines, ledgers))


def read_body(
    sheet: str,
    names: list[str],
    lines: list[tuple[int, list[Any]]],
    ledgers: Sequence[Ledger],
    found: Reading,
) -> None:
    for number, line in lines:
        if not any(text_of(cell) for cell in line):
            continue
        values = dict(zip(names, line, strict=False))
        ledger = next((one for one in ledgers if one.takes(values)), None)
        if ledger:
            found.rows.append(Row(sheet, number, ledger, values))
        else:
            found.faults.append(untaken(sheet, number, values, ledgers))


def untaken(sheet: str, number: int, values: Mapping[str, Any], ledgers: Sequence[Ledger]) -> Fault:
    """Returns a fault at the column by which the ledgers of one sheet tell their rows apart."""
    column = next(name for ledger in ledgers for name in ledger.where)
    wanted = "、".join(ledger.where[column] for ledger in ledgers if column in ledger.where)
    return Fault(
        sheet, number, column, f"应为 {wanted}，现为“{text_of(values.get(column))}”，未导入"
    )


def unknown_sheet(sheet: str, lines: list[list[Any]], ledgers: Sequence[Ledger]) -> Fault:
    """Returns the missing columns of the nearest ledger, at the line that comes nearest."""
    tried = []
    for number, line in enumerate(lines[:CAPTION_LINES], 1):
        names = {text_of(cell) for cell in line}
        for ledger in ledgers:
            missing = [column for column in ledger.sign if column not in names]
            tried.append((len(missing), number, missing))
    _, number, missing = min(tried)
    reason = f"不是已知的台账，整表未导入；表头缺少 {'、'.join(missing)}"
    return Fault(sheet, number, "表头", reason)

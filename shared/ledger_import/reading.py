"""Reader of workbooks: rows with sheet and row number as the clerk sees them. A row that matches
no ledger is a fault; a column, row or sheet that is left out or hidden is a remark."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as with_default
from itertools import chain, starmap
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from shared.kernel.folding import folded
from shared.ledger_import.cells import MERGED, CellError, CellFormula, CellMerged, plain
from shared.ledger_import.csv_sheet import csv_lines
from shared.ledger_import.extent import Extent
from shared.ledger_import.headings import Headings, headings_of
from shared.ledger_import.merged import Area, begun_in, merged_headings
from shared.ledger_import.opening import (
    LARGE,
    UNKNOWN,
    UnreadableLedger,
    in_bounds,
    opened,
    readable,
)
from shared.ledger_import.remarks import (
    SHOWN,
    Remark,
    hidden_sheet,
    no_registration,
    of_headings,
    of_hidden_rows,
    of_unnamed,
)
from shared.ledger_import.sheet import Sheet
from shared.ledger_import.table import Ledger

LINES = ".csv"
CSV_SHEET = "台账"
"""Name of the one sheet that a file of lines has."""
MOST_ROWS = 20_000
CAPTION_LINES = 40
"""Titles and instructions may stand above the headings."""
FOOT = re.compile(
    "(?:合计|小计|总计|共计|累计|本页|以上|备注|注:|说明|填表|制表|制单|填报|填写|审核|审批|复核|经办"
    "|联系人|单位负责人|主管|统计|截至|截止|打印).*"
)
OTHERWISE = "又是一行表头，各列与上方的表头不同，本行以下未读入；请移到另一张工作表"


@dataclass(frozen=True)
class Fault:
    """One reason why a row cannot be imported, at its cell. `rule` is the code of the rule, `field`
    the field of the registration that it is about; the place and the reason alone tell faults
    apart."""

    sheet: str
    row: int
    column: str
    reason: str
    rule: str = with_default(default="ledger-row", compare=False)
    field: str = with_default(default="", compare=False)


@dataclass(frozen=True)
class Row:
    """`values` maps columns to the values of cells; `from_1904` is the calendar of its dates."""

    sheet: str
    number: int
    ledger: Ledger
    values: Mapping[str, Any]
    from_1904: bool = False


@dataclass
class Reading:
    """Rows, faults and remarks of a workbook. `heads` maps the columns of each ledger's sheet to
    their numbers from 1, so that a fault can point at a cell; `lines` says where they stand."""

    rows: list[Row] = with_default(default_factory=list)
    faults: list[Fault] = with_default(default_factory=list)
    remarks: list[Remark] = with_default(default_factory=list)
    heads: dict[str, Headings] = with_default(default_factory=dict)


def read_rows(path: Path, ledgers: Sequence[Ledger]) -> Reading:
    """Raises UnreadableLedger."""
    reading = Reading()
    for sheet in sheets_of(path):
        read_sheet(sheet, ledgers, reading)
    if not reading.heads:
        said = [f"工作表“{f.sheet}”第 {f.row} 行{f.reason}" for f in reading.faults[:SHOWN]]
        raise UnreadableLedger(
            f"{path.name}：没有可识别的台账工作表。{'；'.join(said) or '各工作表均无内容'}", UNKNOWN
        )
    if len(reading.rows) > MOST_ROWS:
        rows = f"共 {len(reading.rows)} 行，一次最多导入 {MOST_ROWS} 行"
        raise UnreadableLedger(f"{path.name}：{rows}", LARGE)
    return reading


def sheets_of(path: Path) -> Iterator[Sheet]:
    if path.suffix.lower() == LINES:
        yield lines_of(path)
        return
    extent = opened(path)
    with readable(path):
        book = CalamineWorkbook.from_path(str(path))
    for sheet in book.sheets_metadata:
        if sheet.typ != SheetTypeEnum.WorkSheet:
            continue
        with readable(path):
            lines = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
        visible = sheet.visible == SheetVisibleEnum.Visible
        yield Sheet(
            sheet.name, as_written(lines, sheet.name, extent), visible,
            extent.hidden.get(sheet.name, frozenset()),
            extent.hidden_columns.get(sheet.name, frozenset()), extent.from_1904,
            begun_in(extent.merged.get(sheet.name, ()), CAPTION_LINES),
        )  # fmt: skip


def lines_of(path: Path) -> Sheet:
    """Returns the one sheet of a file of lines (.csv). Raises UnreadableLedger."""
    in_bounds(path)
    with readable(path):
        lines = csv_lines(path)
    return Sheet(CSV_SHEET, lines, True, frozenset(), frozenset(), False)


def as_written(lines: list[list[Any]], sheet: str, extent: Extent) -> list[list[Any]]:
    """Returns the lines with formulas and error values as such: of a formula the reader knows the
    value of the last calculation, which may be old, and of an error value nothing. A cell that is
    covered by merged ones is not shown, and may still hold something."""
    for row, column in extent.formulas.get(sheet, ()):
        replace_cell(lines, row, column, lambda cell: CellFormula(plain(cell) or "="))
    for row, column in extent.errors.get(sheet, ()):
        replace_cell(lines, row, column, lambda cell: CellError("#N/A"))
    areas = starmap(Area, extent.merged.get(sheet, ()))
    for row, column in chain.from_iterable(area.covered() for area in areas):
        replace_cell(lines, row, column, lambda cell: CellMerged())
    return lines


def replace_cell(lines: list[list[Any]], row: int, column: int, by: Callable[[Any], Any]) -> None:
    if row <= len(lines) and column <= len(lines[row - 1]):
        lines[row - 1][column - 1] = by(lines[row - 1][column - 1])


def read_sheet(sheet: Sheet, ledgers: Sequence[Ledger], reading: Reading) -> None:
    for number in range(1, min(len(sheet.lines), CAPTION_LINES) + 1):
        for ledger in ledgers:
            names = ledger.heading_names
            headings = merged_headings(sheet.lines, number, sheet.areas, names)
            if ledger.knows(tuple(headings.places)):
                alike = [each for each in ledgers if each.heading_names == names]
                return read_ledger(sheet, headings, alike, ledgers, reading)
    if not any(plain(cell) for line in sheet.lines for cell in line):
        return None
    if sheet.visible:
        reading.faults.append(unknown_sheet(sheet, ledgers))
    else:
        reading.remarks.append(hidden_sheet(sheet.name))
    return None


def read_ledger(
    sheet: Sheet, headings: Headings, ledgers: Sequence[Ledger], every: Sequence[Ledger],
    reading: Reading,
) -> None:  # fmt: skip
    """Reads the rows of `ledgers`, down to headings of `every` ledger that stand otherwise."""
    reading.heads[sheet.name] = headings
    wrong = heading_faults(sheet.name, headings, ledgers)
    if wrong:
        reading.faults += wrong
        return
    reading.remarks += of_headings(sheet, headings)
    reading.remarks += of_unnamed(sheet, headings)
    before = len(reading.rows)
    for number, line in enumerate(sheet.lines[headings.line :], headings.line + 1):
        if begins_otherwise(line, headings, ledgers[0], every):
            reading.faults.append(heading_fault(sheet.name, number, OTHERWISE))
            break
        read_line(sheet, number, line, headings, ledgers, reading)
    hidden = [row.number for row in reading.rows[before:] if row.number in sheet.hidden]
    reading.remarks += of_hidden_rows(sheet.name, hidden)


def begins_otherwise(
    line: Sequence[Any], headings: Headings, ledger: Ledger, every: Sequence[Ledger]
) -> bool:
    """Returns whether a line has the headings of a ledger, and not those above at their places."""
    serial = plain(headings.values(line).get(ledger.serial))
    if any(c.isdigit() for c in serial) or headings.stand_in(line, ledger.heading_names):
        return False
    return any(
        one.knows(tuple(headings_of(headings.line, line, one.heading_names).places))
        for one in every
    )


def heading_faults(sheet: str, headings: Headings, ledgers: Sequence[Ledger]) -> list[Fault]:
    missing = [name for name in ledgers[0].required() if name not in headings.places]
    wrong = [f"表头缺少 {'、'.join(dict.fromkeys(missing))}"] if missing else []
    if headings.twice:
        wrong.append(f"表头中 {'、'.join(headings.twice)} 出现了不止一次，请只保留一列")
    return [heading_fault(sheet, headings.line, f"{reason}，整表未导入") for reason in wrong]


def heading_fault(sheet: str, line: int, reason: str) -> Fault:
    return Fault(sheet, line, "表头", reason, rule="ledger-headings")


def read_line(
    sheet: Sheet, number: int, line: list[Any], headings: Headings,
    ledgers: Sequence[Ledger], reading: Reading,
) -> None:  # fmt: skip
    if not any(plain(cell) for cell in line):
        return
    values = headings.values(line)
    if no_data(line, plain(values.get(ledgers[0].serial)), headings, ledgers[0]):
        text = next(plain(cell) for cell in line if plain(cell))
        reading.remarks.append(no_registration(sheet.name, number, text))
    elif ledger := next((one for one in ledgers if one.takes(values)), None):
        reading.rows.append(Row(sheet.name, number, ledger, values, sheet.from_1904))
    else:
        reading.faults.append(untaken(sheet.name, number, values, ledgers))


def no_data(line: Sequence[Any], serial: str, headings: Headings, ledger: Ledger) -> bool:
    """Returns whether a line is a sum, a note at the foot, a number before an empty row, or the
    headings again, as on each printed page."""
    filled = [folded(plain(cell)) for cell in line if plain(cell)]
    foot = FOOT.fullmatch(filled[0]) is not None and not any(c.isdigit() for c in serial)
    return foot or headings.stand_in(line, ledger.heading_names) or len(filled) == 1


def untaken(sheet: str, number: int, values: Mapping[str, Any], ledgers: Sequence[Ledger]) -> Fault:
    """Returns a fault at the column by which the ledgers of one sheet tell their rows apart."""
    column = next(name for ledger in ledgers for name in ledger.where)
    wanted = "、".join(ledger.where[column] for ledger in ledgers if column in ledger.where)
    found = values.get(column)
    reason = f"应为 {wanted}，现为“{plain(found)}”，未导入"
    if isinstance(found, CellMerged):
        reason = MERGED
    return Fault(sheet, number, column, reason, rule="ledger-row")


def unknown_sheet(sheet: Sheet, ledgers: Sequence[Ledger]) -> Fault:
    """Returns the missing columns of the nearest ledger, at the line that comes nearest."""
    tried = []
    for number, line in enumerate(sheet.lines[:CAPTION_LINES], 1):
        for ledger in ledgers:
            places = headings_of(number, line, ledger.heading_names).places
            missing = [column for column in ledger.sign if column not in places]
            tried.append((len(missing), number, missing))
    _, number, missing = min(tried)
    reason = f"不是已知的台账，整表未导入；表头缺少 {'、'.join(missing)}"
    return heading_fault(sheet.name, number, reason)

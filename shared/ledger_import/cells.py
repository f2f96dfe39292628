"""Cells of a ledger: the text that the clerk sees, and days in the ways that clerks write them."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from shared.kernel.folding import folded
from shared.ledger_import.written_days import written_day

EXACT = 10**15
"""Excel keeps fifteen digits of a number; the others become zeros."""
FORMULA = "单元格是公式，请复制后选择性粘贴为“数值”"
AS_TEXT = "请把单元格设为文本格式后重新填写"
MERGED = "与其他单元格合并，这一格没有自己的内容，请取消合并后逐格填写"
FAILED = "单元格是公式错误值，请改为实际内容"
SHOWN_FOR = (
    (
        re.compile(r"#(?:REF!|N/A|NAME\?|VALUE!|DIV/0!|NUM!|NULL!|SPILL!|CALC!)"),
        "是公式错误值，请改为实际内容",
    ),
    (
        re.compile(r"[0-9](?:\.[0-9]+)?E\+[0-9]{2,3}"),
        f"是长号码的科学计数显示，号码已经失真，{AS_TEXT}",
    ),
    (re.compile(r"#{3,}"), "是列宽不足时的显示，不是实际内容，请重新填写"),
)
"""Texts that Excel shows for something else, and writes so into a file of lines."""
EARLIEST, LATEST = date(1990, 1, 1), date(2099, 12, 31)
EPOCH, EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)
SERIAL_DAYS = range(32_874, 73_051)
"""Excel's numbers of the days from 1990 to 2099."""


class UnclearCell(Exception):
    """Raised for a cell that cannot be understood, with the reason in Chinese; `rule` has its
    English. `column` names the cell where it is not the one that was read."""

    column: str | None = None

    def __init__(self, rule: str, reason: str) -> None:
        self.rule = rule
        super().__init__(reason)


class CellError(str):
    """The error value of a formula."""

    __slots__ = ()


class CellFormula(str):
    """The value that a formula had when the file was last calculated."""

    __slots__ = ()


class CellMerged(str):
    """A cell within merged cells that is not the first of them: it is not shown, whatever it
    holds."""

    __slots__ = ()


def plain(cell: Any) -> str:
    """Returns the text of a cell without white space around it; whole numbers lose the `.0` that
    the sheet's format hides."""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell if cell is not None else "").strip()


UNTYPED: Mapping[type, str] = {CellError: FAILED, CellFormula: FORMULA, CellMerged: MERGED}


def check_typed(cell: Any) -> None:
    """Raises UnclearCell for a cell in which nobody has typed what it holds."""
    if reason := UNTYPED.get(type(cell)):
        raise UnclearCell("ledger-untyped", reason)


def text_of(cell: Any) -> str:
    """Returns the text of a cell. Raises UnclearCell for one whose text is no longer what was
    typed."""
    check_typed(cell)
    if isinstance(cell, date | time | timedelta):
        raise UnclearCell(
            "ledger-distorted", f"该单元格被 Excel 当作日期或时间（{shown(cell)}），{AS_TEXT}"
        )
    if isinstance(cell, int | float) and abs(cell) >= EXACT:
        raise UnclearCell(
            "ledger-distorted", f"该单元格是数字格式，超过 15 位的号码已经失真，{AS_TEXT}"
        )
    text = plain(cell)
    if reason := next((why for form, why in SHOWN_FOR if form.fullmatch(text)), None):
        raise UnclearCell("ledger-distorted", f"“{text[:20]}”{reason}")
    return text


def shown(cell: Any) -> str:
    return f"{cell:%Y-%m-%d}" if isinstance(cell, date) else str(cell)


def day(cell: Any, from_1904: bool = False) -> date:
    """Returns the day of a date cell, of a text, or of Excel's number of a day. Raises UnclearCell,
    also for a year that no paper can be of."""
    check_typed(cell)
    found = day_of(cell, from_1904)
    if found is None:
        raise UnclearCell(
            "ledger-day", f"应为日期（如 2025-03-03、2025/3/3、2025年3月3日），现为“{plain(cell)}”"
        )
    if not EARLIEST <= found <= LATEST:
        raise UnclearCell("ledger-day", f"日期 {found} 的年份有误，请核对")
    return found


def day_of(cell: Any, from_1904: bool) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, bool):
        return None
    text = plain(cell)
    if numeric := re.fullmatch(r"([0-9]{5})(\.[0-9]+)?", folded(text)):
        return numbered(int(numeric[1]), from_1904)
    return written_day(text)


def numbered(days: int, from_1904: bool) -> date | None:
    if days not in SERIAL_DAYS:
        return None
    return (EPOCH_1904 if from_1904 else EPOCH) + timedelta(days=days)

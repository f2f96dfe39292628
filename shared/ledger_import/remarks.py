"""Remarks on a workbook: what was left out, and what is hidden and was read all the same."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from shared.ledger_import.cells import plain
from shared.ledger_import.headings import Headings
from shared.ledger_import.sheet import Sheet

SHOWN = 20
"""Rows that are named, and characters of a line."""


@dataclass(frozen=True)
class Remark:
    """A sentence for the clerk, and the same in English."""

    sentence: str
    english: str

    def __str__(self) -> str:
        return self.sentence

    def spoken(self, in_english: bool) -> str:
        return self.english if in_english else self.sentence


def hidden_sheet(name: str) -> Remark:
    return Remark(
        f"工作表“{name}”是隐藏的，也不是已知的台账，未读入",
        f"The sheet “{name}” is hidden and no ledger that is known; it was not read.",
    )


def of_headings(sheet: Sheet, headings: Headings) -> Iterator[Remark]:
    name = sheet.name
    if not sheet.visible:
        yield Remark(
            f"工作表“{name}”是隐藏的，其中的行也已读入",
            f"The sheet “{name}” is hidden; its rows were read all the same.",
        )
    if hidden := [each for each, at in headings.places.items() if at in sheet.hidden_columns]:
        yield Remark(
            f"工作表“{name}”的以下各列是隐藏的，也已读入：{'、'.join(hidden)}",
            f"Columns of “{name}” are hidden and were read all the same: {', '.join(hidden)}",
        )
    if unknown := headings.unknown:
        yield Remark(
            f"工作表“{name}”的以下各列不是登记内容，未读入：{'、'.join(unknown)}",
            f"Columns of “{name}” are no part of a registration and were not read: "
            f"{', '.join(unknown)}",
        )


def of_unnamed(sheet: Sheet, headings: Headings) -> Iterator[Remark]:
    """Yields the columns with content under no heading, as under a heading of two lines."""
    lines = sheet.lines[headings.line :]
    unnamed = [
        get_column_letter(at)
        for at, (name, *cells) in enumerate(zip(headings.names, *lines, strict=False), 1)
        if not name and any(plain(cell) for cell in cells)
    ]
    if unnamed:
        yield Remark(
            f"工作表“{sheet.name}”的第 {'、'.join(unnamed)} 列没有表头，其中的内容未读入",
            f"Columns of “{sheet.name}” have no heading and were not read: {', '.join(unnamed)}",
        )


def of_hidden_rows(sheet: str, hidden: Sequence[int]) -> Iterator[Remark]:
    if hidden:
        first, more = [str(number) for number in hidden[:SHOWN]], len(hidden) > SHOWN
        yield Remark(
            f"工作表“{sheet}”有 {len(hidden)} 行是隐藏的（含被筛选掉的），也已读入："
            f"第 {'、'.join(first)} 行{' 等' * more}",
            f"{len(hidden)} rows of “{sheet}” are hidden, or filtered out, and were read all the "
            f"same: {', '.join(first)}{' and others' * more}",
        )


def no_registration(sheet: str, number: int, text: str) -> Remark:
    said = text[:SHOWN]
    return Remark(
        f"工作表“{sheet}”第 {number} 行（“{said}”）不是登记内容，未读入",
        f"Row {number} of “{sheet}” (“{said}”) is no part of a registration and was not read.",
    )

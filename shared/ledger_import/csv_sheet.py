"""Lines of a .csv file, in the encodings that spreadsheets write."""

import csv
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Sequence
from contextlib import suppress
from io import StringIO
from pathlib import Path

from shared.ledger_import.extent import LAST_COLUMN, LAST_ROW, TooLarge, Unfit

ENCODINGS = ("utf-8-sig", "gb18030")
"""Excel of a Chinese Windows writes the second."""
LONGEST_CELL = 2**17
SEPARATORS = (",", "\t", ";")
LINES_LOOKED_AT = 200


def csv_lines(path: Path) -> list[list[str]]:
    """Returns the cells of each line. Raises Unfit for a file that is no text, TooLarge for one
    that exceeds the bounds of a sheet, both with the reason in Chinese."""
    text = decoded(path.read_bytes())
    csv.field_size_limit(LONGEST_CELL)
    try:
        lines = [*csv.reader(StringIO(text, newline=""), delimiter=separator_of(text))]
    except csv.Error as error:
        raise Unfit("不是可读取的 .csv 文件，引号或者单元格的长度有误") from error
    if len(lines) > LAST_ROW or any(len(line) > LAST_COLUMN for line in lines):
        raise TooLarge(f"内容超出 {LAST_ROW} 行 {LAST_COLUMN} 列，请删除多余内容后再导入")
    return lines


def decoded(content: bytes) -> str:
    """Raises Unfit for bytes that are no text."""
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):  # "Unicode text" of Excel
        return text_in(content, ("utf-16",))
    return text_in(content, () if b"\0" in content else ENCODINGS)


def text_in(content: bytes, encodings: Sequence[str]) -> str:
    """Returns the text in the first encoding that it fits. Raises Unfit."""
    for encoding in encodings:
        with suppress(UnicodeDecodeError):
            return content.decode(encoding)
    raise Unfit("内容不是文本，请另存为 .xlsx 或者 .csv（UTF-8）后再导入")


def separator_of(text: str) -> str:
    """Returns the separator that most of the first lines have more than once: titles may stand
    above the headings, and texts may hold the others."""
    first = text.splitlines()[:LINES_LOOKED_AT]
    return max(SEPARATORS, key=lambda sign: sum(line.count(sign) > 1 for line in first))

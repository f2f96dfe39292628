"""Lines of a .csv file, in the encodings that spreadsheets write."""

import csv
from io import StringIO
from pathlib import Path

from shared.ledger_import.extent import LAST_COLUMN, LAST_ROW, TooLarge

ENCODINGS = ("utf-8-sig", "gb18030")
"""Excel of a Chinese Windows writes the second."""
LONGEST_CELL = 2**17
SEPARATORS = (",", "\t", ";")


def csv_lines(path: Path) -> list[list[str]]:
    """Returns the cells of each line. Raises TooLarge, with the reason in Chinese, for a file that
    is no text or exceeds the bounds of a sheet."""
    text = decoded(path.read_bytes())
    csv.field_size_limit(LONGEST_CELL)
    try:
        lines = [*csv.reader(StringIO(text, newline=""), delimiter=separator_of(text))]
    except csv.Error as error:
        raise TooLarge("不是可读取的 .csv 文件，引号或者单元格的长度有误") from error
    if len(lines) > LAST_ROW or any(len(line) > LAST_COLUMN for line in lines):
        raise TooLarge(f"内容超出 {LAST_ROW} 行 {LAST_COLUMN} 列，请删除多余内容后再导入")
    return lines


def decoded(content: bytes) -> str:
    """Raises TooLarge for bytes that are no text."""
    if b"\0" not in content:
        for encoding in ENCODINGS:
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                continue
    raise TooLarge("内容不是文本，请另存为 .xlsx 或者 .csv（UTF-8）后再导入")


def separator_of(text: str) -> str:
    """Returns the separator that the first line has most often."""
    first = text.partition("\n")[0]
    return max(SEPARATORS, key=first.count)

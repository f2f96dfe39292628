"""Opening of ledgers: the file is there, is what its name says, and stays within the bounds."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import ZipFile, is_zipfile

from shared.ledger_import.extent import Extent, TooLarge, measured

KINDS = {".xlsx", ".xlsm"}
"""Of which a copy with marked cells can be made."""
LARGEST_FILE = 32 * 2**20


class UnreadableLedger(Exception):
    """Raised when the file is no workbook, is too large, or has no sheet of any ledger."""


def opened(path: Path) -> Extent:
    """Returns the extent of a workbook that may be read. Raises UnreadableLedger."""
    in_bounds(path)
    if path.suffix.lower() not in KINDS or not is_zipfile(path):
        raise UnreadableLedger(
            f"{path.name}：不是 .xlsx 工作簿（未加密的），请另存为 .xlsx 后再导入"
        )
    with readable(path), ZipFile(path) as book:
        return measured(book)


def in_bounds(path: Path) -> None:
    """Raises UnreadableLedger for a file that is not there, or is too large."""
    if not is_file(path):
        raise UnreadableLedger(f"{path}：文件不存在")
    if path.stat().st_size > LARGEST_FILE:
        raise UnreadableLedger(f"{path.name}：文件超过 {LARGEST_FILE // 2**20} MB")


def is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name that no file system takes
        return False


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turns the exceptions of the readers (one for each broken part; a panic of the Rust reader is
    no Exception) into UnreadableLedger."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit):
        raise
    except TooLarge as error:
        raise UnreadableLedger(f"{path.name}：{error}") from error
    except BaseException as error:
        raise UnreadableLedger(f"{path.name}：不是可读取的 Excel 工作簿（{error}）") from error

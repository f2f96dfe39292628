"""Opening of ledgers: the file is there, is what its name says, and stays within the bounds."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import ZipFile, is_zipfile

from shared.ledger_import.extent import Extent, TooLarge, Unfit, measured

KINDS = {".xlsx", ".xlsm"}
"""Of which a copy with marked cells can be made."""
LARGEST_FILE = 32 * 2**20
DAMAGED = "不是可读取的 Excel 工作簿，可能已损坏；请打开后另存为新的 .xlsx，再导入"


FILE_RULES = KIND, LARGE, BROKEN, UNKNOWN, FOREIGN = (
    "ledger-file-kind",
    "ledger-file-large",
    "ledger-file-broken",
    "ledger-file-unknown",
    "ledger-file-foreign",
)
"""Rules by which a whole file is refused: it is no ledger's kind of file, it is too large, it
cannot be read, no sheet is known, it brings what belongs to other files."""


class UnreadableLedger(Exception):
    """Raised when the file is no workbook, is too large, or has no sheet of any ledger. `rule` is
    the code of the rule, the text a sentence for the clerk."""

    def __init__(self, sentence: str, rule: str) -> None:
        super().__init__(sentence, rule)
        self.sentence, self.rule = sentence, rule

    def __str__(self) -> str:
        return self.sentence


def opened(path: Path) -> Extent:
    """Returns the extent of a workbook that may be read. Raises UnreadableLedger."""
    in_bounds(path)
    if path.suffix.lower() not in KINDS or not is_zipfile(path):
        raise UnreadableLedger(
            f"{path.name}：不是 .xlsx 工作簿（未加密的），请另存为 .xlsx 后再导入", KIND
        )
    with readable(path), ZipFile(path) as book:
        return measured(book)


def in_bounds(path: Path) -> None:
    """Raises UnreadableLedger for a file that is not there, is another's, or is too large."""
    if not is_file(path):
        raise UnreadableLedger(f"{path}：文件不存在，或者不能打开它所在的文件夹", KIND)
    if not opens(path):
        raise UnreadableLedger(f"{path}：没有读取这个文件的权限", BROKEN)
    if path.stat().st_size > LARGEST_FILE:
        raise UnreadableLedger(f"{path.name}：文件超过 {LARGEST_FILE // 2**20} MB", LARGE)


def is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name that no file system takes
        return False


def opens(path: Path) -> bool:
    try:
        path.open("rb").close()
    except OSError:
        return False
    return True


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turns the exceptions of the readers (one for each broken part; a panic of the Rust reader is
    no Exception) into UnreadableLedger, without their words."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit):
        raise
    except Unfit as error:
        raise UnreadableLedger(f"{path.name}：{error}", BROKEN) from error
    except TooLarge as error:
        raise UnreadableLedger(f"{path.name}：{error}", LARGE) from error
    except BaseException as error:
        raise UnreadableLedger(f"{path.name}：{DAMAGED}", BROKEN) from error

"""Files that came by the network: refused unless they are what their name says, and opened in a
folder in memory, so that their plain text reaches no disk."""

import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from zipfile import ZipFile

from shared.ledger_import.extent import place_of
from shared.ledger_import.opening import FOREIGN, KIND, UnreadableLedger, readable
from shared.ledger_import.reading import LINES, Reading, read_rows
from shared.ledger_import.table import Ledger

WORKBOOK = ".xlsx"
NAMED = (WORKBOOK, LINES)
"""Ends of the names of files that may be uploaded."""
ZIP, OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
"""First bytes of a workbook, and of one that is encrypted or of before 2007."""
BROUGHT = {
    "vbaproject.bin": "含有宏，不予导入，请另存为不含宏的 .xlsx",
    "xl/externallinks/": "引用了其他文件，不予导入，请把引用的内容粘贴为数值",
    "xl/embeddings/": "嵌有其他文件，不予导入，请删除嵌入的对象",
}
IN_MEMORY = Path("/dev/shm")
PREFIX = "duban-import-"
LEFT_SECONDS = 3600.0
"""A folder that is older belongs to a process that was killed."""


def check_name(name: str) -> str:
    """Returns the end of a name. Raises UnreadableLedger."""
    suffix = Path(name).suffix.lower()
    if suffix == ".xlsm":
        raise UnreadableLedger(BROUGHT["vbaproject.bin"], FOREIGN)
    if suffix not in NAMED:
        raise UnreadableLedger("只能导入 .xlsx 工作簿或者 .csv 文件，请另存后再导入", KIND)
    return suffix


def check_beginning(suffix: str, begin: bytes) -> None:
    """Raises UnreadableLedger for a file that does not begin as its name says."""
    if begin.startswith(OLD):
        raise UnreadableLedger(
            "是加密的或者旧版（.xls）工作簿，请另存为未加密的 .xlsx 后再导入", KIND
        )
    is_book = begin.startswith(ZIP)
    if suffix == WORKBOOK and not is_book:
        raise UnreadableLedger("不是 .xlsx 工作簿：内容与扩展名不符，请另存为 .xlsx 后再导入", KIND)
    if suffix == LINES and is_book:
        raise UnreadableLedger("是工作簿，不是 .csv 文件，请把扩展名改为 .xlsx 后再导入", KIND)


def read_uploaded(path: Path, ledgers: Sequence[Ledger]) -> Reading:
    """Raises UnreadableLedger."""
    with path.open("rb") as content:
        check_beginning(path.suffix, content.read(len(ZIP)))
    if path.suffix == WORKBOOK:
        with readable(path), ZipFile(path) as book:
            names = [place_of(part) for part in book.namelist()]
        refuse_foreign(names)
    return read_rows(path, ledgers)


def refuse_foreign(names: Sequence[str]) -> None:
    """Raises UnreadableLedger for parts that bring programs, or the content of other files."""
    for part, reason in BROUGHT.items():
        if any(part in name for name in names):
            raise UnreadableLedger(f"工作簿{reason}", FOREIGN)


@contextmanager
def in_memory() -> Iterator[Path]:
    """Yields an empty folder, in memory where the machine has a file system in memory. One that a
    killed process has left is removed by the next."""
    parent = IN_MEMORY if IN_MEMORY.is_dir() else Path(gettempdir())
    for left in parent.glob(f"{PREFIX}*"):
        if time.time() - left.stat().st_mtime > LEFT_SECONDS:
            shutil.rmtree(left, ignore_errors=True)
    with TemporaryDirectory(prefix=PREFIX, dir=parent) as folder:
        yield Path(folder)

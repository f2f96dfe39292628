"""Isolation of the reader: outside files are read by a process with bounded memory and time, so
that a file which breaks it breaks nothing else."""

import resource
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path

from shared.ledger_import.reading import Reading, UnreadableLedger
from shared.ledger_import.table import Ledger

MEMORY = 4 * 2**30
"""Bytes of address space."""
SECONDS = 120
REASON = "读取时用尽了内存或时间，文件可能已损坏；请把内容复制到新的工作簿后再导入"
Reader = Callable[[Path, Sequence[Ledger]], Reading]


def limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def read_apart(path: Path, ledgers: Sequence[Ledger], read: Reader) -> Reading:
    """Returns what `read` returns. Raises UnreadableLedger, also where the process ends early."""
    with ProcessPoolExecutor(1, get_context("spawn"), limit) as pool:
        try:
            return pool.submit(read, path, ledgers).result()
        except (BrokenProcessPool, MemoryError) as error:
            raise UnreadableLedger(f"{path.name}：{REASON}") from error

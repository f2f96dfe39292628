"""Isolation of readers and writers: outside files are opened by a process with bounded memory and
time, so that a file which breaks it breaks nothing else."""

import resource
import tempfile
import warnings
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from shared.ledger_import.headings import Headings
from shared.ledger_import.opening import BROKEN, UnreadableLedger
from shared.ledger_import.reading import Fault, Reading
from shared.ledger_import.report import write_list, write_report
from shared.ledger_import.table import Ledger

MEMORY = 4 * 2**30
"""Bytes of address space."""
SECONDS = 120
REASON = "读取时用尽了内存或时间，文件可能已损坏；请把内容复制到新的工作簿后再导入"
EXHAUSTED = (BrokenProcessPool, MemoryError)
T = TypeVar("T")
Reader = Callable[[Path, Sequence[Ledger]], Reading]
Report = tuple[Path, bool]
Writer = Callable[[Path, Sequence[Fault], Mapping[str, Headings]], Report]


def limit(folder: Path | None = None) -> None:
    """Bounds this process; its temporary files go into the folder. A library tells people nothing
    about an odd cell: faults and remarks do, in their words."""
    warnings.simplefilter("ignore")
    tempfile.tempdir = str(folder) if folder else None
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def apart(work: Callable[..., T], *given: object, folder: Path | None = None) -> T:
    """Returns what `work` returns in a process of its own. Raises one of EXHAUSTED where that
    process ends early."""
    with ProcessPoolExecutor(1, get_context("spawn"), limit, (folder,)) as pool:
        return pool.submit(work, *given).result()


def read_apart(path: Path, ledgers: Sequence[Ledger], read: Reader) -> Reading:
    """Returns what `read` returns. Raises UnreadableLedger, also where the process ends early."""
    try:
        return apart(read, path, ledgers)
    except EXHAUSTED as error:
        raise UnreadableLedger(f"{path.name}：{REASON}", BROKEN) from error


def report_apart(
    source: Path,
    faults: Sequence[Fault],
    heads: Mapping[str, Headings],
    write: Writer = write_report,
    folder: Path | None = None,
) -> Report:
    """Returns what `write` returns; the list of the faults where a copy takes too much. `folder` is
    for the temporary files of the writer."""
    try:
        return apart(write, source, faults, heads, folder=folder)
    except EXHAUSTED:
        return write_list(source, faults)

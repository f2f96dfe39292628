"""Processor time and memory of processes, read from /proc: what noise cannot change."""

import asyncio
import os
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
BEYOND_NAME = 11
"""Where utime stands, and stime after it, behind the program's name in /proc/PID/stat."""


def cpu_seconds(pids: Iterable[int]) -> float:
    """Of whole processes, user and system."""
    return sum(_ticks(pid) for pid in pids) / TICKS


async def used_at_rest(pids: Collection[int], seconds: float) -> float:
    """Returns the processor seconds that the processes use in a second while nothing is asked."""
    before = cpu_seconds(pids)
    await asyncio.sleep(seconds)
    return (cpu_seconds(pids) - before) / seconds


def family_seconds(pids: Iterable[int]) -> float:
    """Of processes and all their descendants, also of those that have ended."""
    return sum(map(_family_ticks, pids)) / TICKS


def _family_ticks(pid: int) -> int:
    """Fields 14 to 17 of proc(5): its own time, and that of children that it has waited for."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        tasks = Path(f"/proc/{pid}/task").glob("*/children")
        children = [int(child) for each in tasks for child in each.read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return sum(map(int, fields[BEYOND_NAME : BEYOND_NAME + 4])) + sum(map(_family_ticks, children))


def _ticks(pid: int) -> int:
    text = Path(f"/proc/{pid}/stat").read_text()
    fields = text.rpartition(")")[2].split()
    return int(fields[BEYOND_NAME]) + int(fields[BEYOND_NAME + 1])


def resident_mb(pid: int) -> float:
    return _status(pid, "VmRSS") / 1024


def threads(pid: int) -> int:
    return _status(pid, "Threads")


def _status(pid: int, name: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(f"{name}:")).split()[1])


def load() -> float:
    """The average of the last minute; more than the number of cores means that others work too."""
    return os.getloadavg()[0]


@dataclass
class Stopwatch:
    """Wall time, own processor time, and that of the processes that work for us."""

    pids: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        self._wall, self._own = time.perf_counter(), time.process_time()
        self._theirs = cpu_seconds(self.pids)

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self._wall

    @property
    def client_cpu(self) -> float:
        return time.process_time() - self._own

    @property
    def server_cpu(self) -> float:
        return cpu_seconds(self.pids) - self._theirs

"""The `eventsourcing` library (9.5.6) as a peer: one event per command, on SQLite or PostgreSQL."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

from bench.logs import SAID
from bench.rounds import Run


def installed() -> bool:
    try:
        import eventsourcing  # noqa: F401, PLC0415 - an optional peer
    except ImportError:
        return False
    return True


@cache
def _case() -> Callable[[], Any]:
    """The library knows a class by its name, and takes it once."""
    from eventsourcing.domain import Aggregate, event  # noqa: PLC0415

    class Case(Aggregate):
        @event("Contacted")
        def contact(self, said: dict[str, Any]) -> None:
            self.contacts = getattr(self, "contacts", 0) + 1

    return Case


class Peer:
    """An application with aggregates in memory, so that only the save is measured; one at a time
    on each."""

    def __init__(self, environment: dict[str, str]) -> None:
        from eventsourcing.application import Application  # noqa: PLC0415

        self._make = _case()
        self._application = Application[Any](env=environment)
        self._cases: dict[int, Any] = {}
        self._turns: defaultdict[int, threading.Lock] = defaultdict(threading.Lock)

    def prepare(self, cases: Sequence[int]) -> None:
        for case in set(cases) - self._cases.keys():
            self._cases[case] = self._make()
            self._application.save(self._cases[case])

    def write(self, case: int) -> float:
        began = time.perf_counter()
        with self._turns[case]:
            self._cases[case].contact(SAID)
            self._application.save(self._cases[case])
        return (time.perf_counter() - began) * 1e3

    def run(self, cases: Sequence[int], writers: int) -> Run:
        self.prepare(cases)
        began, cpu = time.perf_counter(), time.process_time()
        with ThreadPoolExecutor(writers) as pool:
            latencies = list(pool.map(self.write, cases))
        seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
        return Run(len(cases), seconds, cpu, latencies=latencies)

    def close(self) -> None:
        self._application.close()


def on_sqlite(path: str) -> Peer:
    return Peer({"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": path})


def on_postgresql(port: int, writers: int) -> Peer:
    return Peer(
        {
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": "postgres",
            "POSTGRES_HOST": "127.0.0.1",
            "POSTGRES_PORT": str(port),
            "POSTGRES_USER": "bench",
            "POSTGRES_PASSWORD": "bench",
            "POSTGRES_POOL_SIZE": str(min(writers, 32)),
            "POSTGRES_MAX_OVERFLOW": "40",
        }
    )

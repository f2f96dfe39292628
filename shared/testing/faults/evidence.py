"""Evidence: contents of logs, bus, inboxes, parked cases and read models at one quiet moment."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.kafka.log_heads import Announced
from shared.kafka.message import BusMessage
from shared.kernel.log_position import BusPosition
from shared.kernel.projection import Projection
from shared.mongo.inbox import StreamVersions

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Finding:
    """Finding of a checker: the invariant that does not hold, and the place."""

    checker: str
    rule: str
    place: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.checker} {self.rule} at {self.place} {self.detail}".rstrip()


@dataclass(frozen=True)
class Reading:
    """One consumer: whose facts it must deal with, and how far it says it has come, by key.

    `set_aside`: the places of the facts it keeps for later, by key; `heads`: why. `lag`: what the
    bus has and it has not committed.
    """

    consumer: str
    listens: frozenset[str]
    topics: frozenset[str]
    seen: Mapping[str, StreamVersions]
    heads: Mapping[str, str] = field(default_factory=dict)
    set_aside: frozenset[BusPosition] = frozenset()
    lag: int = 0


@dataclass(frozen=True)
class Model:
    """A read model as stored: its documents and its counters."""

    consumer: str
    projection: Projection
    documents: Mapping[str, Document]
    totals: Mapping[str, int]


@dataclass(frozen=True)
class Vitals:
    """Vital signs of a process: resident bytes, threads, open files, readiness."""

    ready: bool
    resident: int
    threads: int
    files: int


@dataclass(frozen=True)
class Evidence:
    """`logs`: the commits of each service by stream and version. `expected`: (consumer or `*`, key)
    of the cases that the test itself made to be set aside. `now`: business time."""

    logs: Mapping[str, Sequence[Document]]
    bus: Sequence[BusMessage] = ()
    readings: Sequence[Reading] = ()
    models: Sequence[Model] = ()
    announced: Mapping[str, Announced] = field(default_factory=dict)
    expected: frozenset[tuple[str, str]] = frozenset()
    now: datetime | None = None
    hold_seconds: float = 0.0
    vitals: Mapping[str, tuple[Vitals, Vitals]] = field(default_factory=dict)
    """Vital signs of each process: (before, now)."""

    def commits(self) -> Iterator[Document]:
        for commits in self.logs.values():
            yield from commits

    def is_expected(self, consumer: str, key: str) -> bool:
        return (consumer, key) in self.expected or ("*", key) in self.expected

"""Positions in the log and on the bus: what the store and the relay tell each other."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

BusPosition = tuple[str, int, int]
"""Topic, partition, offset: where the bus can be asked for a message again."""


@dataclass(frozen=True, slots=True)
class LogHead:
    """The last commit of a service up to which all commits are on the bus.

    `seq` is the store's mark of order: seconds, and a counter within the second.
    """

    commit: str
    hash: str
    seq: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The point from which a relay goes on: after `token`, or by a sweep from `at` without one.

    `token` and `at` are the store's own values; only the store reads them.
    """

    token: Mapping[str, Any] | None = None
    at: Any = None
    head: LogHead | None = None


@dataclass(frozen=True, slots=True)
class LogChange:
    """An inserted commit as it is stored, or None for a heartbeat.

    The tail resumes after `token`; a commit that a sweep has found has neither `token` nor `at`.
    """

    commit: Mapping[str, Any] | None
    token: Mapping[str, Any] | None
    at: Any

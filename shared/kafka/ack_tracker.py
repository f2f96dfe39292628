"""The ledger of a relay: how far everything is acknowledged, with no hole before it."""

import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol


class Change(Protocol):
    """An inserted commit, or None for a heartbeat; `token` and `at` are None for what a sweep has
    found."""

    @property
    def commit(self) -> Mapping[str, Any] | None: ...
    @property
    def token(self) -> Mapping[str, Any] | None: ...
    @property
    def at(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Head:
    """The last commit of a service before which all are on the bus. `seq` is the store's mark of
    order."""

    commit: str
    hash: str
    seq: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Reached:
    """Where a relay may go on: after `token`, or, when that is lost, by a sweep from `at`."""

    token: Mapping[str, Any] | None = None
    at: Any = None
    head: Head | None = None


@dataclass(slots=True)
class _Entry:
    change: Change
    entered: float
    done: bool = False


class Ledger:
    def __init__(self, reached: Reached, on_advance: Callable[[], None]) -> None:
        self.reached = reached
        self._on_advance = on_advance
        self._entries: deque[_Entry] = deque()

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def oldest_seconds(self) -> float:
        return time.monotonic() - self._entries[0].entered if self._entries else 0.0

    def enter(self, change: Change) -> Callable[[], None]:
        """What has to be called when the bus has this commit."""
        entry = _Entry(change, time.monotonic())
        self._entries.append(entry)

        def settle() -> None:
            entry.done = True
            self._advance()

        return settle

    def heartbeat(self, change: Change) -> None:
        """Nothing was inserted up to here; of use only when nothing is outstanding."""
        if not self._entries and change.token:
            at = change.at or self.reached.at
            self.reached = Reached(change.token, at, self.reached.head)

    def _advance(self) -> None:
        moved = False
        while self._entries and self._entries[0].done:
            self.reached = _beyond(self.reached, self._entries.popleft().change)
            moved = True
        if moved:
            self._on_advance()


def _beyond(reached: Reached, change: Change) -> Reached:
    """A commit found by a sweep moves the head, not the place: the sweep has to be done again from
    its start."""
    head = _newer(reached.head, change.commit)
    if change.token is None:
        return Reached(reached.token, reached.at, head)
    return Reached(change.token, change.at, head)


def _newer(head: Head | None, commit: Mapping[str, Any] | None) -> Head | None:
    if commit is None:
        return head
    seq = (commit["seq"].time, commit["seq"].inc)
    if head and head.seq >= seq:
        return head
    return Head(commit["_id"], commit["hash"], seq)

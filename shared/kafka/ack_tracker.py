"""The acknowledgement tracker of a relay: the checkpoint up to which all is on the bus, no gaps."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from shared.kafka.envelope import head_of
from shared.kernel.log_position import Checkpoint, LogChange, LogHead


@dataclass(slots=True)
class _Outstanding:
    change: LogChange
    entered: float
    acknowledged: bool = False


class AckTracker:
    """Moves `checkpoint` over changes in the order of the log, as far as all are acknowledged.

    `on_advance` is called after each move.
    """

    def __init__(self, checkpoint: Checkpoint, on_advance: Callable[[], None]) -> None:
        self.checkpoint = checkpoint
        self._on_advance = on_advance
        self._outstanding: deque[_Outstanding] = deque()

    def __len__(self) -> int:
        return len(self._outstanding)

    @property
    def oldest_seconds(self) -> float:
        """Seconds since the oldest outstanding change was entered; 0 when none is."""
        return time.monotonic() - self._outstanding[0].entered if self._outstanding else 0.0

    def enter(self, change: LogChange) -> Callable[[], None]:
        """Adds a change; returns the function to call when the bus has acknowledged it."""
        entry = _Outstanding(change, time.monotonic())
        self._outstanding.append(entry)

        def acknowledge() -> None:
            entry.acknowledged = True
            self._advance()

        return acknowledge

    def heartbeat(self, change: LogChange) -> None:
        """Moves the checkpoint to a heartbeat's token; only when no change is outstanding."""
        if not self._outstanding and change.token:
            at = change.at or self.checkpoint.at
            self.checkpoint = Checkpoint(change.token, at, self.checkpoint.head)

    def _advance(self) -> None:
        moved = False
        while self._outstanding and self._outstanding[0].acknowledged:
            self.checkpoint = _beyond(self.checkpoint, self._outstanding.popleft().change)
            moved = True
        if moved:
            self._on_advance()


def _beyond(checkpoint: Checkpoint, change: LogChange) -> Checkpoint:
    """Moves the head alone for a swept commit: an interrupted sweep starts again from `at`."""
    head = _newer(checkpoint.head, change)
    if change.token is None:
        return Checkpoint(checkpoint.token, checkpoint.at, head)
    return Checkpoint(change.token, change.at, head)


def _newer(head: LogHead | None, change: LogChange) -> LogHead | None:
    commit = change.commit
    if commit is None:
        return head
    own = head_of(commit)
    return head if head and head.seq >= own.seq else own

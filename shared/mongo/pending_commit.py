"""A commit on its way into the log, and what MongoDB's answers prove about it."""

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

from bson.raw_bson import RawBSONDocument

from shared.kernel.commit import restamped
from shared.kernel.errors import Unstorable
from shared.mongo.commits import encoded

STALE_SECONDS = 5.0

# Answers that blame the document and will be the same next time; any other may pass.
BLAMED = frozenset({2, 9, 15, 22, 52, 53, 55, 56, 57, 121, 10334})


class PendingCommit:
    """The sealed document and its bytes, encoded at once, where the caller can still be told.

    Sealed anew when it has waited for long, because `recorded_at` says when it was recorded.
    """

    def __init__(
        self,
        document: dict[str, Any],
        clock: Callable[[], datetime],
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._elapsed = elapsed
        self._seal(document)

    def to_send(self) -> RawBSONDocument:
        if self._elapsed() - self._sealed > STALE_SECONDS:
            self._seal(restamped(self.document, self._clock()))
        return self._raw

    @property
    def size(self) -> int:
        return len(self._raw.raw)

    def _seal(self, document: dict[str, Any]) -> None:
        self.document = document
        self._raw = encoded(document)
        self._sealed = self._elapsed()


class CommitWriter(Protocol):
    """One of the ways to insert."""

    async def insert(self, pending: PendingCommit) -> bool:
        """True: a majority has it. False: refused or unknown, ask the log."""
        ...

    async def close(self) -> None: ...


def blame(error: Mapping[str, Any]) -> Unstorable | None:
    """The refusal to tell, when a write error is about the document itself."""
    if error.get("code") in BLAMED:
        return Unstorable(str(error.get("errmsg")))
    return None

"""A commit that is not yet in the log, and the errors of MongoDB that refuse it for good."""

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

from bson.raw_bson import RawBSONDocument

from shared.kernel.commit import restamped
from shared.kernel.errors import Unstorable
from shared.mongo.commits import encoded
from shared.signing.key_pair import Sign

STALE_SECONDS = 5.0

# Errors of MongoDB that blame the document and come again at each attempt, with their names in the
# server's error_codes.yml; any other may be transient.
BLAMING_CODES: Mapping[int, str] = {
    2: "BadValue",
    9: "FailedToParse",
    15: "Overflow",
    22: "InvalidBSON",
    52: "DollarPrefixedFieldName",
    53: "InvalidIdField",
    55: "InvalidDBRef",
    56: "EmptyFieldName",
    57: "DottedFieldName",
    121: "DocumentValidationFailure",
    10334: "BSONObjectTooLarge",
}


class PendingCommit:
    """A hashed document, signed, with its bytes, encoded at once so that Unstorable reaches the
    caller.

    After 5 s in the queue it is stamped, hashed and signed anew: `recorded_at` is the time of
    recording.
    """

    def __init__(
        self,
        document: dict[str, Any],
        sign: Sign,
        clock: Callable[[], datetime],
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sign = sign
        self._clock = clock
        self._elapsed = elapsed
        self._seal(document)

    def to_send(self) -> RawBSONDocument:
        """Returns the bytes to insert."""
        if self._elapsed() - self._sealed > STALE_SECONDS:
            self._seal(restamped(self.document, self._clock()))
        return self._raw

    @property
    def size(self) -> int:
        """The size in bytes."""
        return len(self._raw.raw)

    def _seal(self, document: dict[str, Any]) -> None:
        self.document = self._sign(document)
        self._raw = encoded(self.document)
        self._sealed = self._elapsed()


class CommitWriter(Protocol):
    """Inserts commits."""

    async def insert(self, pending: PendingCommit) -> bool:
        """Returns True when a majority has it, False when it is refused or unknown: ask the log.

        Raises Unstorable, and Unavailable when the queue is full."""
        ...

    async def close(self) -> None:
        """Waits until every insert has its answer."""
        ...


def blame(error: Mapping[str, Any]) -> Unstorable | None:
    """Returns the refusal when a write error concerns the document itself."""
    if error.get("code") in BLAMING_CODES:
        return Unstorable(str(error.get("errmsg")))
    return None

"""Which answers of MongoDB may be better in a moment, so that doing the same again is right."""

from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    ExecutionTimeout,
    PyMongoError,
    WTimeoutError,
)

PASSING = (AutoReconnect, ExecutionTimeout, WTimeoutError)
LABELS = ("TransientTransactionError", "UnknownTransactionCommitResult", "RetryableWriteError")
# Shutdown, stepping down, a full queue, a lock or a snapshot that could not be had in time.
CODES = frozenset(
    {
        6,
        7,
        24,
        46,
        50,
        64,
        89,
        91,
        112,
        189,
        246,
        262,
        9001,
        10058,
        10107,
        11600,
        11602,
        13435,
        13436,
    }
)


class Raced(Exception):
    """Another process has changed the document first; read it again and do the same."""


def is_transient(error: BaseException) -> bool:
    if isinstance(error, (Raced, *PASSING)):
        return True
    if not isinstance(error, PyMongoError):
        return False
    if any(error.has_error_label(label) for label in LABELS):
        return True
    if isinstance(error, BulkWriteError):
        return all(fault.get("code") in CODES for fault in _faults(error))
    return getattr(error, "code", None) in CODES


def _faults(error: BulkWriteError) -> list[dict[str, int]]:
    details = error.details
    return [*details.get("writeErrors", []), *details.get("writeConcernErrors", [])]

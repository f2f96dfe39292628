"""Transient answers of MongoDB: the same call may succeed in a moment."""

from collections.abc import Mapping

from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    ExecutionTimeout,
    PyMongoError,
    WTimeoutError,
)
from tenacity import retry, retry_if_exception, stop_after_delay, wait_random

TRANSIENT_ERRORS = (ConnectionFailure, ExecutionTimeout, WTimeoutError)
TRANSIENT_LABELS = (
    "TransientTransactionError",
    "UnknownTransactionCommitResult",
    "RetryableWriteError",
)
# Shutdown, stepping down, a full queue, a lock or a snapshot that could not be had in time, an
# operation or a cursor that an administrator has killed; the names are those of the server's
# error_codes.yml.
TRANSIENT_CODES: Mapping[int, str] = {
    6: "HostUnreachable",
    7: "HostNotFound",
    24: "LockTimeout",
    43: "CursorNotFound",
    46: "LockBusy",
    50: "MaxTimeMSExpired",
    64: "WriteConcernFailed",
    89: "NetworkTimeout",
    91: "ShutdownInProgress",
    112: "WriteConflict",
    134: "ReadConcernMajorityNotAvailableYet",
    189: "PrimarySteppedDown",
    202: "NetworkInterfaceExceededTimeLimit",
    237: "CursorKilled",
    246: "SnapshotUnavailable",
    262: "ExceededTimeLimit",
    9001: "SocketException",
    10058: "LegacyNotPrimary",
    10107: "NotWritablePrimary",
    11600: "InterruptedAtShutdown",
    11601: "Interrupted",
    11602: "InterruptedDueToReplStateChange",
    13435: "NotPrimaryNoSecondaryOk",
    13436: "NotPrimaryOrSecondary",
}


class Raced(Exception):
    """Another process has changed the document first; read it again and repeat the change."""


def is_transient(error: BaseException) -> bool:
    """Returns whether the call that raised the error is worth repeating as it is."""
    if isinstance(error, (Raced, *TRANSIENT_ERRORS)):
        return True
    if not isinstance(error, PyMongoError):
        return False
    if any(error.has_error_label(label) for label in TRANSIENT_LABELS):
        return True
    if isinstance(error, BulkWriteError):
        return all(answer.get("code") in TRANSIENT_CODES for answer in _answers(error))
    return getattr(error, "code", None) in TRANSIENT_CODES


PATIENCE_SECONDS = 30.0
"""A start waits so long for a store that listens and is slow."""
patiently = retry(
    retry=retry_if_exception(is_transient),
    stop=stop_after_delay(PATIENCE_SECONDS),
    wait=wait_random(0, 1),
    reraise=True,
)
"""Decorator of what a start makes in the store and may make twice, such as indexes: a process that
starts beside a busy store goes on, and is not started again and again."""


def _answers(error: BulkWriteError) -> list[dict[str, int]]:
    details = error.details
    return [*details.get("writeErrors", []), *details.get("writeConcernErrors", [])]

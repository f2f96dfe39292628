"""Writes envelopes: every fact of a commit as a Kafka message, in binary CloudEvents 1.0."""

import json
from collections.abc import Mapping
from typing import Any

from shared.contracts.catalogue import owner_of
from shared.kafka.message import Outgoing
from shared.kernel.commit import fact_hashes
from shared.kernel.errors import Unstorable
from shared.kernel.ids import stream_key
from shared.kernel.log_position import LogHead
from shared.kernel.storable import canonical
from shared.kernel.trace import traceparent_of

NO_COMMIT = (
    KeyError, TypeError, ValueError, AttributeError, RecursionError, Unstorable,
)  # fmt: skip
"""Errors of reading a document that lacks a field of a commit, or has another kind of value."""
CONTENT_TYPE = "application/json"
SPEC_VERSION = "1.0"

OPTIONAL = {
    "ce_caseid": "case_id",
    "ce_causationid": "causation_id",
    "ce_onbehalfof": "on_behalf_of",
}


class NoCommit(Exception):
    """A document in the log that is no commit, and cannot be published."""


def checked_messages(document: Mapping[str, Any]) -> list[Outgoing]:
    """Returns the messages of a stored document. Raises NoCommit; a commit whose hash or signature
    is wrong is one, and refused by those who read it."""
    try:
        head_of(document)
        return to_messages(document)
    except NO_COMMIT as error:
        raise NoCommit(f"{document.get('_id')}: {error!r}"[:200]) from error


def head_of(commit: Mapping[str, Any]) -> LogHead:
    """Returns the place of a commit in its log. Raises one of NO_COMMIT."""
    seq = commit["seq"]
    return LogHead(commit["_id"], commit["hash"], (seq.time, seq.inc))


def to_messages(commit: Mapping[str, Any]) -> list[Outgoing]:
    """Returns one message for each fact, in order; together they hold every field of the commit.

    Each has the hashes of all facts of its commit, so that hash and signature can be checked by it
    alone. `commit` is the stored document. A commit without a signature is published, too: its
    consumers refuse it aloud. Raises KeyError and ValueError for a stream without an owner.
    """
    stream: str = commit["stream"]
    key = stream_key(stream)
    of_commit = _of_commit(commit, key)
    return [
        Outgoing(
            key.encode(),
            canonical(fact["data"]),
            [*_of_fact(fact, commit["first"] + index, commit["correlation_id"]), *of_commit],
        )
        for index, fact in enumerate(commit["facts"])
    ]


def _of_commit(commit: Mapping[str, Any], key: str) -> list[tuple[str, bytes]]:
    headers = {
        "content-type": CONTENT_TYPE,
        "ce_specversion": SPEC_VERSION,
        "ce_source": owner_of(commit["stream"]).name,
        "ce_subject": key,
        "ce_stream": commit["stream"],
        "ce_commit": f"{commit['first']}/{commit['last']}",
        "ce_commandid": commit["command_id"],
        "ce_fingerprint": commit["fingerprint"],
        "ce_recordedtime": commit["recorded_at"],
        "ce_clock": commit["clock"],
        "ce_actor": commit["actor"],
        "ce_agency": commit["agency"],
        "ce_correlationid": commit["correlation_id"],
        "ce_basis": json.dumps(commit["basis"], sort_keys=True, separators=(",", ":")),
        "ce_prevhash": commit["prev_hash"],
        "ce_facthashes": ",".join(fact_hashes(commit)),
        "ce_hash": commit["hash"],
        "ce_keyid": commit.get("key_id", ""),
        "ce_signature": commit.get("signature", ""),
    }
    headers |= {name: commit[field] for name, field in OPTIONAL.items() if field in commit}
    return [(name, value.encode()) for name, value in headers.items()]


def _of_fact(fact: Mapping[str, Any], version: int, correlation: str) -> list[tuple[str, bytes]]:
    headers = {
        "ce_id": fact["id"],
        "ce_type": fact["type"],
        "ce_time": fact["occurred_at"],
        "ce_version": str(version),
        "traceparent": traceparent_of(correlation, fact["id"]),
    }
    return [(name, value.encode()) for name, value in headers.items()]

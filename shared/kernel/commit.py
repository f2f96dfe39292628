"""Commits: all facts of one command in one document, linked to the one before by its hash."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.kernel.errors import Unstorable
from shared.kernel.ids import STREAM_NAME, fact_id
from shared.kernel.moment import stamp
from shared.kernel.storable import (
    LARGEST_COMMIT,
    LARGEST_FACT,
    MOST_FACTS,
    canonical,
    plain,
)

UNSEALED = frozenset({"_id", "seq", "hash", "key_id", "signature"})
OPTIONAL = ("case_id", "on_behalf_of", "causation_id")


@dataclass(frozen=True, slots=True)
class NewFact:
    """A fact to be appended; `occurred_at` has a time zone."""

    type: str
    occurred_at: datetime
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StoredFact:
    """A fact of a commit, as it is stored."""

    id: str
    type: str
    occurred_at: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Draft:
    """The facts to append to a stream after version `expected`, whose hash is `prev_hash`."""

    stream: str
    expected: int
    prev_hash: str
    command_id: str
    fingerprint: str
    facts: tuple[NewFact, ...]
    agency: str
    actor: str
    correlation_id: str
    case_id: str | None = None
    on_behalf_of: str | None = None
    causation_id: str | None = None
    basis: Mapping[str, int] = field(default_factory=dict)
    clock: str = "real"


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit of the log: versions `first` to `last` of a stream.

    `seq` is the store's own mark of order, None before it is read back.
    """

    stream: str
    first: int
    last: int
    command_id: str
    fingerprint: str
    facts: tuple[StoredFact, ...]
    agency: str
    recorded_at: str
    clock: str
    actor: str
    correlation_id: str
    basis: Mapping[str, int]
    prev_hash: str
    hash: str
    case_id: str | None = None
    on_behalf_of: str | None = None
    causation_id: str | None = None
    seq: Any = field(default=None, compare=False)


def to_document(draft: Draft, recorded_at: datetime) -> dict[str, Any]:
    """Returns the hashed document, without the fields that are None; its owner signs it next.

    Raises Unstorable, which names the bound that the draft breaks.
    """
    _check_outline(draft)
    first = draft.expected + 1
    facts = [_stored(draft, first + n, fact) for n, fact in enumerate(draft.facts)]
    texts = [canonical(fact) for fact in facts]
    body = _body(draft, facts, stamp(recorded_at))
    outline = canonical({**body, "facts": [sha256_of(text) for text in texts]})
    _check_sizes(facts, [len(text) for text in texts], len(outline))
    return {"_id": f"{draft.stream}@{first}", **body, "hash": sha256_of(outline)}


def from_document(document: Mapping[str, Any]) -> Commit:
    """Returns the commit of a stored document. Raises KeyError where a field is missing."""
    return Commit(
        stream=document["stream"],
        first=document["first"],
        last=document["last"],
        command_id=document["command_id"],
        fingerprint=document["fingerprint"],
        facts=tuple([StoredFact(**fact) for fact in document["facts"]]),
        agency=document["agency"],
        recorded_at=document["recorded_at"],
        clock=document["clock"],
        actor=document["actor"],
        correlation_id=document["correlation_id"],
        basis=document["basis"],
        prev_hash=document["prev_hash"],
        hash=document["hash"],
        case_id=document.get("case_id"),
        on_behalf_of=document.get("on_behalf_of"),
        causation_id=document.get("causation_id"),
        seq=document.get("seq"),
    )


def digest(document: Mapping[str, Any]) -> str:
    """Computes the hash of a stored document, whatever its field `hash` holds.

    SHA-256, in hexadecimal, of the canonical form (RFC 8785, ADR 4) without `_id`, `seq`, `hash`,
    `key_id` and `signature`, with the hash of each fact in the place of the fact.
    """
    sealed = {name: value for name, value in document.items() if name not in UNSEALED}
    return sha256_of(canonical({**sealed, "facts": fact_hashes(document)}))


def fact_hashes(document: Mapping[str, Any]) -> list[str]:
    """Returns the hash of each fact of a stored document: SHA-256 of its canonical form.

    By them one fact can be checked against the hash of its commit, without the others (ADR 29).
    """
    return [sha256_of(canonical(fact)) for fact in document["facts"]]


def sha256_of(text: bytes) -> str:
    """Returns the digest in hexadecimal."""
    return hashlib.sha256(text).hexdigest()


def restamped(document: Mapping[str, Any], recorded_at: datetime) -> dict[str, Any]:
    """Returns the same commit, recorded at a later moment: for one that has waited unsent."""
    fresh = {**document, "recorded_at": stamp(recorded_at)}
    return {**fresh, "hash": digest(fresh)}


def _body(draft: Draft, facts: list[dict[str, Any]], recorded_at: str) -> dict[str, Any]:
    """Returns the sealed fields, in the order of keys."""
    body = {
        "actor": draft.actor,
        "agency": draft.agency,
        "basis": plain(draft.basis, "basis"),
        "case_id": draft.case_id,
        "causation_id": draft.causation_id,
        "clock": draft.clock,
        "command_id": draft.command_id,
        "correlation_id": draft.correlation_id,
        "facts": facts,
        "fingerprint": draft.fingerprint,
        "first": draft.expected + 1,
        "last": draft.expected + len(facts),
        "on_behalf_of": draft.on_behalf_of,
        "prev_hash": draft.prev_hash,
        "recorded_at": recorded_at,
        "stream": draft.stream,
    }
    for name in OPTIONAL:
        if body[name] is None:
            del body[name]
    return body


def _stored(draft: Draft, version: int, fact: NewFact) -> dict[str, Any]:
    if fact.occurred_at.tzinfo is None:
        raise Unstorable(f"{fact.type}: occurred_at has no time zone")
    return {
        "data": plain(fact.data, fact.type),
        "id": fact_id(draft.stream, version, draft.command_id),
        "occurred_at": stamp(fact.occurred_at),
        "type": fact.type,
    }


def _check_outline(draft: Draft) -> None:
    if not STREAM_NAME.fullmatch(draft.stream):
        raise Unstorable(f"{draft.stream!r} is not the name of a stream")
    if draft.expected < 0:
        raise Unstorable(f"{draft.stream} has no version {draft.expected}")
    if not 1 <= len(draft.facts) <= MOST_FACTS:
        raise Unstorable(f"{len(draft.facts)} facts: a commit holds 1 to {MOST_FACTS}")


def _check_sizes(facts: list[dict[str, Any]], sizes: list[int], outline: int) -> None:
    """`sizes` are those of the facts, `outline` is that of all else."""
    if (size := sum(sizes) + outline) > LARGEST_COMMIT:
        raise Unstorable(f"the commit has {size} bytes, more than {LARGEST_COMMIT}")
    for fact, size in zip(facts, sizes, strict=True):
        if size > LARGEST_FACT:
            raise Unstorable(f"{fact['type']}: more than {LARGEST_FACT} bytes")

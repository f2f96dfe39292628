"""Fold of facts into the document of one key: parts by owner, derived fields, counters."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bson.raw_bson import RawBSONDocument

from shared.kafka.message import BusMessage
from shared.kernel.messages import Recorded
from shared.kernel.projection import ModelDocument, Projection, nothing_counted
from shared.mongo.inbox import VersionMark, version_marks
from shared.mongo.read_models.model import Replacement, decoded, encoded
from shared.service.subscriptions.ordering import Rest, handle_in_order
from shared.service.subscriptions.sandbox import PureFailure, pure

Parts = dict[str, Any]
"""By owner. They belong to their folds, which change them."""


@dataclass(frozen=True, slots=True)
class Folded:
    """`difference` moves the counters; without a replacement no fact was new."""

    facts: Sequence[Recorded] = ()
    replacement: Replacement | None = None
    difference: Mapping[str, int] = field(default_factory=dict)
    rest: Rest | None = None


def counts(projection: Projection) -> bool:
    return projection.count is not nothing_counted


async def folded(
    projection: Projection, key: str, stored: bytes | None, messages: Sequence[BusMessage]
) -> Folded:
    """Folds all facts at once; if that fails, one by one, to park from the one that fails. Every
    attempt has a document of its own, which its folds change."""
    before = _document(key, stored)
    facts: list[Recorded] = []
    seen = version_marks(before)

    async def collect(fact: Recorded) -> None:
        facts.append(fact)

    rest = await handle_in_order(messages, seen, collect)
    try:
        with pure():
            parts = _parts_after(projection, _parts_of(projection, before), facts)
            return _folded(projection, before, parts, seen, facts, rest)
    except PureFailure:
        return await _fact_by_fact(projection, _document(key, stored), messages)


def _document(key: str, stored: bytes | None) -> ModelDocument:
    return decoded(stored) if stored else {"_id": key, "rev": 0}


async def _fact_by_fact(
    projection: Projection, before: ModelDocument, messages: Sequence[BusMessage]
) -> Folded:
    """Folds each fact into what the bytes after the last one say: a fold that fails may have
    changed its part."""
    facts: list[Recorded] = []
    seen = version_marks(before)
    after = encoded(before).raw

    async def fold_in(fact: Recorded) -> None:
        nonlocal after
        with pure():
            parts = _parts_after(projection, _parts_of(projection, decoded(after)), [fact])
            document, _ = _encoded(projection, before, parts, seen)
        after = document.raw
        facts.append(fact)

    rest = await handle_in_order(messages, seen, fold_in)
    parts = _parts_of(projection, decoded(after))
    return _folded(projection, before, parts, seen, facts, rest)


def _folded(
    projection: Projection,
    before: ModelDocument,
    parts: Parts,
    seen: Mapping[str, VersionMark],
    facts: Sequence[Recorded],
    rest: Rest | None,
) -> Folded:
    if seen == version_marks(before):
        return Folded(rest=rest)
    document, counted = _encoded(projection, before, parts, seen)
    difference = Counter(counted)
    difference.subtract(dict(before.get("counted", ())))
    replacement = Replacement(before["_id"], before["rev"], document)
    return Folded(facts, replacement, difference, rest)


def _parts_of(projection: Projection, document: ModelDocument) -> Parts:
    """Returns the parts that stand in the document: their folds change the document."""
    return {owner: document[owner] for owner in projection.parts if owner in document}


def _parts_after(projection: Projection, parts: Parts, facts: Iterable[Recorded]) -> Parts:
    for fact in facts:
        parts[fact.source] = projection.parts[fact.source](parts.get(fact.source, {}), fact)
    return parts


def _encoded(
    projection: Projection, before: ModelDocument, parts: Parts, seen: Mapping[str, VersionMark]
) -> tuple[RawBSONDocument, Mapping[str, int]]:
    """Returns the document and its counted dimensions; without any part it has version marks only,
    and no list shows it."""
    document: dict[str, Any] = {
        "_id": before["_id"],
        "rev": before["rev"] + 1,
        "seen": {stream: list(mark) for stream, mark in seen.items()},
        **{owner: part for owner, part in parts.items() if part},
    }
    if not any(parts.values()):
        return encoded(document), {}
    counted = dict(projection.count(document)) if counts(projection) else {}
    if counted:
        document["counted"] = sorted(counted.items())
    return encoded({**projection.derive(document), **document}), counted

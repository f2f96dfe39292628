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
from shared.mongo.read_models.model import Replacement, encoded
from shared.service.subscriptions.ordering import Rest, handle_in_order
from shared.service.subscriptions.sandbox import PureFailure, pure

Parts = Mapping[str, ModelDocument]


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
    projection: Projection, key: str, stored: ModelDocument | None, messages: Sequence[BusMessage]
) -> Folded:
    """Folds all facts at once; if that fails, one by one, to park from the one that fails."""
    before = stored or {"_id": key, "rev": 0}
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
        return await _fact_by_fact(projection, before, messages)


async def _fact_by_fact(
    projection: Projection, before: ModelDocument, messages: Sequence[BusMessage]
) -> Folded:
    facts: list[Recorded] = []
    seen = version_marks(before)
    parts = _parts_of(projection, before)

    async def fold_in(fact: Recorded) -> None:
        nonlocal parts
        with pure():
            after = _parts_after(projection, parts, [fact])
            _encoded(projection, before, after, seen)
        parts = after
        facts.append(fact)

    rest = await handle_in_order(messages, seen, fold_in)
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
    return {owner: document[owner] for owner in projection.parts if owner in document}


def _parts_after(projection: Projection, parts: Parts, facts: Iterable[Recorded]) -> Parts:
    after = dict(parts)
    for fact in facts:
        after[fact.source] = projection.parts[fact.source](after.get(fact.source, {}), fact)
    return after


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

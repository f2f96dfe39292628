"""Checker of read models: each is the fold of the log, its counters the sum of its documents."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Any

import bson
from bson.codec_options import CodecOptions

from shared.kernel.commit import from_document
from shared.kernel.projection import nothing_counted
from shared.testing.faults.evidence import Document, Evidence, Finding, Model
from shared.testing.faults.history import History
from shared.testing.fold import folded, recorded

AWARE: CodecOptions[dict[str, Any]] = CodecOptions(tz_aware=True, tzinfo=UTC)
BOOKKEEPING = ("rev", "counted")


def models_are_folds(evidence: Evidence, history: History) -> Iterator[Finding]:
    """C6: computed from the log alone, every document and every counter is what is stored."""
    for model in evidence.models:
        wanted = expected(model, evidence)
        aside = {key for key in wanted if evidence.is_expected(model.consumer, key)}
        yield from _documents(model, {k: w for k, w in wanted.items() if k not in aside})
        yield from _of_nothing(model, wanted)
        if model.projection.count is not nothing_counted and not aside:
            yield from _counters(model, wanted)


def expected(model: Model, evidence: Evidence) -> dict[str, Document]:
    projection = model.projection
    facts = [
        fact
        for owner in projection.parts
        for commit in evidence.logs.get(owner, ())
        for fact in recorded(from_document(commit))
    ]
    return {key: _stored(model, found) for key, found in folded(projection, facts).items()}


def _stored(model: Model, document: dict[str, Any]) -> Document:
    """Returns the document as MongoDB gives it back, empty parts as marks only."""
    if not any(document.get(owner) for owner in model.projection.parts):
        document = {name: document[name] for name in ("_id", "seen")}
    spare = {owner for owner in model.projection.parts if not document.get(owner)}
    kept = {name: value for name, value in document.items() if name not in spare}
    return bson.decode(bson.encode(kept), AWARE)


def _documents(model: Model, wanted: Mapping[str, Document]) -> Iterator[Finding]:
    for key, document in wanted.items():
        found = model.documents.get(key)
        plain = {n: v for n, v in (found or {}).items() if n not in BOOKKEEPING}
        if plain != document:
            differing = [n for n in {*plain, *document} if plain.get(n) != document.get(n)]
            detail = ", ".join(sorted(differing)) if found else "missing"
            yield Finding("C6", "not the fold", f"{model.consumer}: {key}", detail)


def _of_nothing(model: Model, wanted: Mapping[str, Document]) -> Iterator[Finding]:
    for key in sorted(model.documents.keys() - wanted.keys()):
        yield Finding("C6", "not the fold", f"{model.consumer}: {key}", "no fact tells of it")


def _counters(model: Model, wanted: Mapping[str, Document]) -> Iterator[Finding]:
    sums: Counter[str] = Counter()
    for document in wanted.values():
        if any(document.get(owner) for owner in model.projection.parts):
            sums.update(model.projection.count(document))
    for dimension in sorted(sums.keys() | model.totals.keys()):
        said = model.totals.get(dimension, 0)
        if said != sums[dimension]:
            detail = f"{said}, but the documents add up to {sums[dimension]}"
            yield Finding("C6", "miscounted", f"{model.consumer}: {dimension}", detail)

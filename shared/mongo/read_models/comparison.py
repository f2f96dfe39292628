"""Compares two generations of a read model, key by key, without holding either in memory."""

import hashlib
import json
from collections.abc import AsyncIterator, Collection
from typing import Any

from pymongo import ASCENDING
from pymongo.asynchronous.collection import AsyncCollection

from shared.mongo.connect import Document

Documents = AsyncCollection[Document]


async def differing(
    live: Documents, built: Documents, *, contents: bool, keys: Collection[str] | None = None
) -> AsyncIterator[str]:
    """Keys of which the built generation has not seen all that the live one has; with `contents`,
    also those that have seen the same and say something else."""
    shown = None if contents else {"seen": 1}
    wanted = {} if keys is None else {"_id": {"$in": list(keys)}}
    theirs = built.find(wanted, shown).sort("_id", ASCENDING)
    other = await anext(theirs, None)
    async for document in live.find(wanted, shown).sort("_id", ASCENDING):
        while other is not None and other["_id"] < document["_id"]:
            other = await anext(theirs, None)
        if other is None or other["_id"] != document["_id"] or not agree(document, other, contents):
            yield document["_id"]


def agree(live: Document, built: Document, contents: bool) -> bool:
    """Being ahead is no disagreement: the live one may have parked what the new one can do."""
    seen, others = live.get("seen", {}), built.get("seen", {})
    if any(others.get(stream, [0])[0] < mark[0] for stream, mark in seen.items()):
        return False
    return not contents or seen != others or checksum(live) == checksum(built)


def checksum(document: Document) -> str:
    """Of everything but the revision, which counts how the facts came in batches."""
    content = {name: value for name, value in document.items() if name != "rev"}
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=_text)
    return hashlib.sha256(text.encode()).hexdigest()


def _text(value: Any) -> str:
    return f"{type(value).__name__} {value}"

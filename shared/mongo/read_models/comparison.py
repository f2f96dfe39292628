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
    """Yields the keys whose built document has not folded all versions of the live one.

    With `contents`, also those whose versions are the same and whose content differs. Raises
    PyMongoError.
    """
    shown = None if contents else {"seen": 1}
    wanted = {} if keys is None else {"_id": {"$in": list(keys)}}
    candidates = built.find(wanted, shown).sort("_id", ASCENDING)
    other = await anext(candidates, None)
    async for document in live.find(wanted, shown).sort("_id", ASCENDING):
        while other is not None and other["_id"] < document["_id"]:
            other = await anext(candidates, None)
        if other is None or other["_id"] != document["_id"] or not agree(document, other, contents):
            yield document["_id"]


def agree(live: Document, built: Document, contents: bool) -> bool:
    """Returns whether the built document has folded what the live one has.

    It may be ahead: the live consumer may have parked a fact that the new one can handle.
    """
    in_live, in_built = live.get("seen", {}), built.get("seen", {})
    if any(in_built.get(stream, [0])[0] < mark[0] for stream, mark in in_live.items()):
        return False
    return not contents or in_live != in_built or checksum(live) == checksum(built)


def checksum(document: Document) -> str:
    """Returns SHA-256 of everything but the revision, which depends on the batches of facts."""
    content = {name: value for name, value in document.items() if name != "rev"}
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=_text)
    return hashlib.sha256(text.encode()).hexdigest()


def _text(value: Any) -> str:
    return f"{type(value).__name__} {value}"

"""The store of the trail: one collection, to which an account may add and which it may read."""

import asyncio
import random
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Protocol

from pymongo import ASCENDING, DESCENDING, IndexModel, ReadPreference, WriteConcern
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError, OperationFailure
from pymongo.read_concern import ReadConcern

from shared.audit.chain import PRUNED, Cut, Follower, cut_of
from shared.audit.entry import Entry, body_of, chained
from shared.mongo.connect import Document
from shared.mongo.transient import patiently

COLLECTION = "entries"
DUPLICATE_KEY = 11000
INDEXES = (
    [("subject", ASCENDING), ("_id", DESCENDING)],
    [("case_id", ASCENDING), ("_id", DESCENDING)],
    [("address", ASCENDING), ("_id", DESCENDING)],
    [("kind", ASCENDING), ("_id", DESCENDING)],
    [("at", ASCENDING)],
    [("action", ASCENDING), ("_id", DESCENDING)],
)
LONGEST_PAUSE_SECONDS = 0.02
READ_AT_ONCE = 500


class AuditStore:
    """One chain per installation: the number of an entry is its key, so of two writers that chain
    behind the same entry one finds the place taken, and chains behind the other.

    Several tasks or processes may append at once. All methods raise PyMongoError.
    """

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        self._entries = database.get_collection(
            COLLECTION,
            write_concern=WriteConcern("majority", wtimeout=5_000, j=True),
            read_concern=ReadConcern("majority"),
            read_preference=ReadPreference.PRIMARY,
        )

    @patiently
    async def prepare(self) -> None:
        """Creates the indexes; an account without the right to do so leaves it to `duban prepare`.
        No entry needs them, only who searches."""
        with suppress(OperationFailure):
            await self._entries.create_indexes([IndexModel(each) for each in INDEXES])

    async def insert(self, documents: Sequence[Document]) -> int:
        """Returns how many of the documents are stored, from the first on."""
        try:
            await self._entries.insert_many(documents)
        except BulkWriteError as error:
            if not taken(error.details):
                raise
            return await self.stored(documents)
        return len(documents)

    async def stored(self, documents: Sequence[Document]) -> int:
        """Returns how many of the documents are stored as they are, from the first on."""
        numbers = {"$in": [document["_id"] for document in documents]}
        hashes = {d["_id"]: d["hash"] async for d in self._entries.find({"_id": numbers})}
        same = [hashes.get(document["_id"]) == document["hash"] for document in documents]
        return [*same, False].index(False)

    async def head(self) -> Cut:
        """Returns number and hash of the last entry; a cut leaves at least the fact of itself."""
        last = await self._entries.find_one({}, sort=[("_id", DESCENDING)])
        return Cut(last["_id"], last["hash"]) if last else Cut()

    async def cut(self) -> tuple[Cut, Document | None]:
        """Returns the last cut, and the fact that declares it."""
        fact = await self._entries.find_one(
            {"action": PRUNED, "result": "asked"}, sort=[("_id", DESCENDING)]
        )
        return cut_of(fact), fact

    async def find(
        self, wanted: Mapping[str, Any], limit: int, before: int | None = None
    ) -> list[Document]:
        """Returns entries with these fields, the newest first; `before` a number."""
        older = {"_id": {"$lt": before}} if before else {}
        cursor = self._entries.find({**wanted, **older}).sort("_id", DESCENDING).limit(limit)
        return await cursor.to_list()

    async def behind(self, number: int, limit: int = 0) -> AsyncIterator[Document]:
        """Yields the entries behind a number in their order."""
        later = {"_id": {"$gt": number}}
        cursor = self._entries.find(later, batch_size=READ_AT_ONCE).sort("_id", ASCENDING)
        async for document in cursor.limit(limit):
            yield document

    async def entry(self, number: int) -> Document | None:
        return await self._entries.find_one({"_id": number})

    async def last_before(self, moment: str) -> Cut:
        """Returns the last entry of the part in which every entry is older than the moment."""
        kept = await self._entries.find_one({"at": {"$gte": moment}}, sort=[("_id", ASCENDING)])
        older = {"_id": {"$lt": kept["_id"]}} if kept else {}
        last = await self._entries.find_one(older, sort=[("_id", DESCENDING)])
        return Cut(last["_id"], last["hash"]) if last else Cut()

    async def remove(self, cut: Cut) -> int:
        """Removes the entries up to a cut that the chain declares. Needs a right that no service
        has."""
        return (await self._entries.delete_many({"_id": {"$lte": cut.number}})).deleted_count


class Appending:
    """One append, which may be tried again after an error without writing an entry twice."""

    def __init__(self, store: AuditStore, entries: Sequence[Entry]) -> None:
        self._store = store
        self._left = [body_of(entry) for entry in entries]
        self._tried: list[Document] = []

    async def finish(self) -> None:
        """Returns when a majority has all entries. Raises PyMongoError; then call it again."""
        if self._tried:
            self._strike(await self._store.stored(self._tried))
        while self._left:
            head = await self._store.head()
            self._tried = documents_behind(head, self._left)
            self._strike(await self._store.insert(self._tried))
            if self._left:  # another writer was first
                await asyncio.sleep(random.uniform(0, LONGEST_PAUSE_SECONDS))

    def _strike(self, number: int) -> None:
        self._left, self._tried = self._left[number:], []


def documents_behind(head: Cut, bodies: Sequence[Mapping[str, Any]]) -> list[Document]:
    documents: list[Document] = []
    number, link = head.number, head.hash
    for body in bodies:
        documents.append(chained(body, number + 1, link))
        number, link = documents[-1]["_id"], documents[-1]["hash"]
    return documents


def taken(details: Mapping[str, Any]) -> bool:
    """Returns whether the only fault is that another document has the place."""
    answers = details.get("writeErrors", [])
    return not details.get("writeConcernErrors") and all(
        answer["code"] == DUPLICATE_KEY for answer in answers
    )


class Chained(Protocol):
    def behind(self, number: int, limit: int = 0) -> AsyncIterator[Mapping[str, Any]]: ...


async def verified(store: Chained, behind: Cut, limit: int = 0) -> Follower:
    """Returns what the chain behind a cut, or `limit` entries of it, breaks."""
    follower = Follower.behind(behind)
    async for document in store.behind(behind.number, limit):
        follower.follow(document)
    return follower

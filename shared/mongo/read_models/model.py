"""One generation of a read model: its documents and counters.

A document is replaced only on its latest revision.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import bson
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo import ReadPreference, ReplaceOne, WriteConcern
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError, OperationFailure
from pymongo.read_concern import ReadConcern

from shared.kernel.bounded_cache import BoundedCache
from shared.mongo.connect import Document
from shared.mongo.read_models.counters import Differences, add
from shared.mongo.read_models.generations import collection_name
from shared.mongo.transient import Raced, patiently

DUPLICATE_KEY = 11000
NAMESPACE_EXISTS = 48
MOST_CACHED = 1_024
AWARE: CodecOptions[Document] = CodecOptions(tz_aware=True)
T = TypeVar("T")

Indexes = Sequence[Sequence[tuple[str, int]]]
MAJORITY = WriteConcern("majority", j=True, wtimeout=5_000)


@dataclass(frozen=True, slots=True)
class Replacement:
    """The bytes of a whole document, and the revision that it replaces (0: there is none)."""

    key: str
    revision: int
    document: RawBSONDocument


def encoded(document: Mapping[str, Any]) -> RawBSONDocument:
    """Returns the bytes. Raises bson's InvalidDocument for values that MongoDB cannot hold."""
    return RawBSONDocument(bson.encode(document))


def decoded(raw: bytes | memoryview) -> Document:
    """Returns a document of its own to whoever asks."""
    document: Document = bson.decode(raw, AWARE)
    return document


class ReadModel:
    """The collections of one generation; its methods raise PyMongoError."""

    def __init__(self, database: AsyncDatabase[Document], name: str, generation: int) -> None:
        concerns: dict[str, Any] = {
            "write_concern": MAJORITY,
            "read_concern": ReadConcern("majority"),
            "read_preference": ReadPreference.PRIMARY,
        }
        self._client = database.client
        self._database = database
        self.documents = database.get_collection(collection_name(name, generation), **concerns)
        counters = collection_name(f"{name}_counters", generation)
        self.counters = database.get_collection(counters, **concerns)
        raw = self.documents.codec_options.with_options(document_class=RawBSONDocument)
        self._raw = self.documents.with_options(codec_options=raw)
        self._cache: BoundedCache[str, bytes] = BoundedCache(MOST_CACHED)

    @patiently
    async def prepare(self, indexes: Indexes) -> None:
        """Creates both collections, which a transaction cannot, and their indexes."""
        await self.counters.create_index([("dimension", 1)])
        await self._make(self.documents.name)
        for index in indexes:
            await self.documents.create_index(list(index))

    async def read(self, keys: Collection[str]) -> dict[str, Document]:
        """Returns the documents that exist, by key."""
        documents = await self.documents.find({"_id": {"$in": list(keys)}}).to_list()
        return {document["_id"]: document for document in documents}

    async def cached(self, keys: Collection[str]) -> dict[str, bytes]:
        """Returns the bytes of the documents as they were last read or written here.

        Only to fold upon: `write` refuses a revision that another process has replaced.
        """
        cached = {key: raw for key in keys if (raw := self._cache.get(key))}
        if missing := [key for key in keys if key not in cached]:
            for document in await self._raw.find({"_id": {"$in": missing}}).to_list():
                cached[document["_id"]] = document.raw
                self._cache.put(document["_id"], document.raw)
        return cached

    def forget(self, keys: Collection[str] | None = None) -> None:
        """Drops the documents, or all of them for None, from the cache."""
        self._cache.forget(keys)

    async def write(self, replacements: Sequence[Replacement], differences: Differences) -> None:
        """Replaces documents and moves counters, in one transaction where counters move.

        Raises Raced when another process has replaced one of the documents first.
        """
        try:
            if any(differences.values()):
                await self.in_transaction(partial(self._move, replacements, differences))
            else:
                await self.replace(replacements)
        except BaseException:
            self.forget([replacement.key for replacement in replacements])
            raise
        for replacement in replacements:
            self._cache.put(replacement.key, bytes(replacement.document.raw))

    async def _move(
        self,
        replacements: Sequence[Replacement],
        differences: Differences,
        session: AsyncClientSession,
    ) -> None:
        await self.replace(replacements, session)
        await add(self.counters, differences, session)

    async def replace(
        self, replacements: Sequence[Replacement], session: AsyncClientSession | None = None
    ) -> None:
        """Replaces documents. Raises Raced when another process has replaced one of them first;
        the others may be written."""
        if not replacements:
            return
        writes: list[ReplaceOne[Any]] = [
            ReplaceOne({"_id": r.key, "rev": r.revision}, r.document, upsert=r.revision == 0)
            for r in replacements
        ]
        try:
            written = await self.documents.bulk_write(writes, ordered=False, session=session)
        except BulkWriteError as error:
            if all(answer["code"] == DUPLICATE_KEY for answer in error.details["writeErrors"]):
                raise Raced from error
            raise
        if written.matched_count + written.upserted_count != len(writes):
            raise Raced

    async def in_transaction(self, work: Callable[[AsyncClientSession], Awaitable[T]]) -> T:
        """Runs `work` in a transaction, again after a conflict; it must read by its session."""
        async with self._client.start_session() as session:
            return await session.with_transaction(
                work, read_concern=ReadConcern("snapshot"), write_concern=MAJORITY
            )

    async def _make(self, name: str) -> None:
        try:
            await self._database.create_collection(name, check_exists=False)
        except OperationFailure as error:
            if error.code != NAMESPACE_EXISTS:
                raise

    async def drop(self) -> None:
        """Removes the generation."""
        await self.documents.drop()
        await self.counters.drop()

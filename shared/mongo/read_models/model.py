"""One generation of a read model: its documents, each replaced only by who has read its latest
revision."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import bson
from bson.raw_bson import RawBSONDocument
from pymongo import ReadPreference, ReplaceOne, WriteConcern
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError, OperationFailure
from pymongo.read_concern import ReadConcern

from shared.mongo.bounded_cache import BoundedCache
from shared.mongo.connect import Document
from shared.mongo.read_models.counters import Differences, add
from shared.mongo.read_models.generations import collection_name
from shared.mongo.transient import Raced

DUPLICATE_KEY = 11000
NAMESPACE_EXISTS = 48
MOST_REMEMBERED = 1_024
T = TypeVar("T")

Indexes = Sequence[Sequence[tuple[str, int]]]
MAJORITY = WriteConcern("majority", j=True, wtimeout=5_000)


@dataclass(frozen=True, slots=True)
class Replacement:
    """The bytes of a whole document, and the revision (0: none) that it stands on."""

    key: str
    revision: int
    document: RawBSONDocument


def encoded(document: Mapping[str, Any]) -> RawBSONDocument:
    """Raises bson's InvalidDocument where a fold left what MongoDB cannot hold."""
    return RawBSONDocument(bson.encode(document))


class ReadModel:
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
        self._options = self.documents.codec_options
        raw = self._options.with_options(document_class=RawBSONDocument)
        self._raw = self.documents.with_options(codec_options=raw)
        self._remembered: BoundedCache[bytes] = BoundedCache(MOST_REMEMBERED)

    async def prepare(self, indexes: Indexes) -> None:
        """Both collections must be there before the first transaction."""
        await self.counters.create_index([("dimension", 1)])
        await self._make(self.documents.name)
        for index in indexes:
            await self.documents.create_index(list(index))

    async def read(self, keys: Collection[str]) -> dict[str, Document]:
        found = await self.documents.find({"_id": {"$in": list(keys)}}).to_list()
        return {document["_id"]: document for document in found}

    async def known(self, keys: Collection[str]) -> dict[str, Document]:
        """Documents as they were read or written here last. Only to fold upon: an older revision
        is replaced by nobody."""
        known = {key: raw for key in keys if (raw := self._remembered.get(key))}
        if missing := [key for key in keys if key not in known]:
            for found in await self._raw.find({"_id": {"$in": missing}}).to_list():
                known[found["_id"]] = found.raw
                self._remembered.put(found["_id"], found.raw)
        return {key: bson.decode(raw, self._options) for key, raw in known.items()}

    def forget(self, keys: Collection[str] | None = None) -> None:
        self._remembered.forget(keys)

    async def write(self, replacements: Sequence[Replacement], differences: Differences) -> None:
        """Documents and counters move together or not at all; where no counter moves, that needs
        no transaction. Raises Raced when somebody else was quicker."""
        try:
            if any(differences.values()):
                await self.in_transaction(partial(self._move, replacements, differences))
            else:
                await self.replace(replacements)
        except BaseException:
            self.forget([one.key for one in replacements])
            raise
        for one in replacements:
            self._remembered.put(one.key, bytes(one.document.raw))

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
        """Raises Raced when somebody else was quicker with any of them; the others may be
        written."""
        if not replacements:
            return
        writes: list[ReplaceOne[Any]] = [
            ReplaceOne({"_id": r.key, "rev": r.revision}, r.document, upsert=r.revision == 0)
            for r in replacements
        ]
        try:
            done = await self.documents.bulk_write(writes, ordered=False, session=session)
        except BulkWriteError as error:
            if all(fault["code"] == DUPLICATE_KEY for fault in error.details["writeErrors"]):
                raise Raced from error
            raise
        if done.matched_count + done.upserted_count != len(writes):
            raise Raced

    async def in_transaction(self, work: Callable[[AsyncClientSession], Awaitable[T]]) -> T:
        """All of the work or nothing; what it compares it must read by the session, and it may run
        again."""
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
        await self.documents.drop()
        await self.counters.drop()

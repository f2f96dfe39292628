"""The inbox: per case, the last version handled of each stream that a service listens to."""

from collections.abc import Collection, Mapping

from pymongo import UpdateOne, WriteConcern
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.read_concern import ReadConcern

from shared.kernel.bounded_cache import BoundedCache
from shared.mongo.connect import Document

VersionMark = tuple[int, str]
"""The last version that was handled, and the hash of its commit."""
StreamVersions = Mapping[str, VersionMark]
"""Marks by stream."""

MOST_CACHED = 1_024


class Inbox:
    """Marks of one service by case; its methods raise PyMongoError.

    Reads what a majority has: a mark that is rolled back after the bus was acknowledged would leave
    a hole for ever. Marks that were read or written here are cached until `forget`, which has to be
    called whenever another process may have handled facts of a case.

    Marks may be kept in memory until `flush` (ADR 67). Whoever acknowledges facts calls it before:
    a mark that a crash loses then comes again with its fact.
    """

    def __init__(self, database: AsyncDatabase[Document], collection: str = "inbox") -> None:
        self._inbox = database.get_collection(
            collection,
            write_concern=WriteConcern("majority", j=True, wtimeout=5_000),
            read_concern=ReadConcern("majority"),
        )
        self._cache: BoundedCache[str, StreamVersions] = BoundedCache(MOST_CACHED)
        self._waiting: dict[str, StreamVersions] = {}

    async def stored(self, keys: Collection[str]) -> dict[str, dict[str, VersionMark]]:
        """Returns the marks of the cases that have any."""
        documents = await self._inbox.find({"_id": {"$in": list(keys)}}).to_list()
        return {document["_id"]: version_marks(document) for document in documents}

    async def cached(self, keys: Collection[str]) -> dict[str, StreamVersions]:
        """Returns the marks of every case, from the cache where it has them."""
        cached = {key: self._cache.get(key) for key in keys}
        missing = [key for key, versions in cached.items() if versions is None]
        stored = await self.stored(missing) if missing else {}
        for key in missing:
            self._cache.put(key, stored.get(key, {}))
        return {
            key: _further(versions or stored.get(key, {}), self._waiting.get(key, {}))
            for key, versions in cached.items()
        }

    def forget(self, keys: Collection[str] | None = None) -> None:
        """Drops the cases, or all of them for None, from the cache."""
        self._cache.forget(keys)

    def keep(self, moves: Mapping[str, StreamVersions]) -> None:
        """Moves marks forward in memory, until they are written with the next ones."""
        for key, moved in moves.items():
            if moved:
                self._waiting[key] = _further(self._waiting.get(key, {}), moved)

    async def flush(self) -> None:
        """Writes the marks that are kept in memory."""
        await self.advance({})

    async def advance(self, moves: Mapping[str, StreamVersions]) -> None:
        """Moves marks forward, also those kept in memory; one that is not beyond the stored one
        changes nothing."""
        self.keep(moves)
        written = dict(self._waiting)
        try:
            await self._write(written)
        except BaseException:  # whether it is written is unknown
            self.forget(written.keys())
            raise
        for key, moved in written.items():
            if self._waiting.get(key) is moved:
                del self._waiting[key]
            cached = self._cache.get(key)
            if cached is not None:
                self._cache.put(key, _further(cached, moved))

    async def _write(self, moves: Mapping[str, StreamVersions]) -> None:
        updates = [
            UpdateOne(
                {"_id": key},
                {"$max": {f"seen.{stream}": list(mark) for stream, mark in versions.items()}},
                upsert=True,
            )
            for key, versions in moves.items()
            if versions
        ]
        if updates:
            await self._inbox.bulk_write(updates, ordered=False)


def _further(cached: StreamVersions, moved: StreamVersions) -> StreamVersions:
    if not moved:
        return cached
    return {
        **cached,
        **{stream: max(mark, cached.get(stream, mark)) for stream, mark in moved.items()},
    }


def version_marks(document: Mapping[str, Document]) -> dict[str, VersionMark]:
    """Returns the marks in the field `seen` of a stored document."""
    return {stream: (mark[0], mark[1]) for stream, mark in document.get("seen", {}).items()}

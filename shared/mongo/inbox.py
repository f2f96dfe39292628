"""The inbox: per case, which version of each stream that a service listens to has been dealt
with."""

from collections.abc import Collection, Mapping

from pymongo import UpdateOne, WriteConcern
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.read_concern import ReadConcern

from shared.mongo.bounded_cache import BoundedCache
from shared.mongo.connect import Document

VersionMark = tuple[int, str]
"""The version that was dealt with last, and the hash of its commit."""
StreamVersions = Mapping[str, VersionMark]
"""By stream."""

MOST_REMEMBERED = 1_024


class Inbox:
    """Reads what a majority has: a mark that is rolled back after the bus was told would leave a
    hole for ever.

    What was read or written here is remembered until it is forgotten: to be done whenever
    another process may have gone on with a case."""

    def __init__(self, database: AsyncDatabase[Document], collection: str = "inbox") -> None:
        self._inbox = database.get_collection(
            collection,
            write_concern=WriteConcern("majority", j=True, wtimeout=5_000),
            read_concern=ReadConcern("majority"),
        )
        self._remembered: BoundedCache[StreamVersions] = BoundedCache(MOST_REMEMBERED)

    async def seen(self, keys: Collection[str]) -> dict[str, dict[str, VersionMark]]:
        found = await self._inbox.find({"_id": {"$in": list(keys)}}).to_list()
        return {document["_id"]: version_marks(document) for document in found}

    async def known(self, keys: Collection[str]) -> dict[str, StreamVersions]:
        """The marks of each key, as they are remembered here."""
        known = {key: self._remembered.get(key) for key in keys}
        missing = [key for key, seen in known.items() if seen is None]
        stored = await self.seen(missing) if missing else {}
        for key in missing:
            self._remembered.put(key, stored.get(key, {}))
        return {key: seen or stored.get(key, {}) for key, seen in known.items()}

    def forget(self, keys: Collection[str] | None = None) -> None:
        self._remembered.forget(keys)

    async def advance(self, moves: Mapping[str, StreamVersions]) -> None:
        """Only ever forward, whoever comes late. Marks compare by version first."""
        try:
            await self._write(moves)
        except BaseException:  # whether it is written is unknown
            self.forget(moves.keys())
            raise
        for key, moved in moves.items():
            known = self._remembered.get(key)
            if known is not None:
                self._remembered.put(key, _further(known, moved))

    async def _write(self, moves: Mapping[str, StreamVersions]) -> None:
        updates = [
            UpdateOne(
                {"_id": key},
                {"$max": {f"seen.{stream}": list(mark) for stream, mark in seen.items()}},
                upsert=True,
            )
            for key, seen in moves.items()
            if seen
        ]
        if updates:
            await self._inbox.bulk_write(updates, ordered=False)


def _further(known: StreamVersions, moved: StreamVersions) -> StreamVersions:
    return {
        **known,
        **{stream: max(mark, known.get(stream, mark)) for stream, mark in moved.items()},
    }


def version_marks(document: Mapping[str, Document]) -> dict[str, VersionMark]:
    return {stream: (mark[0], mark[1]) for stream, mark in document.get("seen", {}).items()}

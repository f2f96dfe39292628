"""Stores sealed pieces of files: the port, and the one that keeps them in GridFS."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Protocol

from gridfs.asynchronous import AsyncGridFSBucket
from gridfs.errors import FileExists, NoFile
from pymongo import WriteConcern

BUCKET = "attachments"
COLLECTIONS = (f"{BUCKET}.files", f"{BUCKET}.chunks")
CHUNK_BYTES = 1024 * 1024
"""A sealed piece fits into one chunk."""


class ObjectStore(Protocol):
    """Objects by key, as a store with the interface of S3 has them, too. All methods may be
    repeated; they raise what the store raises."""

    async def put(self, key: str, content: bytes) -> None:
        """Keeps the object, in place of an older one."""
        ...

    async def get(self, key: str) -> bytes | None:
        """Returns the object; None where there is none."""
        ...

    async def delete(self, prefix: str) -> None:
        """Deletes all objects whose key begins so."""
        ...


class GridFsStore:
    """Implements `ObjectStore` in two collections of a service's database; each method raises
    PyMongoError. Writes by majority: a fact must never name a file that a failover takes back."""

    def __init__(self, database: Any) -> None:
        concern = WriteConcern("majority", wtimeout=10_000, j=True)
        self._bucket = AsyncGridFSBucket(database, BUCKET, CHUNK_BYTES, write_concern=concern)
        self._files, self._chunks = (database[name] for name in COLLECTIONS)

    async def put(self, key: str, content: bytes) -> None:
        await self._delete({"$eq": key})
        # Another request that brings the same piece at this moment writes the same.
        with suppress(FileExists):
            await self._bucket.upload_from_stream_with_id(key, key, content)

    async def get(self, key: str) -> bytes | None:
        try:
            source = await self._bucket.open_download_stream(key)
            return await source.read()
        except NoFile:
            return None

    async def delete(self, prefix: str) -> None:
        await self._delete({"$gte": prefix, "$lt": f"{prefix}\uffff"})

    async def _delete(self, keys: Mapping[str, str]) -> None:
        """Deletes chunks by themselves: a kill may have cut an upload off before its record."""
        await self._files.delete_many({"_id": keys})
        await self._chunks.delete_many({"files_id": keys})

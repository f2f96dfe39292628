"""Generations of a read model: the live one, and one that is being built beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pymongo import ReturnDocument, WriteConcern
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.read_concern import ReadConcern

from shared.mongo.connect import Document

POINTERS = "generations"


def collection_name(projection: str, generation: int) -> str:
    return f"{projection}_g{generation}"


@dataclass(frozen=True, slots=True)
class Pointer:
    """The generations of a read model; `versions` has the code version that began each of them."""

    name: str
    live: int = 1
    building: int | None = None
    versions: Mapping[str, int] = field(default_factory=dict)

    @property
    def code(self) -> int:
        """Returns the version of the code that began the live generation; 0 where it is unknown."""
        return self.versions.get(str(self.live), 0)

    @property
    def live_collection(self) -> str:
        return collection_name(self.name, self.live)


class Generations:
    """The pointers of all read models of a database; its methods raise PyMongoError."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        self._pointers = database.get_collection(
            POINTERS,
            write_concern=WriteConcern("majority", j=True, wtimeout=5_000),
            read_concern=ReadConcern("majority"),
        )

    async def pointer(self, name: str, version: int) -> Pointer:
        """Returns the pointer; makes it with its first generation where there is none."""
        stored = await self._pointers.find_one({"_id": name})
        return _pointer(stored or await self._made(name, version))

    async def stored(self, name: str) -> Pointer | None:
        """Returns the pointer, or None where no process has begun the read model."""
        stored = await self._pointers.find_one({"_id": name})
        return _pointer(stored) if stored else None

    async def _made(self, name: str, version: int) -> Document | None:
        first = {"live": 1, "building": None, "versions": {"1": version}}
        made = await self._pointers.find_one_and_update(
            {"_id": name},
            {"$setOnInsert": first},
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
        assert made is not None  # an upsert returns the document
        return made

    async def begin(self, name: str, version: int) -> Pointer:
        """Begins the next generation, or goes on with one that this code version has begun.

        One that another code version has begun is abandoned. Raises LookupError when the pointer is
        removed meanwhile, as all changes do.
        """
        pointer = await self.pointer(name, version)
        newest = max(map(int, pointer.versions), default=pointer.live)
        if pointer.building and pointer.versions.get(str(pointer.building)) == version:
            return pointer
        return await self._set(name, {"building": newest + 1, f"versions.{newest + 1}": version})

    async def flip(self, pointer: Pointer) -> Pointer:
        """Makes the generation that was built the live one."""
        return await self._set(pointer.name, {"live": pointer.building, "building": None})

    async def _set(self, name: str, fields: Mapping[str, Any]) -> Pointer:
        stored = await self._pointers.find_one_and_update(
            {"_id": name}, {"$set": fields}, return_document=ReturnDocument.AFTER
        )
        return _pointer(stored)


def _pointer(stored: Mapping[str, Any] | None) -> Pointer:
    if stored is None:
        raise LookupError("the pointer of the read model was removed")
    return Pointer(stored["_id"], stored["live"], stored["building"], stored["versions"])

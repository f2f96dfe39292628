"""Generations of a read model: which one is read, which one is being built beside it."""

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
    """`versions` says by which version of the projector's code each generation was begun."""

    name: str
    live: int = 1
    building: int | None = None
    versions: Mapping[str, int] = field(default_factory=dict)

    @property
    def live_collection(self) -> str:
        return collection_name(self.name, self.live)


class Generations:
    def __init__(self, database: AsyncDatabase[Document]) -> None:
        self._pointers = database.get_collection(
            POINTERS,
            write_concern=WriteConcern("majority", j=True, wtimeout=5_000),
            read_concern=ReadConcern("majority"),
        )

    async def pointer(self, name: str, version: int) -> Pointer:
        """Made with its first generation when there is none yet."""
        found = await self._pointers.find_one({"_id": name})
        return _pointer(found or await self._made(name, version))

    async def _made(self, name: str, version: int) -> Document | None:
        first = {"live": 1, "building": None, "versions": {"1": version}}
        made = await self._pointers.find_one_and_update(
            {"_id": name},
            {"$setOnInsert": first},
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
        assert made is not None  # an upsert that answers with what it left
        return made

    async def begin(self, name: str, version: int) -> Pointer:
        """Names the next generation, or finds the one that was begun before and not ended. One that
        was begun by other code is left behind for the one after it."""
        pointer = await self.pointer(name, version)
        newest = max(map(int, pointer.versions), default=pointer.live)
        if pointer.building and pointer.versions.get(str(pointer.building)) == version:
            return pointer
        return await self._set(name, {"building": newest + 1, f"versions.{newest + 1}": version})

    async def flip(self, pointer: Pointer) -> Pointer:
        """From now on the generation that was built is the one that is read."""
        return await self._set(pointer.name, {"live": pointer.building, "building": None})

    async def abandon(self, pointer: Pointer) -> Pointer:
        return await self._set(pointer.name, {"building": None})

    async def _set(self, name: str, fields: Mapping[str, Any]) -> Pointer:
        found = await self._pointers.find_one_and_update(
            {"_id": name}, {"$set": fields}, return_document=ReturnDocument.AFTER
        )
        return _pointer(found)


def _pointer(found: Mapping[str, Any] | None) -> Pointer:
    if found is None:
        raise LookupError("the pointer of the read model was removed")
    return Pointer(found["_id"], found["live"], found["building"], found["versions"])

"""Parked and held cases: what a consumer could not do, kept by place on the bus and never by
content."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pymongo import ASCENDING, ReturnDocument, UpdateOne, WriteConcern
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.read_concern import ReadConcern

from shared.mongo.connect import Document

Place = tuple[str, int, int]
State = Literal["parked", "held", "replay"]
"""Waits for an operator; for a missing version; for the worker, because an operator asked for
it."""


@dataclass(frozen=True, slots=True)
class ParkedCase:
    """One case of one consumer. `appended` grows with every fact that follows; who removes the head
    must know all."""

    consumer: str
    key: str
    reason: str
    detail: str
    state: State
    appended: int
    at: datetime


class Parking:
    def __init__(
        self, database: AsyncDatabase[Document], real_time: Callable[[], datetime]
    ) -> None:
        majority: dict[str, Any] = {
            "write_concern": WriteConcern("majority", j=True, wtimeout=5_000),
            "read_concern": ReadConcern("majority"),
        }
        self._heads = database.get_collection("parked", **majority)
        self._facts = database.get_collection("parked_facts", **majority)
        self._real_time = real_time

    async def prepare(self) -> None:
        await self._heads.create_index([("consumer", ASCENDING), ("state", ASCENDING)])
        await self._facts.create_index([("consumer", ASCENDING), ("key", ASCENDING)])

    async def states(self, consumer: str) -> dict[str, State]:
        """Of all cases that the consumer has set aside."""
        found = await self._heads.find({"consumer": consumer}, {"key": 1, "state": 1}).to_list()
        return {head["key"]: head["state"] for head in found}

    async def heads(self, consumer: str, keys: Collection[str]) -> dict[str, State]:
        ids = [_head_id(consumer, key) for key in keys]
        found = await self._heads.find({"_id": {"$in": ids}}, {"key": 1, "state": 1}).to_list()
        return {head["key"]: head["state"] for head in found}

    async def head(self, consumer: str, key: str) -> ParkedCase | None:
        found = await self._heads.find_one({"_id": _head_id(consumer, key)})
        return _head(found) if found else None

    async def list_heads(self, **wanted: str) -> list[ParkedCase]:
        return [_head(found) for found in await self._heads.find(wanted).sort("at").to_list()]

    async def waiting(
        self, consumers: Collection[str], states: Collection[str]
    ) -> list[tuple[str, str]]:
        """Consumer and key of the cases that are in one of the states."""
        wanted = {"consumer": {"$in": list(consumers)}, "state": {"$in": list(states)}}
        found = await self._heads.find(wanted, {"consumer": 1, "key": 1}).to_list()
        return [(head["consumer"], head["key"]) for head in found]

    async def counts(self, consumer: str) -> dict[str, int]:
        """How many cases are in which state."""
        group = {"_id": "$state", "n": {"$sum": 1}}
        found = await self._heads.aggregate([{"$match": {"consumer": consumer}}, {"$group": group}])
        return {row["_id"]: row["n"] for row in await found.to_list()}

    async def open(
        self,
        consumer: str,
        key: str,
        places: Sequence[Place],
        state: State,
        reason: str,
        detail: str = "",
    ) -> None:
        """Facts first: a head without them would be removed before they are there. A case that is
        parked for a better reason does not become merely held."""
        await self._insert(consumer, key, places)
        why = {"state": state, "reason": reason, "detail": detail}
        new = {"consumer": consumer, "key": key, "at": self._real_time()}
        update: dict[str, Any] = {"$setOnInsert": new, "$inc": {"appended": len(places)}}
        if state == "held":
            update["$setOnInsert"] = new | why
        else:
            update["$set"] = why
        await self._heads.update_one({"_id": _head_id(consumer, key)}, update, upsert=True)

    async def append(self, consumer: str, key: str, places: Sequence[Place]) -> bool:
        """Lets facts follow a parked case. False: the head has gone meanwhile, and they are not
        kept."""
        await self._insert(consumer, key, places)
        head = await self._heads.update_one(
            {"_id": _head_id(consumer, key)}, {"$inc": {"appended": len(places)}}
        )
        if head.matched_count:
            return True
        await self.forget(consumer, places)
        return False

    async def places(self, consumer: str, key: str) -> list[Place]:
        """Of the facts that are kept, in the order of the bus."""
        found = await self._facts.find({"consumer": consumer, "key": key}).to_list()
        return sorted((fact["topic"], fact["partition"], fact["offset"]) for fact in found)

    async def forget(self, consumer: str, places: Collection[Place]) -> None:
        if places:
            ids = [_fact_id(consumer, place) for place in places]
            await self._facts.delete_many({"_id": {"$in": ids}})

    async def close(self, head: ParkedCase) -> bool:
        """Removes the head, unless something was appended after `head` was read."""
        removed = await self._heads.delete_one(
            {"_id": _head_id(head.consumer, head.key), "appended": head.appended}
        )
        return bool(removed.deleted_count)

    async def drop(self, consumer: str) -> None:
        """All that a consumer has set aside; there is nothing left that it could be done to."""
        await self._heads.delete_many({"consumer": consumer})
        await self._facts.delete_many({"consumer": consumer})

    async def turn(
        self, consumer: str, key: str, states: Collection[State], to: State
    ) -> ParkedCase | None:
        """Moves a head that is in one of the states into another one."""
        found = await self._heads.find_one_and_update(
            {"_id": _head_id(consumer, key), "state": {"$in": list(states)}},
            {"$set": {"state": to}},
            return_document=ReturnDocument.AFTER,
        )
        return _head(found) if found else None

    async def _insert(self, consumer: str, key: str, places: Sequence[Place]) -> None:
        if not places:
            return
        at = self._real_time()
        updates = [
            UpdateOne(
                {"_id": _fact_id(consumer, place)},
                {"$setOnInsert": {"consumer": consumer, "key": key, **_named(place), "at": at}},
                upsert=True,
            )
            for place in places
        ]
        await self._facts.bulk_write(updates, ordered=False)


def _named(place: Place) -> dict[str, Any]:
    return dict(zip(("topic", "partition", "offset"), place, strict=True))


def _head_id(consumer: str, key: str) -> str:
    return f"{consumer}/{key}"


def _fact_id(consumer: str, place: Place) -> str:
    return "/".join((consumer, *map(str, place)))


def _head(found: Mapping[str, Any]) -> ParkedCase:
    names = ("consumer", "key", "reason", "detail", "state", "appended", "at")
    return ParkedCase(*(found[name] for name in names))

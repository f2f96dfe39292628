"""Cases that consumers have set aside, with the positions of their facts on the bus.

The content of facts is never copied here.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pymongo import ASCENDING, ReturnDocument, UpdateOne, WriteConcern
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.read_concern import ReadConcern

from shared.kernel.log_position import BusPosition
from shared.mongo.connect import Document
from shared.mongo.transient import patiently

ID_LENGTH = 8
State = Literal["parked", "held", "replay"]
"""Waiting for an operator; for a missing version; for the worker, asked by an operator."""


@dataclass(frozen=True, slots=True)
class ParkedCase:
    """A case that a consumer has set aside; `at` is real time.

    `appended` grows with every fact that follows: a case is closed only by a process that knows
    all of them.
    """

    consumer: str
    key: str
    reason: str
    detail: str
    state: State
    appended: int
    at: datetime

    @property
    def is_message(self) -> bool:
        """Tells a message set aside alone, named by its place: an id has no slash."""
        return "/" in self.key


def short_id(service: str, case: ParkedCase) -> str:
    """Returns the short name that `duban parked` lists and takes."""
    name = f"{service} {case.consumer} {case.key}"
    return hashlib.sha256(name.encode()).hexdigest()[:ID_LENGTH]


class Parking:
    """The cases that consumers of one service have set aside; its methods raise PyMongoError."""

    def __init__(
        self, database: AsyncDatabase[Document], real_time: Callable[[], datetime]
    ) -> None:
        majority: dict[str, Any] = {
            "write_concern": WriteConcern("majority", j=True, wtimeout=5_000),
            "read_concern": ReadConcern("majority"),
        }
        self._cases = database.get_collection("parked", **majority)
        self._facts = database.get_collection("parked_facts", **majority)
        self._real_time = real_time
        self.may_wait = True
        """False where none was set aside here since somebody has counted none."""

    @patiently
    async def prepare(self) -> None:
        """Creates the indexes."""
        await self._cases.create_index([("consumer", ASCENDING), ("state", ASCENDING)])
        await self._facts.create_index([("consumer", ASCENDING), ("key", ASCENDING)])

    async def states(self, consumer: str) -> dict[str, State]:
        """Returns the state of each case that the consumer has set aside, by key."""
        cases = await self._cases.find({"consumer": consumer}, {"key": 1, "state": 1}).to_list()
        return {case["key"]: case["state"] for case in cases}

    async def states_of(self, consumer: str, keys: Collection[str]) -> dict[str, State]:
        """Returns the states of those of the cases that are set aside."""
        ids = [_case_id(consumer, key) for key in keys]
        cases = await self._cases.find({"_id": {"$in": ids}}, {"key": 1, "state": 1}).to_list()
        return {case["key"]: case["state"] for case in cases}

    async def case(self, consumer: str, key: str) -> ParkedCase | None:
        """Returns the case, or None where it is not set aside."""
        document = await self._cases.find_one({"_id": _case_id(consumer, key)})
        return _case(document) if document else None

    async def cases(self, **wanted: str) -> list[ParkedCase]:
        """Returns the cases whose fields have the wanted values, oldest first."""
        return [_case(document) for document in await self._cases.find(wanted).sort("at").to_list()]

    async def oldest(self, most: int) -> tuple[list[ParkedCase], int]:
        """Returns the oldest cases, `most` of them, and the number of all."""
        found = await self._cases.find({}).sort("at").limit(most).to_list()
        return [_case(document) for document in found], await self._cases.count_documents({})

    async def waiting(
        self, consumers: Collection[str], states: Collection[str]
    ) -> list[tuple[str, str]]:
        """Returns consumer and key of the cases in one of the states."""
        wanted = {"consumer": {"$in": list(consumers)}, "state": {"$in": list(states)}}
        cases = await self._cases.find(wanted, {"consumer": 1, "key": 1}).to_list()
        return [(case["consumer"], case["key"]) for case in cases]

    async def counts(self, consumers: Collection[str]) -> dict[str, Counter[str]]:
        """Returns the number of cases by consumer and state."""
        wanted = {"$match": {"consumer": {"$in": list(consumers)}}}
        group = {"_id": {"consumer": "$consumer", "state": "$state"}, "n": {"$sum": 1}}
        rows = await self._cases.aggregate([wanted, {"$group": group}])
        found = {consumer: Counter[str]() for consumer in consumers}
        for row in await rows.to_list():
            found[row["_id"]["consumer"]][row["_id"]["state"]] = row["n"]
        return found

    async def open(
        self,
        consumer: str,
        key: str,
        positions: Sequence[BusPosition],
        state: State,
        reason: str,
        detail: str = "",
    ) -> None:
        """Sets a case aside. A parked case that a version is missing for, too, stays parked.

        Inserts the facts first: a case without facts would be closed before they are stored.
        """
        await self._insert(consumer, key, positions)
        why = {"state": state, "reason": reason, "detail": detail}
        new = {"consumer": consumer, "key": key, "at": self._real_time()}
        update: dict[str, Any] = {"$setOnInsert": new, "$inc": {"appended": len(positions)}}
        if state == "held":
            update["$setOnInsert"] = new | why
        else:
            update["$set"] = why
        try:
            await self._cases.update_one({"_id": _case_id(consumer, key)}, update, upsert=True)
        finally:  # whether it is written may be unknown
            self.may_wait = True

    async def append(self, consumer: str, key: str, positions: Sequence[BusPosition]) -> bool:
        """Adds facts to a case; returns False, and adds none, where it was closed meanwhile."""
        await self._insert(consumer, key, positions)
        appended = await self._cases.update_one(
            {"_id": _case_id(consumer, key)}, {"$inc": {"appended": len(positions)}}
        )
        if appended.matched_count:
            return True
        await self.forget(consumer, positions)
        return False

    async def positions(self, consumer: str, key: str) -> list[BusPosition]:
        """Returns the positions of the facts of a case, in the order of the bus."""
        facts = await self._facts.find({"consumer": consumer, "key": key}).to_list()
        return sorted((fact["topic"], fact["partition"], fact["offset"]) for fact in facts)

    async def at(self, position: BusPosition) -> list[ParkedCase]:
        """Returns the cases of all consumers that keep the message at this position."""
        facts = await self._facts.find(_named(position), {"consumer": 1, "key": 1}).to_list()
        cases = [await self.case(fact["consumer"], fact["key"]) for fact in facts]
        return [case for case in cases if case]

    async def forget(self, consumer: str, positions: Collection[BusPosition]) -> None:
        """Removes facts that were handled."""
        if positions:
            ids = [_fact_id(consumer, position) for position in positions]
            await self._facts.delete_many({"_id": {"$in": ids}})

    async def close(self, case: ParkedCase) -> bool:
        """Closes the case; returns False where facts were added after `case` was read."""
        removed = await self._cases.delete_one(
            {"_id": _case_id(case.consumer, case.key), "appended": case.appended}
        )
        return bool(removed.deleted_count)

    async def drop(self, consumer: str) -> None:
        """Removes all cases of a consumer that is no more."""
        await self._cases.delete_many({"consumer": consumer})
        await self._facts.delete_many({"consumer": consumer})

    async def turn(
        self, consumer: str, key: str, states: Collection[State], to: State
    ) -> ParkedCase | None:
        """Moves a case from one of the states to another.

        Returns None where it is in none of them.
        """
        document = await self._cases.find_one_and_update(
            {"_id": _case_id(consumer, key), "state": {"$in": list(states)}},
            {"$set": {"state": to}},
            return_document=ReturnDocument.AFTER,
        )
        return _case(document) if document else None

    async def _insert(self, consumer: str, key: str, positions: Sequence[BusPosition]) -> None:
        if not positions:
            return
        at = self._real_time()
        updates = [
            UpdateOne(
                {"_id": _fact_id(consumer, position)},
                {"$setOnInsert": {"consumer": consumer, "key": key, **_named(position), "at": at}},
                upsert=True,
            )
            for position in positions
        ]
        await self._facts.bulk_write(updates, ordered=False)


def _named(position: BusPosition) -> dict[str, Any]:
    return dict(zip(("topic", "partition", "offset"), position, strict=True))


def _case_id(consumer: str, key: str) -> str:
    return f"{consumer}/{key}"


def _fact_id(consumer: str, position: BusPosition) -> str:
    return "/".join((consumer, *map(str, position)))


def _case(document: Mapping[str, Any]) -> ParkedCase:
    names = ("consumer", "key", "reason", "detail", "state", "appended", "at")
    return ParkedCase(*(document[name] for name in names))

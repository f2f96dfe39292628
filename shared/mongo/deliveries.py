"""Deliveries as documents: due, parked, or done with a receipt."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, UpdateOne, WriteConcern
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.read_concern import ReadConcern

from shared.kernel import ids
from shared.kernel.delivery import Delivery, Receipt
from shared.kernel.messages import Recorded
from shared.kernel.ports import Now
from shared.mongo.connect import Document
from shared.mongo.transient import patiently

INBOX = "deliveries_inbox"
BEGIN = "begin"
KEPT_SECONDS = 90 * 86_400
"""After it is done; the fact of the receipt stays in the log."""


@dataclass(frozen=True, slots=True)
class DueDelivery:
    """`attempts` were made before; with a `receipt` it only has to be recorded."""

    id: str
    delivery: Delivery
    fact_id: str
    correlation_id: str
    case_id: str | None
    attempts: int
    receipt: Receipt | None


class Deliveries:
    """All times are real: `next` is when an attempt may be made, `at` when the delivery was
    owed."""

    def __init__(self, database: AsyncDatabase[Document], real_time: Now) -> None:
        self._deliveries = database.get_collection(
            "deliveries",
            write_concern=WriteConcern("majority", j=True, wtimeout=5_000),
            read_concern=ReadConcern("majority"),
        )
        self._real_time = real_time

    @patiently
    async def prepare(self) -> None:
        await self._deliveries.create_index([("state", ASCENDING), ("next", ASCENDING)])
        await self._deliveries.create_index("done_at", expireAfterSeconds=KEPT_SECONDS)

    async def begin(self) -> datetime:
        """Returns when the service had deliveries for the first time."""
        at = {"$setOnInsert": {"at": self._real_time()}}
        await self._deliveries.update_one({"_id": BEGIN}, at, upsert=True)
        document = await self._deliveries.find_one({"_id": BEGIN})
        assert document
        return document["at"]  # type: ignore[no-any-return]

    async def owe(self, fact: Recorded, deliveries: Sequence[Delivery]) -> None:
        """Adds the deliveries that are not there yet; the others stay as they are."""
        updates = [_owed(fact, delivery, self._real_time()) for delivery in deliveries]
        if updates:
            await self._deliveries.bulk_write(updates, ordered=False)

    async def due(self, most: int) -> list[DueDelivery]:
        """The oldest first."""
        query = {"state": "due", "next": {"$lte": self._real_time()}}
        documents = self._deliveries.find(query).sort("next").limit(most)
        return [_due(document) for document in await documents.to_list()]

    async def unfinished(self, delivery_id: str) -> DueDelivery | None:
        unfinished = {"_id": delivery_id, "state": {"$ne": "done"}}
        document = await self._deliveries.find_one(unfinished)
        return _due(document) if document else None

    async def keep_receipt(self, delivery_id: str, receipt: Receipt) -> None:
        await self._set(delivery_id, {"receipt": asdict(receipt)})

    async def postpone(self, delivery_id: str, attempts: int, until: datetime) -> None:
        await self._set(delivery_id, {"attempts": attempts, "next": until})

    async def park(self, delivery_id: str) -> None:
        await self._set(delivery_id, {"state": "parked"})

    async def finish(self, delivery_id: str) -> None:
        """Done; the payload is not needed any more."""
        done = {"state": "done", "done_at": self._real_time()}
        await self._deliveries.update_one(
            {"_id": delivery_id}, {"$set": done, "$unset": {"payload": ""}}
        )

    async def waiting(self) -> int:
        return await self._deliveries.count_documents({"state": "due"})

    async def oldest(self) -> datetime | None:
        """Returns the moment from which the oldest waiting delivery is owed."""
        oldest = await self._deliveries.find_one({"state": "due"}, {"at": 1}, sort=[("at", 1)])
        return oldest["at"] if oldest else None

    async def _set(self, delivery_id: str, fields: Mapping[str, Any]) -> None:
        await self._deliveries.update_one({"_id": delivery_id}, {"$set": fields})


def _owed(fact: Recorded, delivery: Delivery, at: datetime) -> UpdateOne:
    delivery_id = ids.delivery(fact.id, delivery.channel, delivery.to, delivery.key)
    document = {
        **asdict(delivery),
        "state": "due",
        "attempts": 0,
        "at": at,
        "next": at,
        "fact_id": fact.id,
        "correlation_id": fact.correlation_id,
        "case_id": fact.case_id,
    }
    return UpdateOne({"_id": delivery_id}, {"$setOnInsert": document}, upsert=True)


def _due(document: Mapping[str, Any]) -> DueDelivery:
    names = ("stream", "channel", "to", "template", "payload", "key")
    receipt = document.get("receipt")
    return DueDelivery(
        id=document["_id"],
        delivery=Delivery(**{name: document[name] for name in names}),
        fact_id=document["fact_id"],
        correlation_id=document["correlation_id"],
        case_id=document["case_id"],
        attempts=document["attempts"],
        receipt=Receipt(**receipt) if receipt else None,
    )

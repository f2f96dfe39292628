"""Messages that operators have dropped: no consumer of the installation takes them up again."""

from collections.abc import Callable
from datetime import datetime

from pymongo import WriteConcern
from pymongo.asynchronous.database import AsyncDatabase

from shared.kernel.log_position import BusPosition
from shared.mongo.connect import Document

COLLECTION = "dropped"


class DroppedMessages:
    """By the digest of their content: a message that lies on the bus again is dropped again. The
    methods raise PyMongoError."""

    def __init__(self, control: AsyncDatabase[Document], real_time: Callable[[], datetime]) -> None:
        self._dropped = control.get_collection(
            COLLECTION, write_concern=WriteConcern("majority", j=True, wtimeout=5_000)
        )
        self._real_time = real_time

    async def digests(self) -> frozenset[str]:
        """Returns the digests of all, in hexadecimal; operators drop few."""
        return frozenset([document["_id"] async for document in self._dropped.find({}, {"_id": 1})])

    async def add(self, digest: str, place: BusPosition, reason: str) -> None:
        """Remembers a message; the first place and reason stay."""
        seen = {"place": "/".join(map(str, place)), "reason": reason, "at": self._real_time()}
        await self._dropped.update_one({"_id": digest}, {"$setOnInsert": seen}, upsert=True)

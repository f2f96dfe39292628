"""The place of a relay in its log: the token of the change stream, the time for a sweep, the last
head."""

import logging
from typing import Any

from bson import Timestamp
from pymongo import WriteConcern
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError, PyMongoError
from pymongo.read_concern import ReadConcern

from shared.mongo.connect import Document
from shared.mongo.transient import is_transient

log = logging.getLogger(__name__)

PLACE = "place"
# Not (0, 0): the server fills that in with its own time.
EARLIEST = Timestamp(0, 1)


class Checkpoints:
    def __init__(self, database: AsyncDatabase[Document]) -> None:
        self._relay = database.get_collection(
            "relay",
            write_concern=WriteConcern("majority", j=True, wtimeout=5_000),
            read_concern=ReadConcern("majority"),
        )

    async def load(self) -> Document | None:
        return await self._relay.find_one({"_id": PLACE})

    async def save(self, token: Any, at: Timestamp | None, head: Document | None) -> None:
        """Never back: a zombie's older place is dropped. What cannot be saved now is saved by the
        next one, and in between costs only repeated work."""
        at = at or EARLIEST
        place = {"token": token, "at": at, "head": head}
        try:
            await self._relay.replace_one({"_id": PLACE, "at": {"$lte": at}}, place, upsert=True)
        except DuplicateKeyError:
            log.info("a newer place is kept")
        except PyMongoError as error:
            if not is_transient(error):
                raise
            log.warning("the place is not kept: %s", error)

    async def lose_token(self) -> None:
        """The next relay sweeps: what is no longer in the log is not published."""
        await self._relay.update_one({"_id": PLACE}, {"$set": {"token": None}})

    async def barrier(self) -> None:
        """Returns when a majority has everything that was written before: what a sweep reads from
        then on is whole."""
        await self._relay.update_one({"_id": "barrier"}, {"$inc": {"n": 1}}, upsert=True)

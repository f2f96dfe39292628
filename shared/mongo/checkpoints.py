"""The checkpoint of a relay: the token of the change stream, the time for a sweep, the log head."""

import logging
from typing import Any

from bson import Timestamp
from pymongo import WriteConcern
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError, PyMongoError
from pymongo.read_concern import ReadConcern

from shared.kernel.log_position import Checkpoint, LogHead
from shared.mongo.connect import Document
from shared.mongo.transient import is_transient

log = logging.getLogger(__name__)

PLACE = "place"
# Not (0, 0): the server fills that in with its own time.
EARLIEST = Timestamp(0, 1)


class Checkpoints:
    """The collection `relay` of one service: its checkpoint, and a barrier."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        self._relay = database.get_collection(
            "relay",
            write_concern=WriteConcern("majority", j=True, wtimeout=5_000),
            read_concern=ReadConcern("majority"),
        )

    async def load(self) -> Checkpoint:
        """Returns the checkpoint, an empty one where none was saved. Raises PyMongoError."""
        stored = await self._relay.find_one({"_id": PLACE}) or {}
        return Checkpoint(stored.get("token"), stored.get("at"), _head_in(stored.get("head")))

    async def save(self, checkpoint: Checkpoint) -> None:
        """Saves the checkpoint unless a later one is stored: a zombie's older one is dropped.

        Loses nothing when it fails for a moment: the next one is saved, and until then work is
        only repeated. Raises PyMongoError that is not transient.
        """
        at = checkpoint.at or EARLIEST
        place = {"token": checkpoint.token, "at": at, "head": _stored(checkpoint.head)}
        try:
            await self._relay.replace_one({"_id": PLACE, "at": {"$lte": at}}, place, upsert=True)
        except DuplicateKeyError:
            log.info("a newer place is kept")
        except PyMongoError as error:
            if not is_transient(error):
                raise
            log.warning("the place is not kept: %s", error)

    async def lose_token(self) -> None:
        """Makes the next relay sweep: what is no longer in the log is not published."""
        await self._relay.update_one({"_id": PLACE}, {"$set": {"token": None}})

    async def barrier(self) -> None:
        """Waits until a majority has everything that was written before, so that a sweep from then
        on reads all of it."""
        await self._relay.update_one({"_id": "barrier"}, {"$inc": {"n": 1}}, upsert=True)


def _head_in(stored: dict[str, Any] | None) -> LogHead | None:
    if not stored:
        return None
    return LogHead(stored["commit"], stored["hash"], (stored["seq"][0], stored["seq"][1]))


def _stored(head: LogHead | None) -> dict[str, Any] | None:
    return {"commit": head.commit, "hash": head.hash, "seq": list(head.seq)} if head else None

"""The plain writer: one insert per commit; the measure that the group writer is compared with."""

import logging
from typing import Any, Protocol

from bson.raw_bson import RawBSONDocument
from pymongo.errors import DuplicateKeyError, OperationFailure, PyMongoError

from shared.mongo.pending import Pending, blame

log = logging.getLogger(__name__)


class InsertsOne(Protocol):
    """What is needed of the collection."""

    async def insert_one(self, document: RawBSONDocument) -> Any: ...


class PlainWriter:
    def __init__(self, commits: InsertsOne) -> None:
        self._commits = commits

    async def insert(self, pending: Pending) -> bool:
        try:
            await self._commits.insert_one(pending.to_send())
        except DuplicateKeyError:
            return False
        except PyMongoError as error:
            refusal = blame(error.details or {}) if isinstance(error, OperationFailure) else None
            if refusal:
                raise refusal from error
            log.warning("insert of %s: outcome unknown: %s", pending.document["_id"], error)
            return False
        return True

    async def close(self) -> None:
        """Nothing waits here."""

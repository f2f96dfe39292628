"""Inserts one commit per request to the store: the yardstick for the group writer's answers."""

import logging
from typing import Any, Protocol

from bson.raw_bson import RawBSONDocument
from pymongo.errors import DuplicateKeyError, OperationFailure, PyMongoError

from shared.mongo.pending_commit import PendingCommit, blame

log = logging.getLogger(__name__)


class InsertsOne(Protocol):
    """The part of a collection that the writer needs."""

    async def insert_one(self, document: RawBSONDocument) -> Any: ...


class PlainWriter:
    """Implements the port of `GroupWriter`; commits are not grouped."""

    def __init__(self, commits: InsertsOne) -> None:
        self._commits = commits

    async def insert(self, pending: PendingCommit) -> bool:
        """Returns whether the commit is stored; False means that its outcome must be read back.

        Raises the error that the store names in its refusal.
        """
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
        """Returns at once: no commit waits in this writer."""

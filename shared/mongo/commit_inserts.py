"""The command `insert` of MongoDB: one round trip for any number of commits."""

from collections.abc import Mapping, Sequence
from typing import Any

from bson.raw_bson import RawBSONDocument

from shared.mongo.commits import Commits

Reply = Mapping[str, Any]


class CommitInserts:
    """Inserts into the collection without the driver's work on each document, and without its
    repetition of a write: what is unknown, the log proves."""

    def __init__(self, commits: Commits) -> None:
        self._database = commits.database
        self._outline: Mapping[str, Any] = {
            "insert": commits.name,
            "ordered": False,
            "writeConcern": commits.write_concern.document,
        }

    async def insert(self, documents: Sequence[RawBSONDocument]) -> Reply:
        """Returns the reply, with the refusals of single documents and the doubt of a majority.

        Raises OperationFailure when the whole is refused, PyMongoError when nothing is known.
        """
        return await self._database.command({**self._outline, "documents": documents})

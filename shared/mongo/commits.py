"""The collection `commits`: its concerns, its indexes, its bytes."""

from typing import Any

import bson
from bson import Timestamp
from bson.errors import InvalidDocument
from bson.raw_bson import RawBSONDocument
from pymongo import ASCENDING, IndexModel, ReadPreference, WriteConcern
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import OperationFailure
from pymongo.read_concern import ReadConcern

from shared.kernel.errors import Unstorable
from shared.kernel.storable import LARGEST_COMMIT
from shared.mongo.connect import Document, NotDurable

Commits = AsyncCollection[Document]

UNAUTHORIZED = 13
BY_COMMAND, BY_VERSION, BY_SEQ = "stream_command", "stream_first", "seq"
INDEXES = (
    IndexModel([("stream", ASCENDING), ("command_id", ASCENDING)], name=BY_COMMAND, unique=True),
    IndexModel([("stream", ASCENDING), ("first", ASCENDING)], name=BY_VERSION),
    IndexModel([("seq", ASCENDING)], name=BY_SEQ),
)


def commits_of(database: AsyncDatabase[Document]) -> Commits:
    """Writes that a majority has on disk; reads, on the primary, of what a majority has.

    A decision taken on a commit that is then rolled back would stand on nothing.
    """
    timeout = database.write_concern.document.get("wtimeout")
    return database.get_collection(
        "commits",
        write_concern=WriteConcern("majority", wtimeout=timeout, j=True),
        read_concern=ReadConcern("majority"),
        read_preference=ReadPreference.PRIMARY,
    )


def encoded(document: dict[str, Any]) -> RawBSONDocument:
    """The bytes to send, with the place for `seq` that mongod fills; too many are Unstorable."""
    try:
        raw = bson.encode({"_id": document["_id"], "seq": Timestamp(0, 0), **document})
    except (InvalidDocument, OverflowError, UnicodeError) as error:
        raise Unstorable(f"{document['_id']}: {error}") from error
    if len(raw) > LARGEST_COMMIT:
        raise Unstorable(f"{document['_id']}: {len(raw)} bytes, more than {LARGEST_COMMIT}")
    return RawBSONDocument(raw)


async def make_indexes(commits: Commits) -> None:
    """Makes the indexes; a user who may only insert and find checks that somebody made them."""
    try:
        await commits.create_indexes(list(INDEXES))
    except OperationFailure as error:
        if error.code != UNAUTHORIZED:
            raise
        await _check_indexes(commits)


async def _check_indexes(commits: Commits) -> None:
    """By asking how a search by each index would be done, which needs no more than find."""
    for name in (BY_COMMAND, BY_VERSION, BY_SEQ):
        try:
            plan = await commits.find({}, hint=name).explain()
            missing = plan["queryPlanner"]["winningPlan"]["stage"] == "EOF"
        except OperationFailure:
            missing = True
        if missing:
            raise NotDurable(f"commits has no index {name}, and this user may not make it")

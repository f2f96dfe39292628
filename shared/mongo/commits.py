"""The collection `commits`: its read and write concerns, its indexes, its encoding."""

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
from shared.mongo.transient import patiently

Commits = AsyncCollection[Document]

COMMITS = "commits"
UNAUTHORIZED = 13
BY_COMMAND, BY_VERSION, BY_SEQ = "stream_command", "stream_first", "seq"
INDEXES = (
    IndexModel([("stream", ASCENDING), ("command_id", ASCENDING)], name=BY_COMMAND, unique=True),
    IndexModel([("stream", ASCENDING), ("first", ASCENDING)], name=BY_VERSION),
    IndexModel([("seq", ASCENDING)], name=BY_SEQ),
    IndexModel(
        [("facts.occurred_at", ASCENDING)],
        name="proposed_acts_by_day",
        partialFilterExpression={"facts.type": "act.proposed.v1"},
    ),
)


def commits_of(database: AsyncDatabase[Document]) -> Commits:
    """Returns the collection: writes are acknowledged when a majority has them on disk, reads give,
    on the primary, what a majority has.

    A decision on a commit that is rolled back later would rest on nothing.
    """
    timeout = database.write_concern.document.get("wtimeout")
    return database.get_collection(
        COMMITS,
        write_concern=WriteConcern("majority", wtimeout=timeout, j=True),
        read_concern=ReadConcern("majority"),
        read_preference=ReadPreference.PRIMARY,
    )


def encoded(document: dict[str, Any]) -> RawBSONDocument:
    """Returns the bytes to send, with an empty `seq` that mongod fills.

    Raises Unstorable when BSON cannot hold the document, or it is too large.
    """
    try:
        raw = bson.encode({"_id": document["_id"], "seq": Timestamp(0, 0), **document})
    except (InvalidDocument, OverflowError, UnicodeError) as error:
        raise Unstorable(f"{document['_id']}: {error}") from error
    if len(raw) > LARGEST_COMMIT:
        raise Unstorable(f"{document['_id']}: {len(raw)} bytes, more than {LARGEST_COMMIT}")
    return RawBSONDocument(raw)


@patiently
async def make_indexes(commits: Commits) -> None:
    """Creates the indexes; without the right to do so, checks that they exist.

    Raises NotDurable when one is missing, and PyMongoError.
    """
    try:
        await commits.create_indexes(list(INDEXES))
    except OperationFailure as error:
        if error.code != UNAUTHORIZED:
            raise
        await _check_indexes(commits)


async def _check_indexes(commits: Commits) -> None:
    """Asks for the plan of a search by each index, which needs no right but `find`."""
    for name in (BY_COMMAND, BY_VERSION, BY_SEQ):
        try:
            plan = await commits.find({}, hint=name).explain()
            missing = plan["queryPlanner"]["winningPlan"]["stage"] == "EOF"
        except OperationFailure:
            missing = True
        if missing:
            raise NotDurable(f"commits has no index {name}, and this user may not make it")

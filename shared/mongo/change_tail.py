"""The tail of the log: commits as they are inserted, and the sweep for those that it has missed."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from bson import Timestamp
from pymongo.asynchronous.change_stream import AsyncChangeStream
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import OperationFailure

from shared.kernel.log_position import LogChange
from shared.mongo.commits import BY_SEQ, commits_of
from shared.mongo.connect import Document

HISTORY_LOST: Mapping[int, str] = {
    9: "FailedToParse",  # the token
    260: "InvalidResumeToken",
    280: "ChangeStreamFatalError",
    286: "ChangeStreamHistoryLost",
    50811: "KeyString format error",  # a token that cannot be decoded
}
ENDINGS = ["drop", "rename", "dropDatabase", "invalidate"]
PIPELINE = [{"$match": {"operationType": {"$in": ["insert", *ENDINGS]}}}]
PAGE = 500


class HistoryLost(Exception):
    """The place in the tail cannot be found again; what was missed has to be swept from the log."""


class ChangeTail:
    """Commits of one log in the order of their insertion.

    Open the tail before a sweep: it has what comes too late for the sweep.
    """

    def __init__(self, database: AsyncDatabase[Document], heartbeat_ms: int = 1_000) -> None:
        self._client = database.client
        self._commits = commits_of(database)
        self._heartbeat_ms = heartbeat_ms

    @asynccontextmanager
    async def open(
        self, after: Mapping[str, Any] | None = None
    ) -> AsyncIterator[AsyncIterator[LogChange]]:
        """Yields the changes after the token `after`, or from now on.

        Raises HistoryLost, and PyMongoError: then open again after the last token that was used.
        """
        async with self._client.start_session(causal_consistency=False) as session:
            with lost_history():
                stream = await self._commits.watch(
                    PIPELINE,
                    resume_after=after,
                    max_await_time_ms=self._heartbeat_ms,
                    session=session,
                )
            async with stream:
                yield changes_of(stream, session)

    async def sweep(self, since: Timestamp) -> AsyncIterator[Document]:
        """Yields every commit that a majority has with `seq` at or after `since`, in that order.

        Reads by pages, because the server closes a cursor that waits long for the bus. Raises
        PyMongoError.
        """
        yielded: set[str] = set()
        while True:
            later = self._commits.find({"seq": {"$gte": since}}, hint=BY_SEQ)
            commits = await later.sort("seq").limit(PAGE + len(yielded)).to_list()
            page = [commit for commit in commits if str(commit["_id"]) not in yielded]
            if not page:
                return
            for commit in page:
                yield commit
            since = page[-1]["seq"]
            yielded = {str(commit["_id"]) for commit in page if commit["seq"] == since}


async def changes_of(
    stream: AsyncChangeStream[Document], session: AsyncClientSession
) -> AsyncIterator[LogChange]:
    """Yields inserted commits and heartbeats. Raises HistoryLost when the stream ends."""
    while stream.alive:
        with lost_history():
            change = await stream.try_next()
        if change is not None:
            yield changed(change)
        elif stream.alive and stream.resume_token is not None:
            yield LogChange(None, stream.resume_token, session.operation_time)
    # The driver ends its loop without an exception when the server has closed the cursor.
    raise HistoryLost("the change stream has ended")


def changed(change: Document) -> LogChange:
    """Returns the inserted commit. Raises HistoryLost when the collection was replaced."""
    if change["operationType"] != "insert":
        raise HistoryLost(f"commits: {change['operationType']}")
    return LogChange(change["fullDocument"], change["_id"], change["clusterTime"])


@contextmanager
def lost_history() -> Iterator[None]:
    """Raises HistoryLost instead of the server's errors that mean it."""
    try:
        yield
    except OperationFailure as error:
        if error.code in HISTORY_LOST:
            raise HistoryLost(f"code {error.code}: {error}") from error
        raise

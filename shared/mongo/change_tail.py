"""The tail of the log: commits as they are inserted, and the sweep for those that it has missed."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

from bson import Timestamp
from pymongo.asynchronous.change_stream import AsyncChangeStream
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import OperationFailure

from shared.mongo.commits import BY_SEQ, commits_of
from shared.mongo.connect import Document

# FailedToParse (the token), InvalidResumeToken, ChangeStreamFatalError, ChangeStreamHistoryLost,
# and a token that cannot be decoded.
LOST = frozenset({9, 260, 280, 286, 50811})
ENDINGS = ["drop", "rename", "dropDatabase", "invalidate"]
PIPELINE = [{"$match": {"operationType": {"$in": ["insert", *ENDINGS]}}}]
PAGE = 500


class HistoryLost(Exception):
    """The place in the tail cannot be found again; what was missed has to be swept from the log."""


@dataclass(frozen=True, slots=True)
class Change:
    """An inserted commit as it is stored, or None: a heartbeat; the tail resumes after `token`.

    What was swept has no token.
    """

    commit: Document | None
    token: Mapping[str, Any] | None
    at: Timestamp | None


class ChangeTail:
    """Open it first and sweep then: what comes too late for the sweep, the tail has."""

    def __init__(self, database: AsyncDatabase[Document], heartbeat_ms: int = 1_000) -> None:
        self._client = database.client
        self._commits = commits_of(database)
        self._heartbeat_ms = heartbeat_ms

    @asynccontextmanager
    async def open(
        self, after: Mapping[str, Any] | None = None
    ) -> AsyncIterator[AsyncIterator[Change]]:
        """The changes after the token `after`, or from now on.

        Connection errors come out as they are: open again after the last token done with.
        """
        async with self._client.start_session(causal_consistency=False) as session:
            with _lost_history():
                stream = await self._commits.watch(
                    PIPELINE,
                    resume_after=after,
                    max_await_time_ms=self._heartbeat_ms,
                    session=session,
                )
            async with stream:
                yield changes_of(stream, session)

    async def sweep(self, since: Timestamp) -> AsyncIterator[Document]:
        """Every commit that a majority has with `seq` at or after `since`, in that order.

        By pages: a cursor that waits for the bus would be closed by the server.
        """
        seen: set[str] = set()
        while True:
            later = self._commits.find({"seq": {"$gte": since}}, hint=BY_SEQ)
            found = await later.sort("seq").limit(PAGE + len(seen)).to_list()
            page = [commit for commit in found if commit["_id"] not in seen]
            if not page:
                return
            for commit in page:
                yield commit
            since = page[-1]["seq"]
            seen = {commit["_id"] for commit in page if commit["seq"] == since}


async def changes_of(
    stream: AsyncChangeStream[Document], session: AsyncClientSession
) -> AsyncIterator[Change]:
    while stream.alive:
        with _lost_history():
            change = await stream.try_next()
        if change is not None:
            yield _inserted(change)
        elif stream.alive and stream.resume_token is not None:
            yield Change(None, stream.resume_token, session.operation_time)
    # The driver ends its loop without an exception when the server has closed the cursor.
    raise HistoryLost("the change stream has ended")


def _inserted(change: Document) -> Change:
    if change["operationType"] != "insert":
        raise HistoryLost(f"commits: {change['operationType']}")
    return Change(change["fullDocument"], change["_id"], change["clusterTime"])


@contextmanager
def _lost_history() -> Iterator[None]:
    try:
        yield
    except OperationFailure as error:
        if error.code in LOST:
            raise HistoryLost(f"code {error.code}: {error}") from error
        raise

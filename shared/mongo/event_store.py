"""The event store on MongoDB: appends a commit, and answers only what a majority proves."""

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import ConnectionFailure, ExecutionTimeout, PyMongoError

from shared.kernel.commit import Commit, Draft, from_document, to_document
from shared.kernel.errors import ConcurrencyConflict, KeyReused, Unavailable
from shared.kernel.storable import MOST_FACTS
from shared.mongo.clock_store import real_time
from shared.mongo.commits import BY_VERSION, commits_of, make_indexes
from shared.mongo.connect import Document, assert_durable
from shared.mongo.group_writer import GroupWriter
from shared.mongo.pending_commit import CommitWriter, PendingCommit
from shared.pauses import pauses

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 15.0
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.005, 0.5


class MongoEventStore:
    """The port `EventStore`. `patience`: how long an unproven append is pursued."""

    def __init__(
        self,
        database: AsyncDatabase[Document],
        writer: CommitWriter | None = None,
        clock: Callable[[], datetime] = real_time,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._client = database.client
        self._commits = commits_of(database)
        self._writer = writer or GroupWriter(self._commits)
        self._clock = clock
        self._patience = patience
        self._appending = 0
        self._closing = False
        self._idle = asyncio.Event()

    async def prepare(self) -> None:
        """Refuses a store that can lose what it acknowledged; makes the indexes."""
        await assert_durable(self._client)
        await make_indexes(self._commits)

    async def read(self, stream: str, after: int = 0) -> Sequence[Commit]:
        # A commit that begins before `after` may reach beyond it, by no more than its facts.
        beyond = {"first": {"$gt": after - MOST_FACTS}, "last": {"$gt": after}}
        with _reachable():
            found = self._commits.find({"stream": stream, **beyond}, hint=BY_VERSION).sort("first")
            return [from_document(document) for document in await found.to_list()]

    async def twin(self, stream: str, command_id: str, fingerprint: str) -> Commit | None:
        with _reachable():
            found = await self._commits.find_one({"stream": stream, "command_id": command_id})
        return from_document(_same(found, fingerprint)) if found else None

    async def append(self, draft: Draft) -> Commit:
        if self._closing:
            raise Unavailable("the store is closing")
        pending = PendingCommit(to_document(draft, self._clock()), self._clock)
        self._appending += 1
        try:
            return from_document(await self._stored(pending))
        finally:
            self._appending -= 1
            if not self._appending:
                self._idle.set()

    async def close(self) -> None:
        """Takes nothing more and ends when every append under way has its answer."""
        self._closing = True
        if self._appending:
            self._idle.clear()
            await self._idle.wait()
        await self._writer.close()

    async def _stored(self, pending: PendingCommit) -> Mapping[str, Any]:
        """Inserts until the log proves an answer.

        Each attempt has the same `_id`, so at most one can exist; and it stands on a predecessor
        that a majority has, which cannot change under it.
        """
        for pause in pauses(FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, within=self._patience):
            if await self._writer.insert(pending):
                return pending.document
            if proof := await self._proof(pending.document):
                return proof
            await asyncio.sleep(pause)
        raise Unavailable(f"暂时无法确认 {pending.document['_id']} 是否已保存，请稍后重试同一请求")

    async def _proof(self, document: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """What a majority has in its place: the same command's commit, a rival, or nothing yet."""
        ours = {"stream": document["stream"], "command_id": document["command_id"]}
        try:
            found = await self._commits.find({"$or": [ours, {"_id": document["_id"]}]}).to_list()
        except PyMongoError as error:
            log.warning("%s: not proven yet: %s", document["_id"], error)
            return None
        for commit in found:
            if commit["command_id"] == document["command_id"]:
                return _same(commit, document["fingerprint"])
        if found:
            raise ConcurrencyConflict(document["stream"], document["first"] - 1)
        return None


def _same(commit: Mapping[str, Any], fingerprint: str) -> Mapping[str, Any]:
    if commit["fingerprint"] != fingerprint:
        raise KeyReused(commit["command_id"])
    return commit


@contextmanager
def _reachable() -> Iterator[None]:
    try:
        yield
    except (ConnectionFailure, ExecutionTimeout) as error:
        raise Unavailable(f"事件库暂时无法读取: {error}") from error

"""The event store on MongoDB: an append is answered only by what a majority has."""

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from operator import itemgetter
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import ConnectionFailure, ExecutionTimeout, PyMongoError

from shared.kernel.commit import Commit, Draft, from_document, to_document
from shared.kernel.errors import ConcurrencyConflict, KeyReused, Unavailable
from shared.kernel.moment import stamp
from shared.kernel.storable import MOST_FACTS
from shared.mongo.clock_store import real_time
from shared.mongo.commit_inserts import CommitInserts
from shared.mongo.commits import BY_VERSION, commits_of, make_indexes
from shared.mongo.connect import Document, assert_durable
from shared.mongo.group_writer import GroupWriter
from shared.mongo.pending_commit import CommitWriter, PendingCommit
from shared.pauses import pauses
from shared.signing.key_pair import Sign

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 15.0
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.005, 0.5


class MongoEventStore:
    """The port `EventStore`. `sign` signs each commit with its owner's key; `patience`: seconds for
    which an unproven append is repeated."""

    def __init__(
        self,
        database: AsyncDatabase[Document],
        sign: Sign,
        writer: CommitWriter | None = None,
        clock: Callable[[], datetime] = real_time,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._client = database.client
        self._commits = commits_of(database)
        self._writer = writer or GroupWriter(CommitInserts(self._commits))
        self._sign = sign
        self._clock = clock
        self._patience = patience
        self._appending = 0
        self._closing = False
        self._idle = asyncio.Event()

    async def prepare(self) -> None:
        """Makes the indexes. Raises NotDurable for a store that can lose what it acknowledged."""
        await assert_durable(self._client)
        await make_indexes(self._commits)

    async def read(self, stream: str, after: int = 0) -> Sequence[Commit]:
        # A commit that begins before `after` may reach beyond it, by no more than its facts.
        beyond = {"first": {"$gt": after - MOST_FACTS}, "last": {"$gt": after}}
        with _reachable():
            commits = self._commits.find({"stream": stream, **beyond}, hint=BY_VERSION)
            return [from_document(document) for document in await commits.sort("first").to_list()]

    async def twin(self, stream: str, command_id: str, fingerprint: str) -> Commit | None:
        with _reachable():
            twin = await self._commits.find_one({"stream": stream, "command_id": command_id})
        return from_document(same_content(twin, fingerprint)) if twin else None

    async def holding(self, fact: str, since: datetime) -> Sequence[Commit]:
        facts = {"facts.type": fact, "facts.occurred_at": {"$gte": stamp(since)}}
        with _reachable():
            found = await self._commits.find(facts).to_list()
        # Sorted here: asked for the order, MongoDB may walk the whole log by its index of `seq`.
        return [from_document(document) for document in sorted(found, key=itemgetter("seq"))]

    async def append(self, draft: Draft) -> Commit:
        """Inserts until the log proves an answer; a repeated command has the commit of the first.

        Each attempt has the same `_id`, so at most one can exist, and its predecessor cannot change
        because a majority has it. Raises ConcurrencyConflict, KeyReused, Unstorable, and
        Unavailable when `patience` has run out.
        """
        with self._answering():
            pending = PendingCommit(to_document(draft, self._clock()), self._sign, self._clock)
            longest = LONGEST_PAUSE_SECONDS
            for pause in pauses(FIRST_PAUSE_SECONDS, longest, within=self._patience):
                if await self._writer.insert(pending):
                    return from_document(pending.document)
                if proof := await self._proof(pending.document):
                    own = proof["hash"] == pending.document["hash"]  # only its answer was lost
                    return from_document(pending.document if own else proof)
                await asyncio.sleep(pause)
        name = pending.document["_id"]
        raise Unavailable(f"暂时无法确认 {name} 是否已保存，请稍后重试同一请求")

    async def close(self) -> None:
        """Refuses further appends and returns when every append under way is answered."""
        self._closing = True
        if self._appending:
            self._idle.clear()
            await self._idle.wait()
        await self._writer.close()

    @contextmanager
    def _answering(self) -> Iterator[None]:
        """Counts the appends that `close` waits for. Raises Unavailable once the store closes."""
        if self._closing:
            raise Unavailable("the store is closing")
        self._appending += 1
        try:
            yield
        finally:
            self._appending -= 1
            if not self._appending:
                self._idle.set()

    async def _proof(self, document: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Returns the commit of the same command that a majority has; None if there is none yet.

        Raises ConcurrencyConflict when another command took the version.
        """
        twin = {"stream": document["stream"], "command_id": document["command_id"]}
        try:
            commits = await self._commits.find({"$or": [twin, {"_id": document["_id"]}]}).to_list()
        except PyMongoError as error:
            log.warning("%s: not proven yet: %s", document["_id"], error)
            return None
        for commit in commits:
            if commit["command_id"] == document["command_id"]:
                return same_content(commit, document["fingerprint"])
        if commits:
            raise ConcurrencyConflict(document["stream"], document["first"] - 1)
        return None


def same_content(commit: Mapping[str, Any], fingerprint: str) -> Mapping[str, Any]:
    """Returns the commit; raises KeyReused when its command had other content."""
    if commit["fingerprint"] != fingerprint:
        raise KeyReused(commit["command_id"])
    return commit


@contextmanager
def _reachable() -> Iterator[None]:
    try:
        yield
    except (ConnectionFailure, ExecutionTimeout) as error:
        raise Unavailable(f"事件库暂时无法读取: {error}") from error

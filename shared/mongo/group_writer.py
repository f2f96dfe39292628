"""The group writer: a lone commit is inserted by its caller; a batch holds the commits that queued
while two inserts were in flight."""

import asyncio
import logging
import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from bson.raw_bson import RawBSONDocument
from pymongo.errors import OperationFailure

from shared.kernel.errors import Unavailable
from shared.mongo.commit_inserts import Reply
from shared.mongo.pending_commit import PendingCommit, blame

log = logging.getLogger(__name__)

IN_FLIGHT = 2
SHARED_FROM = 32
LARGEST_BATCH = 256
LARGEST_BATCH_BYTES = 8 * 1024 * 1024
LONGEST_QUEUE = 10_000

InsertOutcome = bool | Exception
Waiting = tuple[PendingCommit, asyncio.Future[bool]]


class Inserts(Protocol):
    """The command `insert` of the collection."""

    async def insert(self, documents: Sequence[RawBSONDocument]) -> Reply: ...


def end_process(error: BaseException) -> None:
    """Ends the process: without its writer it would accept commands and never answer them."""
    log.critical("the group writer died", exc_info=error)
    os._exit(70)


class GroupWriter:
    """Inserts commits in batches.

    `on_batch` is called with the number of commits and the seconds of an insert, `on_death` with
    the error that has ended a sender.
    """

    def __init__(
        self,
        commits: Inserts,
        on_batch: Callable[[int, float], None] | None = None,
        on_death: Callable[[BaseException], None] = end_process,
    ) -> None:
        self._commits = commits
        self._on_batch = on_batch
        self._on_death = on_death
        self._queue: deque[Waiting] = deque()
        self._unanswered: set[asyncio.Future[bool]] = set()
        self._senders: set[asyncio.Task[None]] = set()
        self._in_flight = 0

    async def insert(self, pending: PendingCommit) -> bool:
        """Returns True when a majority has the commit, False when it is refused or unknown.

        A lone commit is inserted at once: a caller that is cancelled meanwhile does not learn
        whether it is stored. Raises Unstorable, and Unavailable when the queue is full or the
        writer has ended.
        """
        if not self._in_flight:
            with self._sending():
                return _told(*await self._insert([pending]))
        if len(self._queue) >= LONGEST_QUEUE:
            raise Unavailable(f"{LONGEST_QUEUE} commits are waiting to be written")
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._queue.append((pending, answer))
        self._unanswered.add(answer)
        if self._in_flight < IN_FLIGHT:
            self._start_sender()
        try:
            return await answer
        finally:
            self._unanswered.discard(answer)

    @contextmanager
    def _sending(self) -> Iterator[None]:
        self._in_flight += 1
        try:
            yield
        finally:
            self._in_flight -= 1

    async def close(self) -> None:
        """Returns when every queued commit is answered."""
        while self._senders:
            await asyncio.wait(self._senders)

    def _start_sender(self) -> None:
        """Starts a task, which takes its batch in the next turn of the loop: all callers of this
        turn share it."""
        self._in_flight += 1
        sender = asyncio.create_task(self._send_all())
        self._senders.add(sender)
        sender.add_done_callback(self._ended)

    async def _send_all(self) -> None:
        try:
            while batch := self._next_batch():
                outcomes: list[InsertOutcome] = [False] * len(batch)
                try:
                    outcomes = await self._insert([pending for pending, _ in batch])
                finally:
                    _answer(batch, outcomes)
        finally:  # at once: a caller that comes before `_ended` must not count on this sender
            self._in_flight -= 1

    def _next_batch(self) -> list[Waiting]:
        """Takes half of a long queue, so that one batch is encoded while another is written."""
        most = min(max(SHARED_FROM, len(self._queue) // 2), LARGEST_BATCH)
        batch: list[Waiting] = []
        size = 0
        while self._queue and len(batch) < most and size < LARGEST_BATCH_BYTES:
            pending, answer = self._queue.popleft()
            if not answer.done():  # else its caller was cancelled
                batch.append((pending, answer))
                size += pending.size
        return batch

    async def _insert(self, batch: list[PendingCommit]) -> list[InsertOutcome]:
        """Returns the outcome of each commit, False (ask the log) where none was learned."""
        began = time.perf_counter()
        try:
            reply = await self._commits.insert([pending.to_send() for pending in batch])
        except OperationFailure as error:
            if len(batch) == 1:
                return [blame(error.details or {}) or False]
            # Refused as a whole: one document is at fault, or none can be stored now.
            return [outcome for pending in batch for outcome in await self._insert([pending])]
        except Exception as error:
            log.warning("batch of %s commits: outcome unknown: %s", len(batch), error)
            return [False] * len(batch)
        self._measure(len(batch), time.perf_counter() - began)
        return _outcomes(len(batch), reply)

    def _measure(self, commits: int, seconds: float) -> None:
        try:
            if self._on_batch:
                self._on_batch(commits, seconds)
        except Exception:
            log.exception("a batch of %s commits was not measured", commits)

    def _ended(self, sender: asyncio.Task[None]) -> None:
        self._senders.discard(sender)
        error = None if sender.cancelled() else sender.exception()
        if sender.cancelled() or error:
            for answer in self._unanswered:
                _tell(answer, Unavailable("the writer has ended"))
        if error:
            self._on_death(error)


def _outcomes(size: int, reply: Reply) -> list[InsertOutcome]:
    """Returns False for refused commits, and for all after a write concern error: the inserted ones
    may be rolled back."""
    outcomes: list[InsertOutcome] = ["writeConcernError" not in reply] * size
    for refusal in reply.get("writeErrors", ()):
        outcomes[refusal["index"]] = blame(refusal) or False
    return outcomes


def _answer(batch: list[Waiting], outcomes: list[InsertOutcome]) -> None:
    for (_, answer), outcome in zip(batch, outcomes, strict=True):
        _tell(answer, outcome)


def _told(outcome: InsertOutcome) -> bool:
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def _tell(answer: asyncio.Future[bool], outcome: InsertOutcome) -> None:
    if answer.done():  # its caller has gone
        return
    if isinstance(outcome, Exception):
        answer.set_exception(outcome)
    else:
        answer.set_result(outcome)

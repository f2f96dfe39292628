"""The feed of a relay: the tail of the log, and a sweep for what a lost tail has missed."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from functools import partial

from bson import Timestamp
from pymongo.asynchronous.database import AsyncDatabase

from shared.kernel.log_position import Checkpoint, LogChange
from shared.mongo.change_tail import ChangeTail, HistoryLost
from shared.mongo.checkpoints import Checkpoints
from shared.mongo.connect import Document
from shared.mongo.shared_tail import SharedTail
from shared.mongo.transient import is_transient

log = logging.getLogger(__name__)

OVERLAP_SECONDS = 3600
PAUSE_SECONDS = 0.5
MOST_SWEPT = 10_000


class LogFeed:
    """Commits of one log from a checkpoint on, each at least once, in order of each stream.
    `shared` reads the logs of several services by one change stream."""

    def __init__(self, database: AsyncDatabase[Document], shared: SharedTail | None = None) -> None:
        self._tail = ChangeTail(database)
        self._open = partial(shared.open, database.name) if shared else self._tail.open
        self._checkpoints = Checkpoints(database)

    async def changes(self, begin: Checkpoint) -> AsyncGenerator[LogChange, None]:
        """Yields changes without end, with heartbeats in between.

        A change that was yielded is not repeated here: its taker has to finish it. Raises what is
        not transient.
        """
        checkpoint = begin
        while True:
            try:
                async with aclosing(self._until_broken(checkpoint)) as changes:
                    async for change in changes:
                        yield change
                        checkpoint = _advanced(checkpoint, change)
            except Exception as error:
                checkpoint = _resumed_after(error, checkpoint)
            await asyncio.sleep(PAUSE_SECONDS)

    async def _until_broken(self, checkpoint: Checkpoint) -> AsyncGenerator[LogChange, None]:
        async with self._open(checkpoint.token) as changes:
            swept: set[str] = set()
            if checkpoint.token is None:
                async for commit in self._swept(_overlapped(checkpoint.at)):
                    swept = swept if len(swept) < MOST_SWEPT else set()
                    swept.add(str(commit["_id"]))
                    yield LogChange(commit, None, None)
            async for change in changes:
                repeated = change.commit is not None and str(change.commit["_id"]) in swept
                yield replace(change, commit=None) if repeated else change

    async def _swept(self, since: Timestamp) -> AsyncGenerator[Document, None]:
        """Yields commits from before the tail was opened, and some that the tail will repeat."""
        await self._checkpoints.barrier()
        async for commit in self._tail.sweep(since):
            yield commit


def _advanced(checkpoint: Checkpoint, change: LogChange) -> Checkpoint:
    if change.token is None:
        return checkpoint
    return Checkpoint(change.token, change.at or checkpoint.at)


def _resumed_after(error: Exception, checkpoint: Checkpoint) -> Checkpoint:
    """Returns the checkpoint to go on from after the tail broke; raises what will not pass."""
    if isinstance(error, HistoryLost):
        log.warning("the tail has lost its place, sweeping: %s", error)
        return Checkpoint(None, checkpoint.at)
    if not is_transient(error):
        raise error
    log.warning("the tail broke, opening it again: %s", error)
    return checkpoint


def _overlapped(at: Timestamp | None) -> Timestamp:
    """Returns the start of a sweep, one hour before `at`."""
    return Timestamp(max(0, at.time - OVERLAP_SECONDS), 0) if at else Timestamp(0, 0)

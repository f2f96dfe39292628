"""The trail of a process: a bounded queue, and one writer that appends in batches."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from pymongo.errors import PyMongoError

from shared.audit.entry import Entry
from shared.audit.flood import Flood
from shared.kernel.errors import Unavailable

log = logging.getLogger(__name__)

LONGEST_QUEUE = 5_000
LARGEST_BATCH = 200
WRITE_WITHIN_SECONDS = 5.0
"""A request that must be traced first waits this long, and is refused then."""
PAUSE_SECONDS = 1.0


class Append(Protocol):
    async def finish(self) -> None:
        """Returns when all entries are stored; raises PyMongoError, then call it again."""
        ...


@dataclass
class Waiting:
    """An entry in the queue; `written` is resolved when a majority has it."""

    entry: Entry
    written: asyncio.Future[None] | None = None

    def resolve(self) -> None:
        if self.written and not self.written.done():
            self.written.set_result(None)


class Trail:
    """`note` writes behind the answer, `write` before it.

    `observe(kind, number)` is told how many entries of a kind were stored, `lost` how many were
    not kept because the queue was full. `run` is the writer; it ends when it is cancelled, and has
    then tried once to append what was left.
    """

    def __init__(
        self,
        append: Callable[[Sequence[Entry]], Append],
        now: Callable[[], datetime],
        *,
        observe: Callable[[str, int], None] = lambda kind, number: None,
        failed: Callable[[bool], None] = lambda failing: None,
    ) -> None:
        self._append = append
        self.now = now
        self._observe = observe
        self._failed = failed
        self._flood = Flood()
        self._queue: list[Waiting] = []
        self._filled = asyncio.Event()
        self._lost = 0
        self._under_way: tuple[Sequence[Waiting], Append] | None = None

    @property
    def waiting(self) -> int:
        """The number of entries that are not stored yet."""
        return len(self._queue)

    def note(self, entry: Entry) -> None:
        """Has the entry written soon: kept singly, counted in a summary, or, where the queue is
        full, counted as lost."""
        if not self._flood.admits(entry):
            return
        if len(self._queue) >= LONGEST_QUEUE:
            self._lost += 1
            self._observe("lost", 1)
            return
        self._put(Waiting(entry))

    async def write(self, entry: Entry, within: float = WRITE_WITHIN_SECONDS) -> None:
        """Returns when a majority has the entry. Raises Unavailable: then the work is not done."""
        if len(self._queue) >= LONGEST_QUEUE:
            raise Unavailable("the audit trail is not written: its queue is full")
        written = asyncio.get_running_loop().create_future()
        self._put(Waiting(entry, written))
        try:
            await asyncio.wait_for(written, within)
        except TimeoutError as error:
            raise Unavailable("the audit trail is not written in time") from error

    async def run(self) -> None:
        """Endless; tries again while the store is away."""
        try:
            while True:
                await self._filled_or_over()
                await self._appended(self._batch())
        finally:
            await self._last_words()

    async def _filled_or_over(self) -> None:
        """Waits for an entry, or for the moment to look for a window that is over."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._filled.wait(), PAUSE_SECONDS)
        for summary in self._flood.summaries(self.now()):
            self._put(Waiting(summary))

    async def _appended(self, batch: Sequence[Waiting]) -> None:
        if not batch:
            return
        self._under_way = batch, self._append([each.entry for each in batch])
        while True:
            try:
                await self._under_way[1].finish()
                break
            except PyMongoError as error:
                self._failed(True)
                log.warning("the audit trail waits for its store: %s", type(error).__name__)
                await asyncio.sleep(PAUSE_SECONDS)
        self._failed(False)
        self._written(batch)

    def _written(self, batch: Sequence[Waiting]) -> None:
        self._under_way = None
        del self._queue[: len(batch)]
        if not self._queue:
            self._filled.clear()
        for each in batch:
            each.resolve()
            self._observe(each.entry.kind, each.entry.count)

    def _batch(self) -> Sequence[Waiting]:
        """Returns the next entries, without taking them from the queue: they are not stored yet."""
        if self._lost and len(self._queue) < LONGEST_QUEUE:
            self._put(Waiting(self._confession()))
        return self._queue[:LARGEST_BATCH]

    def _confession(self) -> Entry:
        """Returns the entry that says how many others were not kept."""
        number, self._lost = self._lost, 0
        at = self.now()
        return Entry(at=at, kind="process", action="keep-trail", result="lost", count=number)

    def _put(self, waiting: Waiting) -> None:
        self._queue.append(waiting)
        self._filled.set()

    async def _last_words(self) -> None:
        """Tries once: entries behind the answer may be lost when a process ends without a store."""
        self._queue += [Waiting(each) for each in self._flood.summaries(self.now(), ending=True)]
        with suppress(PyMongoError, TimeoutError):
            await asyncio.wait_for(self._finished(), PAUSE_SECONDS)

    async def _finished(self) -> None:
        if self._under_way:
            batch, append = self._under_way
            await append.finish()
            self._written(batch)
        if self._queue:
            left = list(self._queue)
            await self._append([each.entry for each in left]).finish()
            self._written(left)

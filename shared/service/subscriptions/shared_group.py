"""A shared group: the consumers of a process read the bus as one consumer group (ADR 67)."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence

from shared.cancelling import end
from shared.kafka.message import BusMessage, PartitionOffsets, begins_of
from shared.kafka.shared_message import SharedMessage
from shared.mongo.consumer_progress import ConsumerOffsets, ConsumerProgress
from shared.service.subscriptions.feed import Feed

PATIENCE_SECONDS = 5.0
"""For which a batch waits for one of its consumers. Then the others go on, and it follows alone."""
CLOSE = 500
"""Messages that a consumer may lack while the group waits for it to come back."""


class SharedGroup:
    """Gives each batch to every feed at once; the offset moves when all have applied it, or when
    one is so slow that it follows alone.

    The checkpoints of the feeds are what counts: a feed that lacks messages reads them itself, so
    that feeds join and leave between two batches, and other processes may host others.
    """

    def __init__(
        self, progress: ConsumerProgress, on_fatal: Callable[[BaseException], None]
    ) -> None:
        self._progress = progress
        self._on_fatal = on_fatal
        self._feeds: dict[str, Feed] = {}
        self._alone: dict[str, asyncio.Task[None]] = {}
        self._following: set[asyncio.Task[None]] = set()
        self._position: PartitionOffsets = {}
        self._stored: ConsumerOffsets | None = None
        self._boundary = asyncio.Lock()

    @property
    def feeds(self) -> list[Feed]:
        return list(self._feeds.values())

    @property
    def retrying(self) -> bool:
        return any(feed.retrying for feed in self.feeds)

    @property
    def attempted(self) -> float:
        """The moment of the monotonic clock at which the oldest attempt under way began; now if
        none is under way."""
        return min([time.monotonic(), *(feed.attempted for feed in self.feeds)])

    def join(self, feed: Feed) -> None:
        """Adds a feed, which gets the next batch."""
        self._feeds[feed.name] = feed
        self._progress.flush_first(feed.name, feed.consumer.flush)
        self._stored = None  # its checkpoint may be younger than those read before

    async def leave(self, name: str) -> None:
        """Removes a feed after the batch under way."""
        async with self._boundary:
            self._feeds.pop(name, None)
            if task := self._alone.pop(name, None):
                await end([task])  # it notes what it has applied until its end
            await self._progress.write()
            self._progress.end(name)

    async def close(self) -> None:
        """Stops the feeds that follow alone, also one that is just coming back."""
        await end(list(self._following))

    def behind(self, name: str) -> int:
        """Returns the number of messages that the group has passed here and the feed has not."""
        return self._feeds[name].behind(self._position) if name in self._feeds else 0

    async def apply(self, batch: Sequence[BusMessage]) -> None:
        """Raises what no consumer can wait out."""
        async with self._boundary:
            await self._locate(begins_of(batch))
            await self._give([*map(SharedMessage, batch)])
            for message in batch:
                self._position[message.topic, message.partition] = message.offset + 1

    async def forget(self) -> None:
        """Drops what is known of partitions, which were assigned anew."""
        await self._progress.write()
        self._stored = None
        self._position.clear()
        for feed in self.feeds:
            feed.forget()

    async def level(self, committed: PartitionOffsets) -> None:
        """Lets feeds follow alone that lack something before these offsets of the group: without
        new messages nothing else would tell them."""
        if not any(feed.lacks(committed) for feed in self.feeds):
            return
        async with self._boundary:
            await self._locate(committed)
            for feed in self.feeds:
                if feed.name not in self._alone and feed.behind(self._position):
                    self._follow(feed, None)

    async def _locate(self, offsets: PartitionOffsets) -> None:
        """Makes the checkpoints of all feeds known. None is believed beyond the offset of the
        group: the bus may be another one than that of which it was noted."""
        for at, offset in offsets.items():
            self._position.setdefault(at, offset)
        for feed in self.feeds:
            for at, offset in feed.lacks(offsets).items():
                stored = (await self._checkpoints()).get((feed.name, *at), 0)
                feed.done[at] = min(stored, self._position[at], offset)

    async def _checkpoints(self) -> ConsumerOffsets:
        if self._stored is None:
            self._stored = await self._progress.of_all()
        return self._stored

    async def _give(self, batch: Sequence[BusMessage]) -> None:
        live = [feed for feed in self.feeds if feed.name not in self._alone]
        await self._wait_for({asyncio.create_task(feed.take(batch)): feed for feed in live})

    async def _wait_for(self, tasks: Mapping[asyncio.Task[None], Feed]) -> None:
        """Waits for what the feeds do, until it is done or they are too slow; raises the first
        error."""
        if not tasks:
            return
        try:
            done, slow = await asyncio.wait(tasks, timeout=PATIENCE_SECONDS)
        except asyncio.CancelledError:  # what goes on would be done beside the next process
            await end(list(tasks))
            raise
        for task in slow:
            self._follow(tasks[task], task)
        for task in done:
            task.result()

    def _follow(self, feed: Feed, under_way: asyncio.Task[None] | None) -> None:
        task = asyncio.create_task(self._catch_up(feed, under_way))
        self._alone[feed.name] = task
        self._following.add(task)
        task.add_done_callback(self._ended)

    async def _catch_up(self, feed: Feed, under_way: asyncio.Task[None] | None) -> None:
        if under_way:
            await under_way
        while feed.behind(self._position) > CLOSE:
            await feed.fill(dict(self._position))
        async with self._boundary:
            del self._alone[feed.name]
            await self._wait_for({asyncio.create_task(feed.fill(dict(self._position))): feed})

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._following.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self._on_fatal(error)

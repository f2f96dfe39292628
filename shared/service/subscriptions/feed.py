"""A feed: one of the consumers that share a group, and its checkpoint on each partition."""

import asyncio
import logging
import time
from collections.abc import Collection, Sequence
from functools import partial

from shared.kafka.broker_access import BrokerAccess
from shared.kafka.message import BusMessage, PartitionOffsets, begins_of, lag_between
from shared.kafka.partition_scanner import scanner
from shared.kafka.resilient_producer import UNSENT
from shared.kafka.shared_message import SharedMessage
from shared.mongo.consumer_progress import ConsumerProgress
from shared.mongo.transient import is_transient
from shared.parallel import in_parallel
from shared.pauses import pauses, waiting_out
from shared.service.observability.metrics import CONSUMER_APPLIED, CONSUMER_RETRIES
from shared.service.subscriptions.consumer import Consumer

log = logging.getLogger(__name__)

BATCH = 500
"""Messages read at once of what was missed."""
WIDTH = 2
"""Partitions filled at once: while one batch is written, another one is folded."""


def passes(error: BaseException) -> bool:
    """Returns whether a consumer waits the error out, in place and without limit."""
    return is_transient(error) or isinstance(error, UNSENT)


class Feed:
    """Applies messages from the checkpoint on, each partition in order, with nothing left out.

    A checkpoint is noted after its messages were applied: a crash repeats facts, which the
    consumer knows by version. `done` has the checkpoints that are known here.
    """

    def __init__(
        self,
        consumer: Consumer,
        topics: Collection[str],
        progress: ConsumerProgress,
        access: BrokerAccess,
        batch: int = BATCH,
    ) -> None:
        self.consumer = consumer
        self.topics = frozenset(topics)
        self.done: PartitionOffsets = {}
        self.retrying = False
        self._since: float | None = None
        self._progress = progress
        self._access = access
        self._batch = batch

    @property
    def name(self) -> str:
        return self.consumer.name

    @property
    def attempted(self) -> float:
        """The moment of the monotonic clock at which the attempt under way began; now if none is
        under way."""
        return time.monotonic() if self._since is None else self._since

    def lacks(self, offsets: PartitionOffsets) -> PartitionOffsets:
        """Returns the partitions of its topics whose checkpoint is not known here."""
        return {
            at: offset
            for at, offset in offsets.items()
            if at[0] in self.topics and at not in self.done
        }

    def behind(self, offsets: PartitionOffsets) -> int:
        """Returns the number of messages before the offsets that are not applied."""
        known = {at: offset for at, offset in offsets.items() if at in self.done}
        return sum(lag_between(self.done, known).values())

    def forget(self) -> None:
        """Drops what is known here: partitions were assigned anew."""
        self.done.clear()
        self.consumer.forget()

    async def take(self, batch: Sequence[BusMessage]) -> None:
        """Applies messages whose checkpoints are known; what lies before them and was missed is
        read from the bus first."""
        own = [message for message in batch if message.topic in self.topics]
        await self.fill(begins_of(own))
        await self._apply([m for m in own if m.offset >= self.done.get(_at(m), 0)])

    async def fill(self, ends: PartitionOffsets) -> None:
        """Applies what is on the bus between the checkpoints and these offsets."""
        left = [(at, end) for at, end in ends.items() if self.done.get(at, end) < end]
        if left:
            log.info("%s: reading %d messages that it missed", self.name, self.behind(ends))
            await in_parallel(self._fill_partition, left, WIDTH)

    async def _fill_partition(self, partition: tuple[tuple[str, int], int]) -> None:
        await waiting_out(partial(self._scan, *partition), passes, self.name)

    async def _scan(self, at: tuple[str, int], end: int) -> None:
        begin = self.done.get(at, end)
        async with scanner(self._access) as bus:
            async for batch in bus.scan(*at, begin, end, self._batch):
                await self._apply([*map(SharedMessage, batch)])
        self._advance(at, end)

    async def _apply(self, messages: Sequence[BusMessage]) -> None:
        """Repeats what passes, for ever and in place; raises what does not."""
        if not messages:
            return
        for pause in pauses():
            self._since = time.monotonic()
            try:
                await self.consumer.apply(messages)
                break
            except Exception as error:
                if not passes(error):
                    raise
                self._retry(error)
            await asyncio.sleep(pause)
        self._applied(messages)

    def _retry(self, error: Exception) -> None:
        self.retrying = True
        CONSUMER_RETRIES.labels(self.name).inc()
        log.warning("%s: trying again: %r", self.name, error)

    def _applied(self, messages: Sequence[BusMessage]) -> None:
        self._since, self.retrying = None, False
        CONSUMER_APPLIED.labels(self.name).inc(len(messages))
        for at, offset in {_at(m): m.offset + 1 for m in messages}.items():
            self._advance(at, offset)

    def _advance(self, at: tuple[str, int], offset: int) -> None:
        """A partition that was taken away meanwhile is noted by its new owner."""
        if at in self.done:
            self.done[at] = offset
            self._progress.note(self.name, *at, offset)


def _at(message: BusMessage) -> tuple[str, int]:
    return message.topic, message.partition

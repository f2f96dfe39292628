"""Fills a new generation of a read model with all that lies on the bus, in large batches and
without a group; from there on the group follows."""

import asyncio
import logging
from collections.abc import Callable, Sequence

from shared.kafka.group_offsets import move_group
from shared.kafka.message import BusMessage, PartitionOffsets
from shared.kafka.partition_scanner import Scanner, scanner
from shared.mongo.group_progress import GroupProgress
from shared.parallel import in_parallel
from shared.pauses import pauses
from shared.service.resources.connections import Connections
from shared.service.subscriptions.consumer import Consumer
from shared.service.subscriptions.worker_host import passes

log = logging.getLogger(__name__)

BATCH = 4_000
"""A case has most of its facts in one batch, and is read and written once for all of them."""
WIDTH = 2
"""While one partition's batch is written, another's is folded."""

Told = Callable[[], None]


class Filling:
    """Done with a partition, its end is the group's place. What an interrupted one had done is
    skipped; what it did not note is done again, and changes nothing."""

    def __init__(
        self, connections: Connections, consumer: Consumer, told: Callable[[PartitionOffsets], None]
    ) -> None:
        self._connections = connections
        self._consumer = consumer
        self._progress = GroupProgress(connections.database("control"))
        self._told = told
        self.done: PartitionOffsets = {}

    async def fill(self, ends: PartitionOffsets) -> None:
        self.done = {at: 0 for at in ends} | await self._progress.of(self._consumer.name)
        left = [at for at, end in ends.items() if self.done[at] < end]

        async def one(at: tuple[str, int]) -> None:
            async with scanner(self._connections.access) as bus:
                await self._partition(bus, at, ends[at])

        await in_parallel(one, left, WIDTH)
        await asyncio.to_thread(
            move_group, self._connections.access, self._consumer.name, self.done
        )

    async def _partition(self, bus: Scanner, at: tuple[str, int], end: int) -> None:
        async for batch in bus.scan(*at, self.done[at], end, BATCH):
            await self._apply(batch)
            self.done[at] = batch[-1].offset + 1
            self._progress.note(self._consumer.name, *at, self.done[at])
            await self._progress.write()
            self._told(self.done)

    async def _apply(self, batch: Sequence[BusMessage]) -> None:
        """What passes is waited out in place, as everywhere."""
        for pause in pauses():
            try:
                return await self._consumer.apply(batch)
            except Exception as error:
                if not passes(error):
                    raise
                log.warning("%s: trying again: %r", self._consumer.name, error)
            await asyncio.sleep(pause)

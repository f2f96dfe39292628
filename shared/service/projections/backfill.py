"""Backfill of a new generation: reads the bus in large batches and without a group, which follows
from there on."""

from collections.abc import Callable
from functools import partial

from shared.kafka.group_begin import begin_at
from shared.kafka.message import PartitionOffsets
from shared.kafka.partition_scanner import scanner
from shared.mongo.group_progress import GroupProgress
from shared.parallel import in_parallel
from shared.pauses import waiting_out
from shared.service.projections.worker import BATCH
from shared.service.resources.connections import Connections
from shared.service.subscriptions.consumer import Consumer
from shared.service.subscriptions.feed import passes

WIDTH = 2
"""Partitions at once: while one batch is written, another one is folded."""

Report = Callable[[PartitionOffsets], None]


class Backfill:
    """Commits the ends for the group when all partitions are filled.

    An interrupted backfill goes on where its progress was noted; facts applied again change
    nothing.
    """

    def __init__(self, connections: Connections, consumer: Consumer, report: Report) -> None:
        self._connections = connections
        self._consumer = consumer
        self._progress = GroupProgress(connections.database("control"))
        self._report = report
        self.done: PartitionOffsets = {}

    async def fill(self, ends: PartitionOffsets) -> None:
        self.done = {at: 0 for at in ends} | await self._progress.of(self._consumer.name)
        left = [(at, end) for at, end in ends.items() if self.done[at] < end]
        await in_parallel(self._fill_partition, left, WIDTH)
        await begin_at(self._connections.access, self._consumer.name, self.done)

    async def _fill_partition(self, partition: tuple[tuple[str, int], int]) -> None:
        (at, end), name = partition, self._consumer.name
        async with scanner(self._connections.access) as bus:
            async for batch in bus.scan(*at, self.done[at], end, BATCH):
                await waiting_out(partial(self._consumer.apply, batch), passes, name)
                self.done[at] = batch[-1].offset + 1
                self._progress.note(name, *at, self.done[at])
                await self._progress.write()
                self._report(self.done)

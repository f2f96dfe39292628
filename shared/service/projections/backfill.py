"""Backfill of a new generation: reads the bus in large batches and by itself; the group of the
workers feeds it from there on."""

from collections.abc import Callable, Sequence

from shared.kafka.group_begin import begin_at
from shared.kafka.message import BusMessage, PartitionOffsets
from shared.mongo.consumer_progress import ConsumerProgress
from shared.service.projections.worker import BATCH
from shared.service.resources.connections import Connections
from shared.service.subscriptions.consumer import Consumer
from shared.service.subscriptions.feed import Feed

Report = Callable[[PartitionOffsets], None]


class Backfill(Feed):
    """A feed that is never in a group, so it takes nothing from topics; each batch is written to
    the progress before the next one.

    An interrupted backfill goes on where its progress was noted; facts applied again change
    nothing.
    """

    def __init__(self, connections: Connections, consumer: Consumer, report: Report) -> None:
        self._progress = ConsumerProgress(connections.database("control"))
        super().__init__(consumer, (), self._progress, connections.access, BATCH)
        self._report = report

    async def run(self, ends: PartitionOffsets) -> None:
        """Commits the ends for the consumer when all partitions are filled."""
        self.done = {at: 0 for at in ends} | await self._progress.of(self.name)
        await self.fill(ends)
        await self._progress.write()
        await begin_at(self._access, self.name, self.done)

    async def _apply(self, messages: Sequence[BusMessage]) -> None:
        await super()._apply(messages)
        await self._progress.write()
        self._report(self.done)

"""Reads a partition from end to end, outside of every group: many messages at a time, and no more
in memory."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.kafka.access import BrokerAccess
from shared.kafka.message import BusMessage

FETCHED_BYTES = 4 * 1024 * 1024


class Scanner:
    """One partition after the other."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer

    async def scan(
        self, topic: str, partition: int, begin: int, end: int, most: int
    ) -> AsyncIterator[Sequence[BusMessage]]:
        """From `begin` on, in order, `most` in a batch; all before `end` have come when it is
        over."""
        at = TopicPartition(topic, partition)
        self._consumer.assign([at])
        self._consumer.seek(at, begin)
        batch: list[BusMessage] = []
        while await self._consumer.position(at) < end:
            found = await self._consumer.getmany(
                at, timeout_ms=1_000, max_records=most - len(batch)
            )
            batch += [message for message in found.get(at, ()) if message.offset < end]
            if len(batch) >= most:
                yield batch
                batch = []
        if batch:
            yield batch


@asynccontextmanager
async def scanner(access: BrokerAccess) -> AsyncIterator[Scanner]:
    consumer = AIOKafkaConsumer(
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=FETCHED_BYTES,
        **access.for_aiokafka(),
    )
    try:
        await consumer.start()
        yield Scanner(consumer)
    finally:
        await consumer.stop()

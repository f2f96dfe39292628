"""Reads one partition from offset to offset, in batches, outside of every consumer group."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.kafka.broker_access import BrokerAccess
from shared.kafka.message import BusMessage

FETCHED_BYTES = 4 * 1024 * 1024
POLL_MS = 1_000


class Scanner:
    """Scans partitions one after the other."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer

    async def scan(
        self, topic: str, partition: int, begin: int, end: int, most: int
    ) -> AsyncIterator[Sequence[BusMessage]]:
        """Yields the messages with offsets from `begin` to before `end`, in order, at most `most`
        in a batch. Raises KafkaError."""
        at = TopicPartition(topic, partition)
        self._consumer.assign([at])
        self._consumer.seek(at, begin)
        batch: list[BusMessage] = []
        while await self._consumer.position(at) < end:
            records = await self._consumer.getmany(
                at, timeout_ms=POLL_MS, max_records=most - len(batch)
            )
            batch += [message for message in records.get(at, ()) if message.offset < end]
            if len(batch) >= most:
                yield batch
                batch = []
        if batch:
            yield batch


@asynccontextmanager
async def scanner(access: BrokerAccess) -> AsyncIterator[Scanner]:
    """Connects a scanner, and disconnects it. Raises KafkaError."""
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

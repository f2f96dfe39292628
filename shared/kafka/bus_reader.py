"""Reads the bus by position, outside of every consumer group: single messages, ends, topics."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from itertools import groupby

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.kafka.broker_access import BrokerAccess
from shared.kafka.message import BusMessage, PartitionOffsets
from shared.kernel.log_position import BusPosition

PATIENCE_SECONDS = 10.0
POLL_MS = 1_000


class BusReader:
    """Connects at its first call; calls wait for one another. All raise KafkaError."""

    def __init__(self, access: BrokerAccess) -> None:
        self._access = access
        self._reading = asyncio.Lock()
        self._consumer: AIOKafkaConsumer | None = None

    async def fetch(self, positions: Sequence[BusPosition]) -> list[BusMessage]:
        """Returns the messages in the order of their positions. Raises TimeoutError when the bus
        does not give them within some 10 s."""
        messages: list[BusMessage] = []
        async with self._reading:
            consumer = await self._connected()
            ordered = sorted(positions)
            for (topic, partition), group in groupby(ordered, key=lambda at: at[:2]):
                offsets = [offset for _, _, offset in group]
                at = TopicPartition(topic, partition)
                messages += await self._of_partition(consumer, at, offsets)
        return messages

    async def ends(self, topics: Collection[str]) -> PartitionOffsets:
        """Returns the offset after the last message of every partition."""
        async with self._reading:
            consumer = await self._connected()
            partitions = []
            for topic in topics:
                await consumer._client.add_topic(topic)
                numbers = consumer.partitions_for_topic(topic) or ()
                partitions += [TopicPartition(topic, number) for number in numbers]
            ends = await consumer.end_offsets(partitions) if partitions else {}
        return {(at.topic, at.partition): end for at, end in ends.items()}

    async def scan(self, topic: str) -> AsyncIterator[Sequence[BusMessage]]:
        """Yields all that is on the topic now, in batches, each partition in order."""
        ends = await self.ends([topic])
        async with self._reading:
            consumer = await self._connected()
            left = {TopicPartition(*at): end for at, end in ends.items() if end}
            consumer.assign(list(left))
            for at in left:
                consumer.seek(at, 0)
            while left:
                for at, batch in (await consumer.getmany(timeout_ms=POLL_MS)).items():
                    yield [message for message in batch if message.offset < ends[at]]
                    if at in left and await consumer.position(at) >= left[at]:
                        del left[at]

    async def close(self) -> None:
        """Disconnects; the next call connects again."""
        consumer, self._consumer = self._consumer, None
        if consumer:
            await consumer.stop()

    async def _connected(self) -> AIOKafkaConsumer:
        if self._consumer is None:
            consumer = AIOKafkaConsumer(
                enable_auto_commit=False, auto_offset_reset="none", **self._access.for_aiokafka()
            )
            try:
                await consumer.start()
            except BaseException:
                await consumer.stop()
                raise
            self._consumer = consumer
        return self._consumer

    async def _of_partition(
        self, consumer: AIOKafkaConsumer, at: TopicPartition, offsets: Sequence[int]
    ) -> list[BusMessage]:
        consumer.assign([at])
        wanted = set(offsets)
        messages: dict[int, BusMessage] = {}
        async with asyncio.timeout(PATIENCE_SECONDS + len(offsets) / 100):
            while missing := wanted - messages.keys():
                consumer.seek(at, min(missing))
                batch = await consumer.getmany(at, timeout_ms=POLL_MS)
                messages |= {m.offset: m for m in batch.get(at, ()) if m.offset in wanted}
        return [messages[offset] for offset in offsets]

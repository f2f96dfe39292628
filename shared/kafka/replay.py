"""Reads the bus by place, outside of every group: facts again, and where partitions end."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from itertools import groupby

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.kafka.access import BrokerAccess
from shared.kafka.message import BusMessage, Place

PATIENCE_SECONDS = 10.0


class BusReader:
    """Connects when it is first asked. One question at a time."""

    def __init__(self, access: BrokerAccess) -> None:
        self._access = access
        self._asking = asyncio.Lock()
        self._consumer: AIOKafkaConsumer | None = None

    async def fetch(self, places: Sequence[Place]) -> list[BusMessage]:
        """The messages in the order of their places; TimeoutError when the bus does not give
        them."""
        found: list[BusMessage] = []
        async with self._asking:
            consumer = await self._connected()
            ordered = sorted(places)
            for (topic, partition), group in groupby(ordered, key=lambda place: place[:2]):
                offsets = [offset for _, _, offset in group]
                at = TopicPartition(topic, partition)
                found += await self._of_partition(consumer, at, offsets)
        return found

    async def ends(self, topics: Collection[str]) -> dict[tuple[str, int], int]:
        """The offset after the last message of every partition."""
        async with self._asking:
            consumer = await self._connected()
            places = []
            for topic in topics:
                await consumer._client.add_topic(topic)
                partitions = consumer.partitions_for_topic(topic) or ()
                places += [TopicPartition(topic, partition) for partition in partitions]
            ends = await consumer.end_offsets(places) if places else {}
        return {(at.topic, at.partition): end for at, end in ends.items()}

    async def scan(self, topic: str) -> AsyncIterator[Sequence[BusMessage]]:
        """Everything that is on the topic now, in batches, each partition in order."""
        ends = await self.ends([topic])
        async with self._asking:
            consumer = await self._connected()
            left = {TopicPartition(*at): end for at, end in ends.items() if end}
            consumer.assign(list(left))
            for at in left:
                consumer.seek(at, 0)
            while left:
                for at, batch in (await consumer.getmany(timeout_ms=1_000)).items():
                    yield [message for message in batch if message.offset < ends[at]]
                    if at in left and await consumer.position(at) >= left[at]:
                        del left[at]

    async def close(self) -> None:
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
        found: dict[int, BusMessage] = {}
        async with asyncio.timeout(PATIENCE_SECONDS + len(offsets) / 100):
            while missing := wanted - found.keys():
                consumer.seek(at, min(missing))
                batch = await consumer.getmany(at, timeout_ms=1_000)
                found |= {m.offset: m for m in batch.get(at, ()) if m.offset in wanted}
        return [found[offset] for offset in offsets]

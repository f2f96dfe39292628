"""Fills a topic with the facts of very many cases."""

import asyncio
from collections.abc import Iterable, Iterator

from aiokafka import AIOKafkaProducer

from bench.lives import Lives
from shared.kafka.message import Outgoing
from shared.kafka.topics import partition_of

OPEN_AT_ONCE = 2_000
"""Cases under way at a time: so far apart do the facts of one case lie on the bus."""
BATCH_BYTES = 256 * 1024
UNCONFIRMED = 24
"""Batches."""


def in_turn(lives: Lives, cases: range) -> Iterator[Outgoing]:
    """A fact of every open case, then the next of every one of them."""
    for begin in range(0, len(cases), OPEN_AT_ONCE):
        for told in zip(*map(lives.of, cases[begin : begin + OPEN_AT_ONCE]), strict=True):
            yield from told


async def fill(kafka: str, topic: str, messages: Iterable[Outgoing]) -> int:
    """Batches are built here, one open for each partition: a future for every message would cost
    more than the message."""
    producer = AIOKafkaProducer(bootstrap_servers=kafka, acks="all", max_batch_size=BATCH_BYTES)
    await producer.start()
    try:
        partitions = len(await producer.partitions_for(topic))
        batches = Batches(producer, topic, partitions)
        count = 0
        for message in messages:
            await batches.add(message)
            count += 1
        await batches.flush()
    finally:
        await producer.stop()
    return count


class Batches:
    def __init__(self, producer: AIOKafkaProducer, topic: str, partitions: int) -> None:
        self._producer = producer
        self._topic = topic
        self._open = [producer.create_batch() for _ in range(partitions)]
        self._sent: list[asyncio.Future[object]] = []

    async def add(self, message: Outgoing) -> None:
        place = partition_of(message.key.decode(), len(self._open))
        if not self._added(place, message):
            await self._send(place)
            self._added(place, message)

    def _added(self, place: int, message: Outgoing) -> bool:
        said = {"key": message.key, "value": message.value, "headers": message.headers}
        return self._open[place].append(**said, timestamp=None) is not None

    async def flush(self) -> None:
        for place, batch in enumerate(self._open):
            if batch.record_count():
                await self._send(place)
        await self._confirmed()

    async def _send(self, place: int) -> None:
        batch, self._open[place] = self._open[place], self._producer.create_batch()
        batch.close()
        sent = await self._producer.send_batch(batch, self._topic, partition=place)
        self._sent.append(sent)
        if len(self._sent) >= UNCONFIRMED:
            await self._confirmed()

    async def _confirmed(self) -> None:
        await asyncio.gather(*self._sent)
        self._sent.clear()

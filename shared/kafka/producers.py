"""The producer in use: idempotent, acknowledged by all replicas, made anew when its sequence is
broken."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from shared.kafka.access import BrokerAccess
from shared.kafka.message import Outgoing
from shared.kafka.metric_hooks import RelayMeasures
from shared.pauses import pauses

log = logging.getLogger(__name__)

STOP_WITHIN = 5.0
UNSENT = (KafkaError, OSError, asyncio.TimeoutError)


class GivenUp(KafkaError):  # type: ignore[misc]
    """The producer that had the message was given up; whether the bus has it is unknown."""


class Producers:
    def __init__(
        self, access: BrokerAccess, name: str, measures: RelayMeasures | None = None
    ) -> None:
        self._access = access
        self._name = name
        self._measures = measures or RelayMeasures()
        self._making = asyncio.Lock()
        self._current: AIOKafkaProducer | None = None
        self._attempts: set[asyncio.Task[None]] = set()
        self._stopping: set[asyncio.Task[None]] = set()

    async def send(self, topic: str, messages: Sequence[Outgoing]) -> None:
        """Returns when all replicas have all messages, in this order. However long the bus is away,
        and whatever it refuses: everything is sent again, and once too often rather than once too
        seldom."""
        for pause in pauses():
            producer = await self._producer()
            try:
                return await self._attempt(producer, topic, messages)
            except UNSENT as error:
                self._measures.failed(error)
                log.warning("%s: sending again: %r", self._name, error)
                self._give_up(producer)
            await asyncio.sleep(pause)

    async def close(self) -> None:
        if self._current:
            self._give_up(self._current)
        if self._stopping:
            await asyncio.wait(self._stopping)

    async def _attempt(
        self, producer: AIOKafkaProducer, topic: str, messages: Sequence[Outgoing]
    ) -> None:
        """Raises GivenUp when the producer is given up meanwhile: what waits for one that is
        stopped, for its metadata or its confirmation, would wait for ever."""
        attempt = asyncio.create_task(confirmed(producer, topic, messages))
        self._attempts.add(attempt)
        try:
            await attempt
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task and task.cancelling():
                raise
            raise GivenUp from error
        finally:
            self._attempts.discard(attempt)

    async def _producer(self) -> AIOKafkaProducer:
        if self._current is None:
            async with self._making:
                if self._current is None:
                    self._current = await self._started()
        return self._current

    async def _started(self) -> AIOKafkaProducer:
        for pause in pauses():
            producer = AIOKafkaProducer(
                client_id=self._name,
                acks="all",
                enable_idempotence=True,
                max_batch_size=256 * 1024,
                request_timeout_ms=10_000,
                **self._access.for_aiokafka(),
            )
            try:
                await producer.start()
                return producer
            except UNSENT as error:
                log.warning("%s: the bus is away: %r", self._name, error)
                with suppress(*UNSENT):
                    await producer.stop()
            await asyncio.sleep(pause)
        raise AssertionError("pauses never end")

    def _give_up(self, producer: AIOKafkaProducer) -> None:
        """Whoever waits for this producer sends again by the next one: a producer whose sequence is
        broken never finds it again."""
        if producer is not self._current:
            return
        self._current = None
        for attempt in self._attempts:
            attempt.cancel()
        stopping = asyncio.create_task(_stop(producer))
        self._stopping.add(stopping)
        stopping.add_done_callback(self._stopping.discard)


async def confirmed(producer: AIOKafkaProducer, topic: str, messages: Sequence[Outgoing]) -> None:
    """Returns when the bus has confirmed all of them."""
    sent = [await producer.send(topic, m.value, m.key, headers=m.headers) for m in messages]
    await asyncio.gather(*sent)


async def _stop(producer: AIOKafkaProducer) -> None:
    with suppress(*UNSENT):
        await asyncio.wait_for(producer.stop(), STOP_WITHIN)

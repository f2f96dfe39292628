"""The producer of the bus: idempotent, acknowledged by all replicas, and replaced when it fails."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from shared.kafka.broker_access import BrokerAccess
from shared.kafka.message import Outgoing
from shared.kafka.metric_hooks import RelayMetricHooks
from shared.pauses import pauses

log = logging.getLogger(__name__)

STOP_WITHIN_SECONDS = 5.0
REQUEST_TIMEOUT_MS = 10_000
BATCH_BYTES = 256 * 1024
UNSENT = (KafkaError, OSError, asyncio.TimeoutError)
"""Errors after which it is unknown whether the bus has the messages."""


class ProducerReplaced(KafkaError):  # type: ignore[misc]
    """The producer of a message was replaced meanwhile; whether the bus has it is unknown."""


class ResilientProducer:
    """Sends through one producer at a time, and through a new one after each error: a producer
    whose sequence is broken never finds it again."""

    def __init__(
        self, access: BrokerAccess, name: str, metric_hooks: RelayMetricHooks | None = None
    ) -> None:
        self._access = access
        self._name = name
        self._metric_hooks = metric_hooks or RelayMetricHooks()
        self._starting = asyncio.Lock()
        self._current: AIOKafkaProducer | None = None
        self._attempts: set[asyncio.Task[None]] = set()
        self._stopping: set[asyncio.Task[None]] = set()

    async def send(self, topic: str, messages: Sequence[Outgoing]) -> None:
        """Waits until all replicas have all messages, in this order.

        Sends everything again after each error, however long the bus is away: a message may come
        twice, and is never lost.
        """
        for pause in pauses():
            producer = await self._producer()
            try:
                return await self._attempt(producer, topic, messages)
            except UNSENT as error:
                self._metric_hooks.failed(error)
                log.warning("%s: sending again: %r", self._name, error)
                self._replace(producer)
            await asyncio.sleep(pause)

    async def close(self) -> None:
        """Stops the producers; messages under way get ProducerReplaced."""
        if self._current:
            self._replace(self._current)
        if self._stopping:
            await asyncio.wait(self._stopping)

    async def _attempt(
        self, producer: AIOKafkaProducer, topic: str, messages: Sequence[Outgoing]
    ) -> None:
        """Raises ProducerReplaced when the producer is replaced meanwhile: a call that waits for
        metadata or an acknowledgement of a stopped producer would wait for ever."""
        attempt = asyncio.create_task(confirmed(producer, topic, messages))
        self._attempts.add(attempt)
        try:
            await attempt
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task and task.cancelling():
                raise
            raise ProducerReplaced from error
        finally:
            self._attempts.discard(attempt)

    async def _producer(self) -> AIOKafkaProducer:
        if self._current is None:
            async with self._starting:
                if self._current is None:
                    self._current = await self._started()
        return self._current

    async def _started(self) -> AIOKafkaProducer:
        for pause in pauses():
            producer = AIOKafkaProducer(
                client_id=self._name,
                acks="all",
                enable_idempotence=True,
                max_batch_size=BATCH_BYTES,
                request_timeout_ms=REQUEST_TIMEOUT_MS,
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

    def _replace(self, producer: AIOKafkaProducer) -> None:
        """Stops the producer unless that was done; its callers send again by the next one."""
        if producer is not self._current:
            return
        self._current = None
        for attempt in self._attempts:
            attempt.cancel()
        stopping = asyncio.create_task(_stop(producer))
        self._stopping.add(stopping)
        stopping.add_done_callback(self._stopping.discard)


async def confirmed(producer: AIOKafkaProducer, topic: str, messages: Sequence[Outgoing]) -> None:
    """Waits until the bus has acknowledged all messages. Raises one of UNSENT."""
    sent = [await producer.send(topic, m.value, m.key, headers=m.headers) for m in messages]
    await asyncio.gather(*sent)


async def _stop(producer: AIOKafkaProducer) -> None:
    with suppress(*UNSENT):
        await asyncio.wait_for(producer.stop(), STOP_WITHIN_SECONDS)

"""Runs the Kafka clients of all consumers in the loop of the process (ADR 18).

Faust gives every consumer a thread with a loop of its own; twenty of them in one process mostly
wake each other.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, cast

from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread
from mode.threads import ServiceThread, WorkerThread
from mode.utils.futures import maybe_async


class SharedLoopWorker:
    """Serves as a task of the running loop, where Faust would start a thread."""

    def __init__(self, service: ServiceThread) -> None:
        self._service = service
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._service._serve())
        self._task.add_done_callback(self._ended)

    def stop(self) -> None:
        """Joins nothing: the service is stopped only after its shutdown."""

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Reports the shutdown, also after an error.

        The error itself was raised to the starter of the service and has crashed its application.
        """
        if not task.cancelled():
            task.exception()
        self._service.set_shutdown()


class SharedLoopConsumer(AIOKafkaConsumerThread):
    """A consumer of Faust whose client lives in the shared loop.

    A process that stands still sends no heartbeats: the broker gives its member up after the
    session timeout, and its watchdog ends it.
    """

    def __init__(self, consumer: Any, loop: asyncio.AbstractEventLoop, **kwargs: Any) -> None:
        worker = cast(type[WorkerThread], SharedLoopWorker)
        super().__init__(consumer, loop=loop, thread_loop=loop, Worker=worker, **kwargs)

    async def call_thread(
        self, fun: Callable[..., Awaitable[Any]], *args: Any, **kwargs: Any
    ) -> Any:
        """Awaits the function here; Faust would send it to the thread."""
        return await maybe_async(fun(*args, **kwargs))

    async def _keepalive2(self) -> None:
        """Wakes no other loop: there is none."""

    @ServiceThread.task
    async def _thread_keepalive(self) -> None:
        """Wakes no other loop: there is none."""

    async def on_thread_stop(self) -> None:
        """Closes the fetcher, too.

        Of a consumer that a rebalance has closed, Faust leaves it to the end of the thread's loop.
        """
        await super().on_thread_stop()
        if self._consumer is not None and self._consumer._fetcher is not None:
            await self._consumer._fetcher.close()

    async def _gather_remaining_tasks(self) -> None:
        """Cancels nothing: the loop's other tasks belong to others, and the driver ends its own."""

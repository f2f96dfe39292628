"""Faust gives every consumer a thread with a loop of its own. Twenty of them in one process only
wake each other: here all consumers live in the process's one loop."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, cast

from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread
from mode.threads import ServiceThread, WorkerThread
from mode.utils.futures import maybe_async


class TaskWorker:
    """Where Faust starts a thread that serves: a task of the loop that is running."""

    def __init__(self, service: ServiceThread) -> None:
        self._service = service
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._service._serve())
        self._task.add_done_callback(self._told)

    def stop(self) -> None:
        """Nothing to join: who stops the service has waited for its shutdown."""

    def _told(self, task: asyncio.Task[None]) -> None:
        """What ended the service has been raised to who started it, and has crashed its
        application; whoever stops it waits no longer, also when its end went wrong."""
        if not task.cancelled():
            task.exception()
        self._service.set_shutdown()


class ConsumerInLoop(AIOKafkaConsumerThread):
    """A process that stands still no longer answers the broker either: it is given up after the
    session timeout, as a machine that stands still would be, and ended by its watchdog."""

    def __init__(self, consumer: Any, loop: asyncio.AbstractEventLoop, **kwargs: Any) -> None:
        worker = cast(type[WorkerThread], TaskWorker)
        super().__init__(consumer, loop=loop, thread_loop=loop, Worker=worker, **kwargs)

    async def call_thread(
        self, fun: Callable[..., Awaitable[Any]], *args: Any, **kwargs: Any
    ) -> Any:
        return await maybe_async(fun(*args, **kwargs))

    async def _keepalive2(self) -> None:
        """No other loop has to be woken."""

    @ServiceThread.task
    async def _thread_keepalive(self) -> None:
        """The same."""

    async def on_thread_stop(self) -> None:
        """Of a consumer that was closed in a rebalance Faust leaves the fetcher to the end of the
        thread's loop."""
        await super().on_thread_stop()
        if self._consumer is not None and self._consumer._fetcher is not None:
            await self._consumer._fetcher.close()

    async def _gather_remaining_tasks(self) -> None:
        """The loop's other tasks are not this consumer's to cancel; its driver ends its own."""

"""A Faust stream that sleeps while nothing arrives; Faust's own looks 200 times a second."""

import asyncio
from typing import Any, cast

import faust

MOST_WAITS = 50
"""A queue whose flow is suspended for a rebalance gives nothing: the batch must not wait for it."""


class WaitingStream(faust.Stream[bytes]):
    """Waits until a message arrives, then `timeout` seconds for more of them, and so on while more
    lie in the queue and the batch is not full: in a millisecond Faust moves twenty.

    `take_events` waits for `buffer_full` by `wait_for_stopped`, a few milliseconds at a time. When
    messages are acknowledged stays Faust's own business.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._arrived = asyncio.Event()
        self.add_processor(self._arrive)

    async def wait_for_stopped(self, *coros: Any, timeout: Any = None) -> bool:  # noqa: ASYNC109
        """Returns whether the stream stops, after messages have arrived or it was stopped."""
        if not coros or not timeout:
            return bool(await super().wait_for_stopped(*coros, timeout=timeout))
        await self._arrived.wait()
        self._arrived.clear()  # before the buffer is read: a later message sets it again
        await asyncio.sleep(timeout)
        queue, full = cast(Any, self.channel).queue, coros[0]
        for _ in range(MOST_WAITS):
            if self.should_stop or queue.empty() or full.is_set():
                break
            await asyncio.sleep(timeout)
        return self.should_stop

    def _arrive(self, value: Any) -> Any:
        self._arrived.set()
        return value

    def _stopped_set(self) -> None:
        super()._stopped_set()
        self._arrived.set()

    def _crash(self, reason: BaseException) -> None:
        super()._crash(reason)
        self._arrived.set()

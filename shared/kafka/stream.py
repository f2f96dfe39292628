"""A Faust stream that sleeps while nothing arrives; Faust's own looks two hundred times a
second."""

import asyncio
from typing import Any

import faust


class PatientStream(faust.Stream[bytes]):
    """`take_events` waits for `buffer_full` by `wait_for_stopped`, a few milliseconds at a time:
    here it does so only when something has arrived, and then as long for its company. What is
    acknowledged, and when, stays Faust's own business."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._stirred = asyncio.Event()
        self.add_processor(self._arrive)

    async def wait_for_stopped(self, *coros: Any, timeout: Any = None) -> bool:  # noqa: ASYNC109
        if not coros or not timeout:
            return bool(await super().wait_for_stopped(*coros, timeout=timeout))
        await self._stirred.wait()
        self._stirred.clear()  # before the buffer is read: what comes from now on stirs it again
        await asyncio.sleep(timeout)
        return self.should_stop

    def _arrive(self, value: Any) -> Any:
        self._stirred.set()
        return value

    def _stopped_set(self) -> None:
        super()._stopped_set()
        self._stirred.set()

    def _crash(self, reason: BaseException) -> None:
        super()._crash(reason)
        self._stirred.set()

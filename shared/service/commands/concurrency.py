"""One at a time on each stream: a process never races itself for a hot one (number series).

Bounded attempts with growing pauses, so that rivals on a stream do not meet again at once.
"""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    """First come, first served; streams do not wait for one another."""

    def __init__(self) -> None:
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def of(self, stream: str) -> AsyncIterator[None]:
        lock, waiting = self._locks.get(stream, (asyncio.Lock(), 0))
        self._locks[stream] = (lock, waiting + 1)
        try:
            async with lock:
                yield
        finally:
            self._leave(stream)

    def _leave(self, stream: str) -> None:
        lock, waiting = self._locks[stream]
        if waiting == 1:
            del self._locks[stream]
        else:
            self._locks[stream] = (lock, waiting - 1)


MOST_ATTEMPTS = 10
FIRST_PAUSE, LONGEST_PAUSE = 0.005, 0.25


async def attempts(most: int = MOST_ATTEMPTS) -> AsyncIterator[int]:
    """The first at once; each pause is up to twice the one before."""
    pause = FIRST_PAUSE
    for number in range(most):
        if number:
            await asyncio.sleep(random.uniform(0, pause))
            pause = min(pause * 2, LONGEST_PAUSE)
        yield number

"""One at a time on each stream: a process never races itself for a hot one (number series).

Bounded attempts with growing pauses, so that rivals on a stream do not meet again at once.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tenacity import (
    AsyncRetrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_random_exponential,
)

from shared.kernel.errors import ConcurrencyConflict


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


def attempts() -> AsyncRetrying:
    """Calls again after a conflict, the first time at once; each pause is random and up to twice
    the one before. Raises the last ConcurrencyConflict."""
    return AsyncRetrying(
        retry=retry_if_exception_type(ConcurrencyConflict),
        wait=wait_random_exponential(multiplier=FIRST_PAUSE, max=LONGEST_PAUSE),
        stop=stop_after_attempt(MOST_ATTEMPTS),
        reraise=True,
    )

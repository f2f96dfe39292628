"""Concurrency on one stream: a lock inside the process, attempts with pauses between processes."""

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


class StreamLocks:
    """One lock per stream, first come, first served; it spares a process conflicts with itself on
    busy streams (number series)."""

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
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.005, 0.25


def attempts() -> AsyncRetrying:
    """Retries after a conflict; the pauses are random and grow to 0.25 s, so that rivals on a
    stream separate. Raises the last ConcurrencyConflict."""
    return AsyncRetrying(
        retry=retry_if_exception_type(ConcurrencyConflict),
        wait=wait_random_exponential(multiplier=FIRST_PAUSE_SECONDS, max=LONGEST_PAUSE_SECONDS),
        stop=stop_after_attempt(MOST_ATTEMPTS),
        reraise=True,
    )

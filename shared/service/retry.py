"""Bounded attempts with growing pauses, so that rivals on a stream do not meet again at once."""

import asyncio
import random
from collections.abc import AsyncIterator

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

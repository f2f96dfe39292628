"""Ends tasks for certain, which one `cancel()` does not always do."""

import asyncio
from collections.abc import Iterable
from typing import Any

AGAIN_SECONDS = 1.0
"""Longer than what a task usually does in its `finally`."""


async def end(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancels again and again until every task has ended; its outcome stays in the task.

    On Python 3.11 `asyncio.wait_for`, which the drivers use, loses a cancellation that arrives
    together with the result it awaits (python/cpython#86296), and the task goes on.
    """
    waiting = set(tasks)
    while waiting:
        for task in waiting:
            task.cancel()
        _, waiting = await asyncio.wait(waiting, timeout=AGAIN_SECONDS)

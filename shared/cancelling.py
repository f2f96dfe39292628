"""Ends tasks for certain, which one `cancel()` does not always do."""

import asyncio
from collections.abc import Iterable
from typing import Any

AGAIN = 1.0
"""Seconds; what a task does in its `finally` usually takes less."""


async def end(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancels until every task has ended; how it ended is left in the task.

    On Python 3.11 `asyncio.wait_for`, which the drivers use, loses a cancellation that arrives
    together with the answer it awaits, and the task goes on as if nothing had happened.
    """
    waiting = set(tasks)
    while waiting:
        for task in waiting:
            task.cancel()
        _, waiting = await asyncio.wait(waiting, timeout=AGAIN)

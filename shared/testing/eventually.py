"""Waits for real parts, which work at their own pace."""

import asyncio
import inspect
import os
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def eventually(
    condition: Callable[[], T | Awaitable[T]], within: float = 60.0, every: float = 0.02
) -> T:
    """The first true answer of the condition; an assertion error names it when none comes. `within`
    is long: a machine may be busy, and only a failure waits so long."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + within
    while not (answer := await answer_of(condition)):
        if loop.time() > deadline:
            raise AssertionError(f"not within {within} s: {inspect.getsource(condition).strip()}")
        await asyncio.sleep(every)
    return answer


def busy() -> float:
    """Returns the load per processor, 1.0 at least: the factor by which work takes longer."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


async def answer_of(condition: Callable[[], T | Awaitable[T]]) -> T:
    answer = condition()
    return await answer if inspect.isawaitable(answer) else answer

"""Does the same for many things at once, but not for too many."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import TypeVar

T = TypeVar("T")


async def side_by_side(
    work: Callable[[T], Awaitable[None]], things: Collection[T], width: int
) -> None:
    """Ends when all are done; raises the first error only then, so that nothing runs on behind the
    caller's back."""
    waiting = iter(things)

    async def one_after_another() -> None:
        for thing in waiting:
            await work(thing)

    if len(things) == 1:  # the usual case, which needs no task
        return await one_after_another()
    lanes = [one_after_another() for _ in range(min(width, len(things)))]
    results = await asyncio.gather(*lanes, return_exceptions=True)
    if error := next((r for r in results if r is not None), None):
        raise error
    return None

"""Bounded parallelism: the same work on many things, on so many at once and no more."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from anyio import CapacityLimiter, create_task_group

T = TypeVar("T")
R = TypeVar("R")


async def in_parallel(
    work: Callable[[T], Awaitable[R]], things: Sequence[T], width: int
) -> list[R]:
    """Returns the results in the order of the things.

    Raises the first error as it is, after it has cancelled what was still under way: nothing runs
    on behind the caller's back.
    """
    if len(things) == 1:  # the usual case, which needs no task
        return [await work(things[0])]
    results: dict[int, R] = {}
    limiter = CapacityLimiter(width)

    async def numbered(number: int, thing: T) -> None:
        async with limiter:
            results[number] = await work(thing)

    try:
        async with create_task_group() as group:
            for number, thing in enumerate(things):
                group.start_soon(numbered, number, thing)
    except BaseExceptionGroup as errors:
        raise _first_of(errors) from None
    return [results[number] for number in range(len(things))]


def _first_of(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error

"""Pauses between attempts: each twice as long as the one before, up to the longest."""

import asyncio
import logging
import math
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar

log = logging.getLogger(__name__)

R = TypeVar("R")

FIRST_SECONDS, LONGEST_SECONDS = 0.05, 2.0


def pauses(
    first: float = FIRST_SECONDS, longest: float = LONGEST_SECONDS, within: float = math.inf
) -> Iterator[float]:
    """Yields one pause in seconds for each attempt, until `within` seconds have passed."""
    end = time.monotonic() + within
    pause = first
    while True:
        yield pause
        if time.monotonic() > end:
            return
        pause = min(pause * 2, longest)


async def waiting_out(
    work: Callable[[], Awaitable[R]], passes: Callable[[BaseException], bool], name: str
) -> R:
    """Repeats the work, for ever and in place, while its error is one that passes; raises any
    other. `name` stands in the log."""
    for pause in pauses():
        try:
            return await work()
        except Exception as error:
            if not passes(error):
                raise
            log.warning("%s: trying again: %r", name, error)
        await asyncio.sleep(pause)
    raise AssertionError("these pauses never end")

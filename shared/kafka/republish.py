"""Publishes commits of the log once more: harmless to every consumer, and the way to fill a new
topic."""

import asyncio
from collections.abc import AsyncIterator, Callable

from shared.kafka.access import BrokerAccess
from shared.kafka.producers import Producers
from shared.kafka.space import Space
from shared.kafka.stream_publisher import Commit, Lanes

MOST_OUTSTANDING = 1_000

Progress = Callable[[int], None]


async def republish(
    commits: AsyncIterator[Commit],
    access: BrokerAccess,
    space: Space,
    progress: Progress = lambda done: None,
) -> int:
    """Returns when the bus has confirmed all of them; `progress` hears how many it has so far."""
    producers = Producers(access, "republish")
    lanes = Lanes(producers, space)
    room = asyncio.Semaphore(MOST_OUTSTANDING)
    confirmed = 0

    def done() -> None:
        nonlocal confirmed
        confirmed += 1
        room.release()
        progress(confirmed)

    try:
        async for commit in commits:
            lanes.check()
            await room.acquire()
            lanes.put(commit, done)
        for _ in range(MOST_OUTSTANDING):
            await room.acquire()
        lanes.check()
    finally:
        await lanes.close()
        await producers.close()
    return confirmed

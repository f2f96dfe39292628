"""Locks of streams: commands on one stream wait for each other, others do not."""

import asyncio

import pytest

from shared.service.commands.concurrency import StreamLocks


async def test_locks_are_taken_one_after_another_per_stream_only() -> None:
    locks, order = StreamLocks(), []

    async def work(stream: str, name: str) -> None:
        async with locks.of(stream):
            order.append(f"{name} in")
            await asyncio.sleep(0)
            order.append(f"{name} out")

    await asyncio.gather(work("a-1", "a"), work("a-1", "b"), work("b-1", "c"))
    assert order.index("a out") < order.index("b in")
    assert order.index("c in") < order.index("a out")
    assert locks._locks == {}


async def test_a_failure_gives_the_turn_to_the_next() -> None:
    locks = StreamLocks()
    with pytest.raises(RuntimeError):
        async with locks.of("a-1"):
            raise RuntimeError
    async with locks.of("a-1"):
        pass

"""Turns: the commands on one stream wait for each other, those on different streams do not."""

import asyncio

import pytest

from shared.service.commands.concurrency import Turns


async def test_turns_are_taken_one_after_another_per_stream_only() -> None:
    turns, order = Turns(), []

    async def work(stream: str, name: str) -> None:
        async with turns.of(stream):
            order.append(f"{name} in")
            await asyncio.sleep(0)
            order.append(f"{name} out")

    await asyncio.gather(work("a-1", "a"), work("a-1", "b"), work("b-1", "c"))
    assert order.index("a out") < order.index("b in")
    assert order.index("c in") < order.index("a out")
    assert turns._locks == {}


async def test_a_failure_gives_the_turn_to_the_next() -> None:
    turns = Turns()
    with pytest.raises(RuntimeError):
        async with turns.of("a-1"):
            raise RuntimeError
    async with turns.of("a-1"):
        pass

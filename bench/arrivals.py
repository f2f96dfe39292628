"""Arrivals: commands are sent when they are due, whether or not earlier ones were answered, and
latency counts from the moment at which they were due."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

Send = Callable[[int], Awaitable[tuple[str, int]]]
"""Sends the command of this number; the stream and the version that it made."""


@dataclass(frozen=True)
class Sent:
    """Moments of `time.perf_counter()`."""

    due: float
    answered: float
    stream: str
    version: int


async def open_loop(rate: float, count: int, send: Send) -> list[Sent]:
    begin = time.perf_counter() + 0.05

    async def one(number: int, due: float) -> Sent:
        stream, version = await send(number)
        return Sent(due, time.perf_counter(), stream, version)

    tasks = []
    for number in range(count):
        due = begin + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        tasks.append(asyncio.create_task(one(number, due)))
    return await asyncio.gather(*tasks)


async def closed_loop(clients: int, seconds: float, send: Send) -> list[Sent]:
    """Sends as fast as it goes: each client sends again as soon as it is answered."""
    end = time.perf_counter() + seconds
    sent: list[Sent] = []

    async def client() -> None:
        while (due := time.perf_counter()) < end:
            stream, version = await send(len(sent))
            sent.append(Sent(due, time.perf_counter(), stream, version))

    await asyncio.gather(*[client() for _ in range(clients)])
    return sent

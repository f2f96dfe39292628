"""Workers join and leave under load: work goes on, each case keeps its order, nothing is done
twice."""

import asyncio
import itertools
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from shared.testing.eventually import eventually
from tests.faults.workers.town import HEALS_WITHIN, Town

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.on_change("killed processes")]

CASES = 24
LONGEST = 30.0
"""Seconds without any progress, at most: a member's session, and the time for a new agreement."""


@dataclass
class Load:
    """Every case is told one thing after the other; `silence` is the longest time in which nothing
    was noted although there was something to note."""

    town: Town
    name: str
    told: int = 0
    silence: float = 0.0
    cases: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.cases = [f"c-{self.name}-{number}" for number in range(CASES)]

    async def tell(self, stop: asyncio.Event) -> None:
        for number in itertools.count():
            for case in self.cases:
                await self.town.tell(case, str(number))
                self.told += 1
            if stop.is_set():
                return

    async def watch(self) -> None:
        noted, since = 0, time.monotonic()
        while True:
            before, noted = noted, await self.town.noted(*self.cases)
            if noted != before or noted >= self.told:
                since = time.monotonic()
            self.silence = max(self.silence, time.monotonic() - since)
            await asyncio.sleep(0.1)

    async def hear(self, more: int = CASES) -> None:
        wanted = await self.town.noted(*self.cases) + more
        await eventually(lambda: self.has(wanted), within=HEALS_WITHIN)

    async def has(self, wanted: int) -> bool:
        return await self.town.noted(*self.cases) >= wanted

    async def in_order(self) -> bool:
        return all([await self._one_in_order(case) for case in self.cases])

    async def _one_in_order(self, case: str) -> bool:
        notes = await self.town.notes(case)
        return notes == [str(number) for number in range(self.told // CASES)]


@asynccontextmanager
async def under_load(town: Town, name: str) -> AsyncIterator[Load]:
    load, stop = Load(town, name), asyncio.Event()
    telling, watching = asyncio.create_task(load.tell(stop)), asyncio.create_task(load.watch())
    await load.hear()
    yield load
    stop.set()
    await telling
    await eventually(lambda: load.has(load.told), within=HEALS_WITHIN)
    watching.cancel()


async def test_workers_join_and_leave(town: Town) -> None:
    """One, three, one."""
    async with under_load(town, "joins") as load:
        await asyncio.gather(town.join(ordinal=1), town.join(ordinal=2))
        await load.hear()
        await town.leave("worker-1", "worker-2")
        await load.hear()
    print(f"\n{load.told} facts, the longest silence {load.silence:.1f} s")  # noqa: T201
    assert load.silence < LONGEST
    assert await load.in_order()
    assert await town.objections() == []


@pytest.mark.long
@pytest.mark.parametrize("rounds", [6])
async def test_workers_join_and_leave_all_the_time(town: Town, rounds: int) -> None:
    """One is killed, one is asked to leave, in turn; each comes back."""
    async with under_load(town, "storm") as load:
        for turn in range(rounds):
            second = await town.join(ordinal=1)
            await load.hear(CASES // 2)
            if turn % 2:
                second.signal(signal.SIGKILL)
                await load.hear(CASES // 2)
            await town.leave("worker-1")
            await load.hear(CASES // 2)
    print(f"\n{load.told} facts, the longest silence {load.silence:.1f} s")  # noqa: T201
    assert load.silence < LONGEST
    assert await load.in_order()
    assert await town.objections() == []


@pytest.mark.long
async def test_a_worker_that_stood_still_is_replaced(town: Town) -> None:
    """Another one takes over its cases; when it wakes, it ends nothing that the other has begun."""
    async with under_load(town, "still") as load:
        second = await town.join(ordinal=1)
        await load.hear()
        second.signal(signal.SIGSTOP)
        await load.hear(3 * CASES)
        second.signal(signal.SIGCONT)
        await load.hear(3 * CASES)
        await town.leave("worker-1")
    assert load.silence < LONGEST
    assert await load.in_order()
    assert await town.objections() == []


@pytest.mark.long
async def test_two_workers_never_share_a_name(town: Town) -> None:
    """A second one with the first one's name waits while it lives, and has it when it stood still
    for too long; awake again, the first one ends itself."""
    first = town.members["worker-0"]
    second = await town.begin(ordinal=0, name="same")
    await asyncio.sleep(3)
    assert not await second.is_ready()
    assert await first.is_ready()
    first.signal(signal.SIGSTOP)
    await eventually(second.is_ready, within=HEALS_WITHIN, every=0.2)
    first.signal(signal.SIGCONT)
    await eventually(lambda: first.last_exit is not None, within=HEALS_WITHIN)
    assert first.last_exit == 70
    await town.passes("c-same-name", "passes")
    await town.leave("same")
    await eventually(first.is_ready, within=HEALS_WITHIN, every=0.2)
    assert await town.objections() == []

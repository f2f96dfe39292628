"""Whatever is done to a whole installation, in whatever order, all checkers find nothing."""

import random
from collections.abc import Iterator

import pytest

from shared.testing.isolation import Tap
from tests.faults.workers.city import City
from tests.faults.workers.matters import waiting
from tests.faults.workers.schedule import SECOND, Schedule, drawn

pytestmark = pytest.mark.asyncio(loop_scope="session")

SHORT, LONG = 3, 16
"""Faults; the long ones have each of the eight twice."""


def schedules() -> Iterator[object]:
    yield pytest.param(1, SHORT, id="seed 1")
    for seed in (2, 3, 4):
        yield pytest.param(seed, LONG, marks=pytest.mark.long, id=f"seed {seed}")


@pytest.mark.long
@pytest.mark.parametrize(("seed", "number"), list(schedules()))
async def test_any_schedule(city: City, seed: int, number: int) -> None:
    chance, tap = random.Random(seed), Tap(city.collector.connections)
    schedule = Schedule(city, chance, tap)
    await waiting(city)
    async with city.at_work():
        for fault in drawn(chance, number):
            await city.heard(3)
            print(f"\n{await fault(schedule)}", end="")  # noqa: T201
        await city.heard(5)
    if SECOND in city.world.processes.children:
        await city.leave(SECOND)
    await tap.close()
    assert await city.objections() == []

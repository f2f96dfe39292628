"""Every process is killed while cases live, and at each of its worst moments: nothing is lost,
nothing happens twice."""

import asyncio
import signal

import pytest

from tests.faults.workers.city import City

pytestmark = pytest.mark.asyncio(loop_scope="session")

POINTS = {
    "api": (
        "after_keep",
        "after_append",
        "before_publish",
        "after_publish_before_note",
        "after_publish_before_token",
        "after_head_before_token",
    ),
    "reactions": ("mid_batch", "after_append", "after_effect_before_ack"),
    "disclosure": ("mid_batch", "after_effect_before_ack"),
    "projections": ("mid_batch", "after_effect_before_ack"),
}
"""Where each process comes by."""
PROCESSES = ("api", "reactions", "disclosure", "projections", "site")
KILLED = -signal.SIGKILL


def scenes() -> list[tuple[str, str]]:
    return [(name, point) for name, points in POINTS.items() for point in points]


@pytest.mark.on_change("killed processes")
async def test_each_process_is_killed_and_dies_at_its_worst_moments(city: City) -> None:
    """All of them at the same time, and their people go on."""
    async with city.at_work(people=2):
        await city.heard(3)
        dying = [city.dies_at(name, *points) for name, points in POINTS.items()]
        others = set(city.world.processes.children) - POINTS.keys()
        killed = [city.world.processes.restart(name, signal.SIGKILL) for name in sorted(others)]
        ends, *_ = await asyncio.gather(asyncio.gather(*dying), *killed)
        await city.heard(3)
    assert [set(each) for each in ends] == [{KILLED}] * len(POINTS)
    assert await city.objections() == []


@pytest.mark.long
@pytest.mark.parametrize(("name", "point"), scenes())
async def test_a_process_dies_at_its_worst_moment(city: City, name: str, point: str) -> None:
    async with city.at_work():
        await city.heard(5)
        assert await city.dies_at(name, point) == [KILLED] * 2
        await city.heard(5)
    assert await city.objections() == []


@pytest.mark.long
@pytest.mark.parametrize("times", [5])
async def test_each_process_is_killed_again_and_again(city: City, times: int) -> None:
    async with city.at_work(people=5):
        for name in PROCESSES * times:
            await city.heard(5)
            await city.world.processes.restart(name, signal.SIGKILL)
    assert await city.objections() == []

"""Every process is killed, and asked to end, while cases live: nothing is lost, nothing happens
twice."""

import asyncio
import signal

import pytest

from shared.kernel.calendar import business_day
from tests.e2e import evidence
from tests.e2e.matter import Matter, paper, replied
from tests.e2e.organisation import EDUCATION, FINANCE, HOUSING, TANG, TRAFFIC
from tests.e2e.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")

UNITS = (HOUSING, FINANCE, TRAFFIC, EDUCATION)
PROCESSES = ("api", "reactions", "projections", "disclosure")
PERIOD = "restarts"


async def life(world: World, number: int) -> Matter:
    """From registration to publication; the number stands in the reply."""
    unit = UNITS[number % len(UNITS)]
    # A paper that came earlier would be late from its first moment, and remind at any time.
    today = business_day(await world.now()).isoformat()
    body = paper("suggestion", {"person": TANG}, period=PERIOD, received_on=today)
    case = await replied(world, unit, body)
    await case.rate(unit, TANG)
    await case.decide(unit)
    await case.approve(unit)
    return case


@pytest.mark.on_change("killed processes")
async def test_lives_go_on_through_the_death_of_every_process(world: World) -> None:
    calm = await life(world, 0)
    await world.settle()
    expected = await evidence.facts_of(world, calm.id)
    lives = [asyncio.create_task(life(world, number)) for number in range(1, 4)]
    for how in (signal.SIGKILL, signal.SIGTERM):
        for name in PROCESSES:
            lives.append(asyncio.create_task(life(world, len(lives) + 1)))
            await asyncio.sleep(0.5)  # so that there is something under way
            await world.processes.restart(name, how)
    cases = await asyncio.gather(*lives)
    await world.settle()

    for case in cases:
        assert await evidence.facts_of(world, case.id) == expected
        assert (await case.page())["status"] == "closed"
        assert await case.is_published()
    count = len(cases) + 1
    assert await evidence.numbers(world, "suggestion", PERIOD) == list(range(1, count + 1))
    assert f"{count}" in (await world.page(f"/stats?year={PERIOD}")).text


async def test_what_was_recorded_adds_up_after_all_that(world: World) -> None:
    assert await evidence.broken_links(world) == []
    assert await evidence.miscounted(world) == {}
    assert await evidence.set_aside(world) == []

"""The reminder's worker dies as it tells, stands still and is replaced, is away while rungs fall
due: each is told once, in its order, never early."""

import asyncio
import signal
from datetime import datetime, timedelta

import pytest

from shared.contracts.reminder import CaseEscalated, ReminderSent
from shared.mongo.commits import commits_of
from shared.testing.eventually import eventually
from tests.faults.workers.city import City
from tests.faults.workers.matters import waiting
from tests.faults.workers.noting import HEALS_WITHIN

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.on_change("killed processes"),
    pytest.mark.on_change("killed re-dating"),
]

TOLD = {ReminderSent.type, CaseEscalated.type}
KILLED = -signal.SIGKILL


async def told(city: City) -> int:
    """Rungs of all cases."""
    commits = commits_of(city.collector.connections.database("reminder"))
    found = commits.find({"facts.type": {"$in": sorted(TOLD)}}, {"facts.type": 1})
    facts = [fact["type"] async for commit in found for fact in commit["facts"]]
    return sum(fact in TOLD for fact in facts)


async def next_due(city: City) -> datetime:
    due = await city.world.stepper.next_due()
    assert due is not None
    return due


@pytest.mark.long
async def test_the_worker_dies_as_it_tells(city: City) -> None:
    """At the moment of the first rung: it is in the log, and nobody was answered yet."""
    await waiting(city)
    before, due = await told(city), await next_due(city)
    doing = city.world.processes.running["reactions"].supervisor.doing["reactions"]
    dying, alive = asyncio.create_task(city.dies_at("reactions", "after_append")), doing.pid
    await eventually(lambda: doing.pid != alive)
    await city.world.clock.move(due)
    assert await dying == [KILLED] * 2
    await city.world.settle()
    assert await told(city) > before
    assert await city.objections() == []


async def test_a_worker_that_stood_still_tells_nothing_again(city: City) -> None:
    """Another takes over while it stands still, at the very moment; then it goes on."""
    await waiting(city)
    await city.join("reactions", "second", ordinal=2)
    before = await told(city)
    city.signal("reactions", signal.SIGSTOP)
    await city.world.clock.move(await next_due(city) + timedelta(days=5))
    await eventually(lambda: told_more(city, before), within=HEALS_WITHIN, every=0.2)
    city.signal("reactions", signal.SIGCONT)
    await city.world.settle()
    await city.leave("second")
    assert await city.objections() == []


async def told_more(city: City, before: int) -> bool:
    return await told(city) > before


@pytest.mark.long
async def test_many_rungs_fell_due_while_nobody_was_there(city: City) -> None:
    """Ten days pass without a worker; when it comes back, everything overdue is told once."""
    await waiting(city, count=6)
    before = await told(city)
    await city.world.processes.stop("reactions")
    await city.world.clock.move(await city.world.now() + timedelta(days=10))
    await asyncio.sleep(1)
    assert await told(city) == before
    await city.world.processes.start("reactions")
    await city.world.settle()
    assert await told(city) > before + 5
    assert await city.objections() == []

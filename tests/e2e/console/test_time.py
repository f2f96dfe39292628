"""Journey: business time moves on; a light turns yellow, then red, and a leader acknowledges the
escalation. It stands last, because no other journey may see its time."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial

import pytest
from playwright.async_api import expect

from shared.demo.stage import next_due
from shared.kernel.calendar import BUSINESS_ZONE
from shared.mongo.clock_store import ClockStore
from shared.mongo.connect import connect
from shared.service.processes.registry import SERVICES, definition_of
from shared.service.progress.lag import Lags
from shared.service.progress.simulation import Stepper
from shared.service.resources.connections import connections_of
from tests.e2e.console.browser import Person
from tests.e2e.console.conftest import Arrive
from tests.e2e.console.papers import Backstage
from tests.e2e.console.product import Product

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.on_change("console", "reminder"),
]
LEADER, ACKNOWLEDGE = "p-leader-1", "确认知悉升级督办"
PATIENCE_SECONDS = 120


@asynccontextmanager
async def time_of(product: Product) -> AsyncIterator[tuple[ClockStore, Stepper]]:
    settings = product.settings
    async with connect(settings.mongo_url) as mongo:
        connections = connections_of(settings, mongo)
        clock = ClockStore(connections.database("control"))
        lags = Lags(connections, [definition_of(name) for name in SERVICES])
        due = partial(next_due, connections)
        yield clock, Stepper(clock, due, lags.look, patience=PATIENCE_SECONDS)
        await lags.close()


async def last_day(person: Person, case: str) -> datetime:
    """Returns the beginning of the last day of the clock that ends first."""
    answer = await person.asks(f"/console/api/reminder/cases/{case}/clocks")
    clocks = json.loads(str(answer["text"]))["clocks"]
    first = min(clock["due_on"] for clock in clocks if clock["running"])
    return datetime.fromisoformat(first).replace(tzinfo=BUSINESS_ZONE)


async def test_a_clock_turns_yellow_then_red_and_its_escalation_is_acknowledged(
    arrive: Arrive, backstage: Backstage, product: Product
) -> None:
    case = await backstage.assigned()
    leader = await arrive(LEADER)
    await leader.see(case)
    light = leader.page.locator("header.panel .light")
    await expect(light).to_have_text("正常")
    async with time_of(product) as (clock, stepper):
        await stepper.advance(await last_day(leader, case))
        await leader.see(case)
        await expect(light).to_have_text("临期")
        await stepper.advance(await clock.now() + timedelta(days=100))
    await leader.see(case)
    await expect(light).to_have_text("逾期")
    before = len(await leader.buttons(ACKNOWLEDGE))
    assert before > 0
    await leader.does(case, ACKNOWLEDGE)
    await leader.see(case)
    assert len(await leader.buttons(ACKNOWLEDGE)) < before

"""The last third of everything is published again: nobody does anything, no figure moves."""

from typing import Any

import pytest

from shared.kafka.message import BusMessage, Outgoing
from shared.testing.faults.on_log import as_before
from shared.testing.isolation import Tap
from tests.e2e.desk import Desk
from tests.e2e.organisation import OFFICE
from tests.faults.workers.city import City

pytestmark = pytest.mark.asyncio(loop_scope="session")

GROUPINGS = ("unit", "channel", "subject", "region")


async def figures(city: City) -> list[Any]:
    """What the portal says, and what the public sees."""
    office, found = Desk(city.world, OFFICE), []
    for group in GROUPINGS:
        query = {"period": "2025", "kind": "suggestion", "group": group}
        found.append(await office.sees("/portal/v1/statistics", **query))
    return [*found, (await city.world.page("/stats?year=2025")).text]


def again(message: BusMessage) -> Outgoing:
    return Outgoing(message.key or b"", message.value or b"", list(message.headers))


@pytest.mark.long
async def test_the_last_third_again(city: City) -> None:
    async with city.at_work(people=2):
        await city.heard(20)
    before = await city.evidence()
    said = await figures(city)
    assert said[0]["groups"]
    tap = Tap(city.collector.connections)
    messages = await tap.messages()
    third = [again(message) for message in messages[2 * len(messages) // 3 :]]
    for message in third:
        await tap.put_raw(message)
    await tap.close()
    after = await city.evidence()
    assert len(after.bus) == len(before.bus) + len(third)
    assert list(as_before(before, after)) == []
    assert await figures(city) == said
    assert await city.objections() == []

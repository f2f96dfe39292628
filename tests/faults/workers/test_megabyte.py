"""A megabyte gets neither through the API nor onto the bus, and holds up nobody."""

import asyncio
import time
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import MessageSizeTooLargeError

from shared.kafka.topics import CASE_EVENTS
from tests.e2e.matter import paper
from tests.e2e.organisation import REGISTRAR, TANG
from tests.faults.workers.city import City
from tests.faults.workers.town import Town

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.on_change("killed processes")]

MEGABYTE = 2**20
PATIENCE = 10.0
"""Seconds; it takes a tenth of one where nothing else goes on."""
CASES = "/intake/v1/cases"


async def test_the_bus_takes_nothing_so_large(town: Town) -> None:
    """It is refused to whoever sends it; nobody ever has to read it."""
    topic = town.connections.namespace.topic(CASE_EVENTS.name)
    before = len(await town.tap.messages())
    async with AIOKafkaProducer(
        max_request_size=4 * MEGABYTE, **town.connections.access.for_aiokafka()
    ) as producer:
        with pytest.raises(MessageSizeTooLargeError):
            await producer.send_and_wait(topic, b"x" * MEGABYTE, b"c-megabyte")
    assert len(await town.tap.messages()) == before


@pytest.mark.parametrize("size", [MEGABYTE, pytest.param(MEGABYTE // 4, marks=pytest.mark.long)])
async def test_a_paper_so_large_is_refused_and_others_are_registered(city: City, size: int) -> None:
    """Ten at once; a neighbour is answered all the same."""
    small = paper("suggestion", {"person": TANG})
    large = {**small, "text": "长" * (size // 3)}
    keys = [{"Idempotency-Key": uuid4().hex} for _ in range(10)]
    asking = [
        asyncio.create_task(city.world.ask("POST", CASES, REGISTRAR, json=large, headers=key))
        for key in keys
    ]
    began = time.monotonic()
    registered = await city.world.ask("POST", CASES, REGISTRAR, json=small)
    took = time.monotonic() - began
    refusals = {refused.status_code for refused in await asyncio.gather(*asking)}
    print(f"\n{size} bytes: {refusals}, a neighbour after {took:.3f} s")  # noqa: T201
    assert refusals <= {413, 422}
    assert registered.status_code == 201
    assert took < PATIENCE
    assert await city.objections() == []

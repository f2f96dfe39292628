"""Brokers are killed under a publishing relay: commands go on, and everything comes to the bus."""

import asyncio
import random

import pytest

from shared.ops.embedded.part import Part
from tests.faults.clients import Clients, objections, published_log, rounds, seeds
from tests.nodes import heal_soon, pause, resume

pytestmark = pytest.mark.on_change("broker and disk faults")


@seeds(2, 3, 4)
async def test_the_broker_is_killed_under_the_relay(
    mongo_url: str, one_broker: Part, space: str, seed: int
) -> None:
    chance = random.Random(seed)
    async with published_log(mongo_url, one_broker.address, space) as (here, store):
        async with Clients(store, seed).at_work() as clients:
            for _ in range(rounds(seed)):
                await clients.hear(20 + chance.randrange(100))
                one_broker.nodes[0].kill()
                await clients.hear(20)  # the bus is away, and nobody is refused
                await heal_soon(one_broker)
        assert {entry.what for entry in clients.history.entries} == {"invoke", "ok"}
        assert await objections(here, clients.history) == []


@seeds(2, 3, 4)
async def test_one_broker_of_three_is_killed_and_then_the_next(
    mongo_url: str, three_brokers: Part, space: str, seed: int
) -> None:
    """Publishing goes on while one is away, and after the next."""
    chance = random.Random(seed)
    async with published_log(mongo_url, three_brokers.address, space) as (here, store):
        clients = Clients(store, seed)
        for node in chance.sample(list(three_brokers.nodes), 2):
            async with clients.at_work():
                await clients.hear(20)
                node.kill()
                await clients.hear(20 + chance.randrange(50))
            assert await objections(here, clients.history) == []  # by two of three
            await heal_soon(three_brokers)
        assert await objections(here, clients.history) == []


@pytest.mark.long
@seeds(2, 3)
async def test_a_broker_of_three_stands_still_and_goes_on(
    mongo_url: str, three_brokers: Part, space: str, seed: int
) -> None:
    still = random.Random(seed).choice(three_brokers.nodes)
    async with published_log(mongo_url, three_brokers.address, space) as (here, store):
        async with Clients(store, seed).at_work() as clients:
            await clients.hear(20)
            pause(still)
            await clients.hear(20)
            await asyncio.sleep(5)  # longer than its session
            resume(still)
            await clients.hear(20)
        assert await objections(here, clients.history) == []

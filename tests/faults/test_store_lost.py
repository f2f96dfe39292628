"""mongod is killed under its writers: what was acknowledged stays, once, and is published."""

import asyncio
import random

import pytest
from pymongo.read_concern import ReadConcern

from shared.mongo.commits import commits_of
from shared.ops.embedded.part import Part
from shared.service.resources.connections import Connections
from shared.testing.eventually import eventually
from tests.faults.clients import SERVICE, Clients, objections, published_log, rounds, seeds
from tests.nodes import (
    heal_soon,
    kill,
    left_alone,
    no_elections,
    pause,
    relaunch,
    resume,
    roles,
    step_up,
)

pytestmark = pytest.mark.on_change("lost stores")


@seeds(2, 3, 4, 5)
async def test_mongod_is_killed_under_its_writers(
    one_store: Part, kafka_bootstrap: str, space: str, seed: int
) -> None:
    chance = random.Random(seed)
    async with published_log(one_store.address, kafka_bootstrap, space) as (here, store):
        async with Clients(store, seed).at_work() as clients:
            for _ in range(rounds(seed)):
                await clients.hear(20 + chance.randrange(100))
                one_store.nodes[0].kill()
                await asyncio.sleep(chance.random())
                await heal_soon(one_store)
            await clients.hear(20)
        assert await objections(here, clients.history) == []


@seeds(2, 3, 4, 5)
async def test_the_primary_of_three_is_killed_again_and_again(
    three_stores: Part, kafka_bootstrap: str, space: str, seed: int
) -> None:
    """Several writers for each stream; the lost node comes back before the next one goes."""
    chance = random.Random(seed)
    async with published_log(three_stores.address, kafka_bootstrap, space) as (here, store):
        async with Clients(store, seed).at_work() as clients:
            for _ in range(rounds(seed)):
                await clients.hear(20 + chance.randrange(100))
                (await roles(three_stores)).primary.kill()
                await clients.hear(20)  # while one of three is away
                await heal_soon(three_stores)
        assert await objections(here, clients.history) == []


ISOLATION = {"killed": (kill, relaunch), "standing still": (pause, resume)}
"""Followers that were killed have nothing; paused ones find in their sockets what came last."""


@pytest.mark.parametrize(
    "others", ["killed", pytest.param("standing still", marks=pytest.mark.long)]
)
@seeds(2, 3, 4, 5)
async def test_a_primary_that_was_alone_while_it_wrote_is_lost(
    three_stores: Part, kafka_bootstrap: str, space: str, seed: int, others: str
) -> None:
    """What only it had was neither acknowledged nor published."""
    async with published_log(three_stores.address, kafka_bootstrap, space) as (here, store):
        async with no_elections(three_stores), Clients(store, seed).at_work() as clients:
            await clients.hear(50)
            part_from, join_again = ISOLATION[others]
            known = await left_alone(three_stores, part_from, join_again)
            await eventually(lambda: writes_alone(here), within=30, every=0.01)
            known.primary.kill()
            join_again(*known.others)
            await asyncio.to_thread(step_up, *known.others)
            await clients.hear(20)
            await heal_soon(three_stores)
            await clients.hear(20)
        assert await objections(here, clients.history) == []


async def writes_alone(here: Connections) -> bool:
    """It has commits that no majority has."""
    commits = commits_of(here.database(SERVICE))
    mine = await commits.with_options(read_concern=ReadConcern("local")).count_documents({})
    return mine > await commits.count_documents({})


@pytest.mark.long
@pytest.mark.parametrize("which", ["primary", "another"])
async def test_a_node_stands_still_and_goes_on(
    three_stores: Part, kafka_bootstrap: str, space: str, which: str
) -> None:
    """It goes on believing what it was: the primary, or a follower."""
    async with published_log(three_stores.address, kafka_bootstrap, space) as (here, store):
        async with Clients(store, seed=1).at_work() as clients:
            await clients.hear(20)
            known = await roles(three_stores)
            still = known.primary if which == "primary" else known.others[0]
            pause(still)
            await clients.hear(20)
            resume(still)
            await clients.hear(20)
        assert await objections(here, clients.history) == []

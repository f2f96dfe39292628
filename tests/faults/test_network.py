"""The wire to the store, or to the bus, is cut, slow or half open: late is all that it gets."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from shared.ops.base.ports import LOOPBACK, free_port
from shared.ops.base.settings import OpsSettings
from shared.ops.embedded.broker import Cluster, cluster, format_storage
from shared.ops.embedded.part import Part, Wanted
from shared.ops.embedded.parts import find_broker
from tests.faults.clients import Clients, objections, published_log, seeds
from tests.faults.proxy import Proxy, proxy

pytestmark = pytest.mark.on_change("broker and disk faults")

WITHIN = "serverSelectionTimeoutMS=2000&connectTimeoutMS=1000&socketTimeoutMS=2000&wTimeoutMS=1500"


@asynccontextmanager
async def trouble(wire: Proxy, which: str) -> AsyncIterator[None]:
    if which == "cut":
        with wire.cut():
            yield
    elif which == "slow":
        with wire.slow(delay=0.2, piece=512):
            yield
    else:
        ways: Any = {"half open": (), "one way": ("there",), "the other": ("back",)}[which]
        async with wire.half_open(*ways):
            yield


TROUBLES = ("cut", "slow", "half open", "one way", "the other")


@pytest.fixture(scope="module")
def wired(own_settings: Callable[[str], OpsSettings]) -> Iterator[tuple[Part, int]]:
    """A broker that names another port as its own: there the wire begins."""
    found, port = find_broker(Wanted(own_settings("wired"))), free_port()
    assert isinstance(found.own, Cluster)
    told = {"advertised.listeners": f"CLIENTS://{LOOPBACK}:{port}"}
    own = cluster(replace(found.own.settings, extra=told))
    part = Part(f"{LOOPBACK}:{port}", found.chosen, own)
    format_storage(own.settings)
    for node in part.nodes:
        node.launch()  # it is ready when the wire is there
    yield part, port
    for node in part.nodes:
        node.kill()


def port_of(address: str) -> int:
    return int(address.removeprefix("mongodb://").split("/")[0].rpartition(":")[2])


@seeds(2, 3, 4, 5, 6)
async def test_the_wire_to_the_store_is_cut_slow_or_half_open(
    mongo_url: str, kafka_bootstrap: str, space: str, seed: int
) -> None:
    """Every wait ends: a client hears that nobody knows, and asks again."""
    chance = random.Random(seed)
    async with (
        proxy(port_of(mongo_url)) as wire,
        published_log(beyond(wire), kafka_bootstrap, space) as (here, log),
    ):
        async with Clients(log, seed).at_work() as clients:
            for which in chance.sample(TROUBLES, 3):
                await clients.hear(20)
                async with trouble(wire, which):
                    await asyncio.sleep(1 + 3 * chance.random())
            await clients.hear(20)
        assert await objections(here, clients.history) == []


def beyond(wire: Proxy) -> str:
    return f"mongodb://{LOOPBACK}:{wire.port}/?directConnection=true&{WITHIN}"


@seeds(2, 3, 4, 5, 6)
async def test_the_wire_to_the_bus_is_cut_slow_or_half_open(
    mongo_url: str, wired: tuple[Part, int], space: str, seed: int
) -> None:
    """Commands are accepted all the time; publication waits."""
    chance = random.Random(seed + 14)
    part, port = wired
    async with proxy(broker_port(part), port) as wire:
        await asyncio.to_thread(part.nodes[0].wait_until_ready)
        async with published_log(mongo_url, part.address, space) as (here, log):
            async with Clients(log, seed).at_work() as clients:
                for which in chance.sample(TROUBLES, 3):
                    await clients.hear(20)
                    async with trouble(wire, which):
                        await clients.hear(20)
                        await asyncio.sleep(1 + 3 * chance.random())
            assert {entry.what for entry in clients.history.entries} == {"invoke", "ok"}
            assert await objections(here, clients.history) == []


def broker_port(part: Part) -> int:
    assert isinstance(part.own, Cluster)
    return part.own.settings.ports[0]

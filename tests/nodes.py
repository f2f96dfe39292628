"""Stores and brokers of several nodes, started by a test so that it may stop and kill them."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pymongo.errors import PyMongoError

from shared.mongo.connect import connect
from shared.ops.base.errors import PartMissing
from shared.ops.base.process import Server, comes_true
from shared.ops.base.settings import OpsSettings
from shared.ops.embedded.mongod import QUICK_ELECTION_MS, direct
from shared.ops.embedded.part import Part, Wanted
from shared.ops.embedded.parts import find_broker, find_store
from shared.testing.eventually import eventually

LONG_MS = 60_000

Parting = Callable[..., None]
"""Parts servers from the others, or lets them join again."""


def settings_of(folder: Path, cache: Path) -> OpsSettings:
    return OpsSettings(
        data=folder,
        cache=cache,
        mongo_url=None,
        kafka_bootstrap_servers=None,
        mongo_port=0,
        kafka_port=0,
        kafka_controller_port=0,
        mongo_cache_gb=0.25,
        kafka_memory_mb=256,
        kafka_quick_start=True,
    )


@contextmanager
def own(kind: str, settings: OpsSettings, nodes: int = 1, launch: bool = True) -> Iterator[Part]:
    """A store or a broker of our own; killed at the end, whatever state it is in."""
    find = {"store": find_store, "broker": find_broker}[kind]
    try:
        part = find(Wanted(settings, nodes))
    except PartMissing as missing:
        pytest.skip(str(missing))
    try:
        if launch:
            part.start()
        yield part
    finally:
        for node in part.nodes:
            resume(node)
            node.kill()


def pause(*servers: Server) -> None:
    """As a machine that stands still: its connections stay open, and nobody answers."""
    for server in servers:
        _signal(server, signal.SIGSTOP)


def resume(*servers: Server) -> None:
    for server in servers:
        _signal(server, signal.SIGCONT)


def heal(part: Part) -> None:
    """Every node runs and is ready, whatever was done to it."""
    resume(*part.nodes)
    relaunch(*part.nodes)
    for node in part.nodes:
        node.wait_until_ready()


async def heal_soon(part: Part) -> None:
    """The same, while clients go on."""
    resume(*part.nodes)
    relaunch(*part.nodes)
    for node in part.nodes:
        await asyncio.to_thread(node.wait_until_ready)


def _signal(server: Server, number: signal.Signals) -> None:
    if server.pid is not None:
        with suppress(ProcessLookupError):
            os.killpg(server.pid, number)


@dataclass(frozen=True)
class Roles:
    primary: Server
    others: Sequence[Server]


async def roles(store: Part) -> Roles:
    """By whose port is the primary's now."""
    async with connect(store.address) as client:
        hello = await client.admin.command("hello")
    port = hello["primary"].rpartition(":")[2]
    primary = next(node for node in store.nodes if port in node.argv)
    return Roles(primary, [node for node in store.nodes if node is not primary])


@asynccontextmanager
async def no_elections(store: Part) -> AsyncIterator[None]:
    """A primary that nobody follows stays one until it is killed, and no other comes of itself."""
    await elect_only_after(store, LONG_MS)
    try:
        yield
    finally:
        resume(*store.nodes)
        relaunch(*store.nodes)
        await asyncio.to_thread(step_up, *store.nodes)
        await heal_soon(store)
        await elect_only_after(store, QUICK_ELECTION_MS)


async def elect_only_after(store: Part, milliseconds: int) -> None:
    """Returns when the primary of this moment has the setting. A machine that stands still for two
    seconds elects another one, which takes the former setting with it into its term."""
    async with connect(store.address) as client:
        await eventually(lambda: elects_after(client, milliseconds), within=120)


async def elects_after(client: Any, milliseconds: int) -> bool:
    """Returns whether the primary has the setting, and gives it to a primary that has not."""
    with suppress(PyMongoError):
        config = (await client.admin.command("replSetGetConfig"))["config"]
        if config["settings"]["electionTimeoutMillis"] == milliseconds:
            return True
        config["settings"]["electionTimeoutMillis"] = milliseconds
        config["version"] += 1
        await client.admin.command("replSetReconfig", config)
    return False


async def left_alone(store: Part, part_from: Parting, join_again: Parting) -> Roles:
    """Parts the others from the primary; again, where it is the primary no more: one that nobody
    follows is never elected, and would not write."""
    for _ in range(5):
        known = await roles(store)
        part_from(*known.others)
        if await asyncio.to_thread(is_primary, port_of(known.primary)):
            return known
        join_again(*known.others)
        await heal_soon(store)
    raise AssertionError("another one was elected each time")


def port_of(node: Server) -> int:
    return int(node.argv[node.argv.index("--port") + 1])


def is_primary(port: int) -> bool:
    with closing(direct(port)) as client:
        return bool(client.admin.command("hello")["isWritablePrimary"])


def step_up(*nodes: Server) -> None:
    """The first of them that can becomes the primary now, without waiting for an election."""
    ports = [port_of(node) for node in nodes if node.pid]
    assert comes_true(lambda: any(map(leads, ports)), within=60)


def leads(port: int) -> bool:
    with closing(direct(port)) as client, suppress(PyMongoError):
        if not is_primary(port):
            client.admin.command("replSetStepUp")
        return is_primary(port)
    return False


def kill(*nodes: Server) -> None:
    for node in nodes:
        node.kill()


def relaunch(*nodes: Server) -> None:
    """By this thread: a node ends with the thread that began it."""
    for node in nodes:
        if node.pid is None:
            node.launch()

"""No acknowledged commit is lost and no chain breaks when mongod or a primary is killed."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

import pytest
from pymongo.errors import PyMongoError

from shared.kernel.chain import verify_chain
from shared.kernel.errors import Unavailable
from shared.mongo.connect import answering, connect
from shared.mongo.event_store import MongoEventStore
from shared.ops.base.process import Server
from shared.ops.embedded.part import Part
from shared.testing.drafts import SteadyWriters, a_draft
from shared.testing.signatures import sign
from tests.nodes import step_up


@asynccontextmanager
async def a_store(part: Part, space: str, patience: float = 15.0) -> AsyncIterator[MongoEventStore]:
    async with connect(f"{part.address}&serverSelectionTimeoutMS=2000") as client:
        store = MongoEventStore(client[space], sign, patience=patience)
        await store.prepare()
        yield store
        await store.close()


async def primary_of(part: Part) -> Server:
    """Returns the node that is the primary."""
    async with connect(part.address) as client:
        hello = await client.admin.command("hello")
    port = hello["primary"].rpartition(":")[2]
    return next(node for node in part.nodes if port in node.argv)


async def assert_log_is_whole(part: Part, space: str, writers: SteadyWriters) -> None:
    async with connect(part.address) as client:
        commits = client[space]["commits"].find().sort([("stream", 1), ("first", 1)])
        stored = await commits.to_list()
    assert verify_chain(stored) == []
    hashes = {document["command_id"]: document["hash"] for document in stored}
    assert len(hashes) == len(stored), "a command is stored twice"
    assert {c: h for c, h in writers.answered.items() if hashes.get(c) != h} == {}
    assert writers.answered


async def test_a_start_waits_for_a_store_that_is_slow_to_come(one_store: Part) -> None:
    """A process that ended instead would be started again and again, and slow down the store."""
    one_store.nodes[0].kill()
    async with connect(f"{one_store.address}&serverSelectionTimeoutMS=500") as client:
        with pytest.raises(PyMongoError):
            await answering(client, within_seconds=0.1)
        waiting = asyncio.create_task(answering(client))
        await asyncio.sleep(1)
        assert not waiting.done()
        one_store.nodes[0].launch()
        await waiting


async def test_kill_9_of_mongod_loses_nothing_that_was_acknowledged(
    one_store: Part, space: str
) -> None:
    async with a_store(one_store, space) as store:
        writers = SteadyWriters(store, writers=8, streams=4)
        stop = asyncio.Event()
        running = asyncio.create_task(writers.run_until(stop))
        for _ in range(2):
            await asyncio.sleep(1)
            before = len(writers.answered)
            one_store.nodes[0].kill()
            await asyncio.sleep(0.2)
            one_store.nodes[0].launch()
            await until(partial(writers.have_answered, before + 1))
        stop.set()
        await running
    await assert_log_is_whole(one_store, space, writers)


async def test_losing_the_primary_of_three_twice_loses_nothing(
    three_stores: Part, space: str
) -> None:
    async with a_store(three_stores, space) as store:
        writers = SteadyWriters(store, writers=8, streams=4)
        stop = asyncio.Event()
        running = asyncio.create_task(writers.run_until(stop))
        for _ in range(2):
            await asyncio.sleep(1)
            primary = await primary_of(three_stores)
            others = [node for node in three_stores.nodes if node is not primary]
            primary.kill()
            before = len(writers.answered)
            # A follower's election timer may still be a long one that an earlier test had set:
            # mongod never shortens a timer that runs.
            await asyncio.to_thread(step_up, *others)
            await until(partial(writers.have_answered, before + 1))
            primary.launch()
            # A second death before the first is healed would leave no majority.
            await asyncio.to_thread(primary.wait_until_ready)
        stop.set()
        await running
    await assert_log_is_whole(three_stores, space, writers)


async def test_what_only_a_lost_primary_had_is_never_answered(
    three_stores: Part, space: str
) -> None:
    """An insert that no majority confirms is lost: its caller got Unavailable and may repeat."""
    async with a_store(three_stores, space, patience=1.0) as store:
        await store.append(a_draft("handling-c0"))
        primary = await primary_of(three_stores)
        others = [node for node in three_stores.nodes if node is not primary]
        for node in others:
            node.kill()
        with pytest.raises(Unavailable):
            await store.append(a_draft("handling-c1"))
        primary.kill()
        for node in others:
            node.launch()
    for node in others:
        node.wait_until_ready()
    async with a_store(three_stores, space) as store:
        commit = await store.append(a_draft("handling-c1", "another-command"))
        primary.launch()
        primary.wait_until_ready()
        assert await store.read("handling-c1") == [commit]
        assert len(await store.read("handling-c0")) == 1


async def until(condition: Callable[[], bool], within: float = 20.0) -> None:
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.05)

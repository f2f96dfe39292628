"""One change stream serves the relays of several logs; each loses its place alone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing
from typing import Any
from uuid import uuid4

import pytest
from pymongo import AsyncMongoClient
from pymongo.errors import AutoReconnect

from shared.cancelling import end
from shared.kernel.log_position import Checkpoint, LogChange
from shared.mongo import shared_tail
from shared.mongo.change_tail import HistoryLost
from shared.mongo.connect import Document, connect
from shared.mongo.event_store import MongoEventStore
from shared.mongo.log_feed import LogFeed
from shared.mongo.shared_tail import SharedTail
from shared.testing.drafts import a_draft
from shared.testing.eventually import eventually
from shared.testing.signatures import sign

OWNERS = ("one", "other", "third")
LONG_AGO = f"{10**9:08X}"
"""A timestamp in a token: the year 2001."""


class Logs:
    """The logs of some owners, and the tail that they share."""

    def __init__(self, client: AsyncMongoClient[Document]) -> None:
        space = f"shared_{uuid4().hex[:8]}"
        self.client = client
        self.names = {owner: f"{space}_{owner}" for owner in OWNERS}
        self.stores = {
            owner: MongoEventStore(client[name], sign) for owner, name in self.names.items()
        }
        self.tail = SharedTail(client, list(self.names.values()), heartbeat_ms=100)
        self.recorded: dict[str, list[str]] = {owner: [] for owner in OWNERS}

    async def record(self, owner: str, count: int = 1) -> None:
        for _ in range(count):
            number = len(self.recorded[owner])
            commit = await self.stores[owner].append(a_draft(f"handling-c{number}"))
            self.recorded[owner].append(commit.hash)

    def open(self, owner: str, after: Any = None) -> Any:
        return self.tail.open(self.names[owner], after)


@pytest.fixture
async def logs(mongo_url: str) -> AsyncIterator[Logs]:
    async with connect(mongo_url) as client:
        made = Logs(client)
        for store in made.stores.values():
            await store.prepare()
        yield made
        for owner, store in made.stores.items():
            await store.close()
            await client.drop_database(made.names[owner])


async def taken(changes: AsyncIterator[LogChange], count: int) -> list[LogChange]:
    found: list[LogChange] = []
    async with asyncio.timeout(20):
        while len(found) < count:
            change = await anext(changes)
            if change.commit is not None:
                found.append(change)
    return found


def hashes(changes: list[LogChange]) -> list[str]:
    return [change.commit["hash"] for change in changes if change.commit]


async def streams(logs: Logs) -> int:
    """How many change streams the store keeps open for these logs."""
    look: list[Document] = [
        {"$currentOp": {"idleCursors": True}},
        {"$match": {"cursor.originatingCommand.pipeline.0.$changeStream": {"$exists": True}}},
        {"$match": {"cursor.originatingCommand.pipeline": {"$exists": True}}},
    ]
    found = await (await logs.client.admin.aggregate(look)).to_list()
    return sum(logs.names["one"] in str(each) for each in found)


async def test_each_relay_gets_its_own_log_by_one_stream(logs: Logs) -> None:
    async with AsyncExitStack() as stack:
        opened = {o: await stack.enter_async_context(logs.open(o)) for o in OWNERS}
        for number in range(1, 4):
            await asyncio.gather(*[logs.record(owner, number) for owner in OWNERS])
        for owner, changes in opened.items():
            assert hashes(await taken(changes, 6)) == logs.recorded[owner]
        await eventually(lambda: is_number(streams(logs), 1))


async def is_number(counted: Any, number: int) -> bool:
    return bool(await counted == number)


@pytest.mark.parametrize("place", range(5))
async def test_one_that_comes_back_gets_everything_after_its_place(logs: Logs, place: int) -> None:
    """The others, which were further, get nothing twice."""
    async with logs.open("other") as others:
        async with logs.open("one") as changes:
            await logs.record("one", 5)
            tokens = [change.token for change in await taken(changes, 5)]
        await logs.record("other", 2)
        assert hashes(await taken(others, 2)) == logs.recorded["other"]
        async with logs.open("one", tokens[place]) as changes:
            await logs.record("one", 2)
            await logs.record("other", 1)
            assert hashes(await taken(changes, 6 - place)) == logs.recorded["one"][place + 1 :]
            assert hashes(await taken(others, 1)) == logs.recorded["other"][2:]


async def test_a_lost_place_is_lost_to_its_own_relay(logs: Logs) -> None:
    async with logs.open("one") as changes:
        await logs.record("one")
        (change,) = await taken(changes, 1)
    token = dict(change.token or {})
    lost = {**token, "_data": f"82{LONG_AGO}{token['_data'][10:]}"}
    async with logs.open("other") as others:
        with pytest.raises(HistoryLost):
            async with logs.open("one", lost) as changes:
                await taken(changes, 1)
        await logs.record("other", 2)
        assert hashes(await taken(others, 2)) == logs.recorded["other"]


async def test_a_log_that_is_replaced_ends_for_its_own_relay(logs: Logs) -> None:
    async with logs.open("one") as changes, logs.open("other") as others:
        await logs.record("one")
        await logs.client[logs.names["one"]]["commits"].drop()
        with pytest.raises(HistoryLost):
            await taken(changes, 2)
        await logs.record("other")
        assert hashes(await taken(others, 1)) == logs.recorded["other"]


async def test_a_relay_that_takes_nothing_stops_nobody(
    logs: Logs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_tail, "MOST_WAITING", 3)
    async with logs.open("one") as changes, logs.open("other") as others:
        await logs.record("one", 5)
        await logs.record("other", 1)
        assert hashes(await taken(others, 1)) == logs.recorded["other"]
        with pytest.raises(AutoReconnect):
            await taken(changes, 5)


async def test_feeds_go_on_after_their_stream_was_killed(logs: Logs) -> None:
    """Every commit at least once, in the order of its log, whoever opens it again first."""
    async with AsyncExitStack() as stack:
        feeds = [
            LogFeed(logs.client[name], logs.tail).changes(Checkpoint())
            for name in logs.names.values()
        ]
        opened = [await stack.enter_async_context(aclosing(feed)) for feed in feeds]
        arriving = [asyncio.create_task(different(changes, 6)) for changes in opened]
        for _ in range(3):
            await asyncio.gather(*[logs.record(owner, 2) for owner in OWNERS])
            await eventually(lambda: killed(logs), within=20)
        found = await asyncio.gather(*arriving)
    assert found == list(logs.recorded.values())


async def different(changes: AsyncIterator[LogChange], count: int) -> list[str]:
    """The first hashes: what a sweep has found comes again when it is repeated."""
    found: list[str] = []
    async with asyncio.timeout(60):
        while len(found) < count:
            change = await anext(changes)
            if change.commit is not None and change.commit["hash"] not in found:
                found.append(change.commit["hash"])
    return found


async def killed(logs: Logs) -> bool:
    look: list[Document] = [
        {"$currentOp": {"idleCursors": True}},
        {"$match": {"cursor": {"$exists": True}}},
    ]
    found = await (await logs.client.admin.aggregate(look)).to_list()
    ids = [each["cursor"]["cursorId"] for each in found if logs.names["one"] in str(each)]
    if ids:
        await logs.client.admin.command("killCursors", "$cmd.aggregate", cursors=ids)
    return bool(ids)


async def test_the_account_decides_whether_logs_are_watched_together(logs: Logs) -> None:
    assert await logs.tail.is_allowed()


async def test_a_listener_has_every_change_before_the_relay_and_every_heartbeat(logs: Logs) -> None:
    heard: list[LogChange] = []
    logs.tail.listen(logs.names["one"], heard.append)
    async with logs.open("one") as changes:
        await logs.record("one")
        async for change in changes:
            if change.commit is not None:
                assert change in heard
                break
        await eventually(lambda: heard[-1].commit is None)


async def test_a_listener_hears_also_while_no_relay_reads_its_log(logs: Logs) -> None:
    heard: list[LogChange] = []
    logs.tail.listen(logs.names["other"], heard.append)
    async with logs.open("one"):
        await logs.record("other")
        await eventually(lambda: any(change.commit for change in heard))


async def test_listeners_hear_everything_while_another_process_has_all_relays(logs: Logs) -> None:
    """Also what is written while the stream is broken."""
    heard: list[LogChange] = []
    logs.tail.listen(logs.names["other"], heard.append)
    attending = asyncio.create_task(logs.tail.attend())
    try:
        await eventually(lambda: bool(heard))
        await logs.record("other")
        await eventually(lambda: len(told(heard)) == 1)
        logs.tail._fail_all(AutoReconnect("broken"))
        await logs.record("other", 2)
        await eventually(lambda: set(logs.recorded["other"]) <= set(told(heard)))
        async with logs.open("one") as changes:
            await logs.record("one")
            assert hashes(await taken(changes, 1)) == logs.recorded["one"]
        await logs.record("other")
        await eventually(lambda: logs.recorded["other"][-1] in told(heard))
    finally:
        await end([attending])


def told(heard: list[LogChange]) -> list[str]:
    return hashes([change for change in heard if change.commit])

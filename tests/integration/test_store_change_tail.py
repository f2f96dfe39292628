"""The tail yields every inserted commit once, resumes after a token, and raises when it cannot."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import pytest
from bson import Timestamp
from pymongo.asynchronous.database import AsyncDatabase

from shared.kernel.chain import verify_chain
from shared.kernel.log_position import LogChange
from shared.mongo import change_tail
from shared.mongo.change_tail import ChangeTail, HistoryLost
from shared.mongo.connect import Document
from shared.mongo.event_store import MongoEventStore
from shared.mongo.shared_tail import SharedTail
from shared.testing.drafts import a_draft, after, race
from shared.testing.signatures import sign

Database = AsyncDatabase[Document]


@pytest.fixture
async def store(database: Database) -> AsyncIterator[MongoEventStore]:
    store = MongoEventStore(database, sign)
    await store.prepare()
    yield store
    await store.close()


class Sharing(ChangeTail):
    """A tail that is one of several of a shared one."""

    def __init__(self, database: Database, heartbeat_ms: int) -> None:
        super().__init__(database, heartbeat_ms)
        shared = SharedTail(database.client, [database.name, "other"], heartbeat_ms)
        self.open = partial(shared.open, database.name)  # type: ignore[assignment]


@pytest.fixture(params=[ChangeTail, Sharing])
def tail(database: Database, request: pytest.FixtureRequest) -> ChangeTail:
    made: ChangeTail = request.param(database, heartbeat_ms=100)
    return made


async def next_commit(changes: AsyncIterator[LogChange]) -> LogChange:
    async with asyncio.timeout(10):
        async for change in changes:
            if change.commit is not None:
                return change
    raise AssertionError("the tail never just ends")


async def next_heartbeat(changes: AsyncIterator[LogChange]) -> LogChange:
    async with asyncio.timeout(10):
        async for change in changes:
            if change.commit is None:
                return change
    raise AssertionError("the tail never just ends")


async def next_commits(changes: AsyncIterator[LogChange], count: int) -> list[Document]:
    commits = [(await next_commit(changes)).commit for _ in range(count)]
    return [commit for commit in commits if commit is not None]


async def test_every_inserted_commit_arrives_as_it_is_stored(
    store: MongoEventStore, tail: ChangeTail, database: Database
) -> None:
    async with tail.open() as changes:
        await race(store, "handling-c1", writers=4, each=10)
        arrived = await next_commits(changes, 40)
    assert arrived == await database["commits"].find().sort("first").to_list()
    assert verify_chain(arrived) == []


async def test_the_tail_resumes_after_a_token(store: MongoEventStore, tail: ChangeTail) -> None:
    async with tail.open() as changes:
        first = await store.append(a_draft())
        token = (await next_commit(changes)).token
    second = await store.append(after(first, a_draft(command_id="command-2")))
    async with tail.open(token) as changes:
        change = await next_commit(changes)
    assert change.commit is not None
    assert change.commit["hash"] == second.hash
    assert change.at is not None
    assert change.at >= change.commit["seq"]


async def test_an_idle_tail_beats_with_a_place_to_resume_from(
    store: MongoEventStore, tail: ChangeTail, database: Database
) -> None:
    async with tail.open() as changes:
        first = await next_heartbeat(changes)
        await database["elsewhere"].insert_one({"n": 1})  # others move on, the place must follow
        await asyncio.sleep(0)
        second = await next_heartbeat(changes)
        while second.token == first.token:
            second = await next_heartbeat(changes)
    assert first.at is not None
    assert second.at is not None
    assert second.at >= first.at
    commit = await store.append(a_draft())
    async with tail.open(second.token) as changes:
        (arrived,) = await next_commits(changes, 1)
    assert arrived["hash"] == commit.hash


@pytest.mark.parametrize("ending", ["drop", "rename", "drop the database"])
async def test_a_collection_that_is_replaced_ends_history(
    store: MongoEventStore, tail: ChangeTail, database: Database, ending: str
) -> None:
    async with tail.open() as changes:
        await store.append(a_draft())
        await next_commit(changes)
        if ending == "drop":
            await database["commits"].drop()
        elif ending == "rename":
            await database["commits"].rename("set_aside")
        else:
            await database.client.drop_database(database.name)
        with pytest.raises(HistoryLost):
            await next_commit(changes)


async def test_a_place_older_than_the_oplog_is_lost(
    store: MongoEventStore, tail: ChangeTail
) -> None:
    async with tail.open() as changes:
        await store.append(a_draft())
        token: dict[str, Any] = dict((await next_commit(changes)).token or {})
    assert token["_data"].startswith("82")  # a timestamp follows: here the year 2001
    long_ago = {**token, "_data": f"82{10**9:08X}{token['_data'][10:]}"}
    with pytest.raises(HistoryLost):
        async with tail.open(long_ago) as changes:
            await next_commit(changes)


async def test_a_garbled_place_is_lost(store: MongoEventStore, tail: ChangeTail) -> None:
    with pytest.raises(HistoryLost):
        async with tail.open({"_data": "no token at all"}) as changes:
            await next_commit(changes)


async def test_a_loop_that_just_ends_is_lost_history() -> None:
    class Ended:
        alive = False

    changes = change_tail.changes_of(Ended(), None)  # type: ignore[arg-type]
    with pytest.raises(HistoryLost, match="ended"):
        await anext(changes)


async def test_the_sweep_has_every_commit_since_a_moment_in_order(
    store: MongoEventStore,
    tail: ChangeTail,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(change_tail, "PAGE", 7)
    await asyncio.gather(*[store.append(a_draft(f"handling-c{n}")) for n in range(30)])
    everything = [commit async for commit in tail.sweep(Timestamp(0, 0))]
    assert len({commit["_id"] for commit in everything}) == len(everything) == 30
    assert everything == sorted(everything, key=lambda commit: commit["seq"])
    since = everything[20]["seq"]
    assert [commit async for commit in tail.sweep(since)] == everything[20:]


async def test_opened_first_and_swept_then_nothing_is_missed(
    store: MongoEventStore, tail: ChangeTail
) -> None:
    before = await store.append(a_draft())
    async with tail.open() as changes:
        between = await store.append(after(before, a_draft(command_id="command-2")))
        swept = [commit["hash"] async for commit in tail.sweep(Timestamp(0, 0))]
        later = await store.append(after(between, a_draft(command_id="command-3")))
        tailed = [commit["hash"] for commit in await next_commits(changes, 2)]
    assert set(swept) | set(tailed) == {before.hash, between.hash, later.hash}

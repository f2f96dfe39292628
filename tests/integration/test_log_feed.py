"""The feed of a relay goes on when an operator kills its cursor or its operation in the store."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase

from shared.kernel.log_position import Checkpoint
from shared.mongo.connect import Document
from shared.mongo.event_store import MongoEventStore
from shared.mongo.log_feed import LogFeed
from shared.testing.drafts import a_draft, after
from shared.testing.eventually import eventually
from shared.testing.signatures import sign

Database = AsyncDatabase[Document]


async def watching(database: Database) -> list[Document]:
    """Returns the operations and idle cursors that watch the log."""
    looks: list[Document] = [
        {"$currentOp": {"idleCursors": True}},
        {"$match": {"ns": f"{database.name}.commits", "cursor": {"$exists": True}}},
    ]
    return await (await database.client.admin.aggregate(looks)).to_list()


async def kill_cursor(database: Database) -> bool:
    found = await watching(database)
    ids = [each["cursor"]["cursorId"] for each in found]
    if ids:
        await database.command("killCursors", "commits", cursors=ids)
    return bool(ids)


async def kill_operation(database: Database) -> bool:
    found = [each for each in await watching(database) if "opid" in each]
    for each in found:
        await database.client.admin.command("killOp", op=each["opid"])
    return bool(found)


@pytest.mark.parametrize("kill", [kill_cursor, kill_operation])
async def test_a_killed_feed_goes_on(database: Database, kill: Any) -> None:
    store = MongoEventStore(database, sign)
    await store.prepare()
    async with aclosing(LogFeed(database).changes(Checkpoint())) as changes:
        arriving = asyncio.create_task(hashes(changes, 2))
        first = await store.append(a_draft())
        await eventually(lambda: kill(database), within=20)
        second = await store.append(after(first, a_draft(command_id="command-2")))
        assert await asyncio.wait_for(arriving, 30) == [first.hash, second.hash]
    await store.close()


async def hashes(changes: AsyncIterator[Any], count: int) -> list[str]:
    """The first different ones: what a sweep has found comes again when it is repeated."""
    found: list[str] = []
    async for change in changes:
        if change.commit is not None and change.commit["hash"] not in found:
            found.append(change.commit["hash"])
        if len(found) == count:
            break
    return found

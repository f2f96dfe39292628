"""What one process takes from somebody, another process knows from the log, while no projection
moves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from pymongo import AsyncMongoClient

from shared.cancelling import end
from shared.contracts.directory import PersonBlocked
from shared.kernel.commit import NewFact
from shared.kernel.errors import Unavailable
from shared.kernel.organisation import Organisation
from shared.mongo.connect import Document, connect
from shared.mongo.event_store import MongoEventStore
from shared.mongo.read_models.reader import connect_reader
from shared.mongo.shared_tail import SharedTail
from shared.service.identity.actor_repository import StoredEntries
from shared.service.identity.remembered_entries import DirectoryWatch, RememberedEntries
from shared.testing.drafts import MONDAY, a_draft
from shared.testing.eventually import eventually
from shared.testing.signatures import sign

STREAM = "person-p-li"


@asynccontextmanager
async def process(url: str, database: str) -> AsyncIterator[RememberedEntries]:
    """Opens what a process of APIs has: its own connection, its own tail, its own memory."""
    async with connect(url) as client, AsyncExitStack() as stack:
        reads = connect_reader(url)
        stack.callback(reads.close)
        watch, tail = DirectoryWatch(), SharedTail(client, [database], heartbeat_ms=100)
        tail.listen(database, watch.note)
        attending = asyncio.create_task(tail.attend())
        stack.push_async_callback(end, [attending])
        await eventually(watch.is_quiet)

        async def live() -> Any:
            return reads[database]["actors"]

        yield RememberedEntries(StoredEntries(live), watch, patience=0.2)


@pytest.fixture
async def store(mongo_url: str) -> AsyncIterator[AsyncMongoClient[Document]]:
    async with connect(mongo_url) as client:
        yield client


async def test_another_process_refuses_who_was_blocked_before_its_projection_knows(
    mongo_url: str, store: AsyncMongoClient[Document]
) -> None:
    database = f"revocations_{uuid4().hex[:8]}"
    known = {"_id": "p-li", "directory": {"person": True}, "seen": {STREAM: [1, ""]}}
    await store[database]["actors"].insert_one(known)
    log = MongoEventStore(store[database], sign)
    await log.prepare()
    async with process(mongo_url, database) as one, process(mongo_url, database) as other:
        for entries in (one, other):
            assert Organisation.on(date(2026, 1, 5), await entries.about("p-li")).actor("p-li")
        fact = NewFact(PersonBlocked.type, MONDAY, {"person": "p-li"})
        await log.append(a_draft(STREAM, expected=1, prev_hash="1" * 64, facts=[fact]))
        for entries in (one, other):
            await eventually(lambda watch=entries._watch: watch.commits == 1)
            with pytest.raises(Unavailable):
                await entries.about("p-li")
        blocked = {"directory.blocked": True, "seen": {STREAM: [2, ""]}}
        await store[database]["actors"].update_one({"_id": "p-li"}, {"$set": blocked})
        for entries in (one, other):
            assert not Organisation.on(date(2026, 1, 5), await entries.about("p-li")).actor("p-li")
    await log.close()
    await store.drop_database(database)

"""Unknown outcomes are read back before a caller is answered."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from bson.raw_bson import RawBSONDocument
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import AutoReconnect, OperationFailure, WTimeoutError

from shared.kernel.chain import verify_chain
from shared.kernel.errors import ConcurrencyConflict, KeyReused, Unavailable, Unstorable
from shared.mongo.commit_inserts import CommitInserts, Reply
from shared.mongo.commits import Commits, commits_of
from shared.mongo.connect import Document
from shared.mongo.event_store import MongoEventStore
from shared.mongo.group_writer import GroupWriter
from shared.testing.drafts import a_draft, race
from shared.testing.plain_writer import PlainWriter
from shared.testing.signatures import sign

Database = AsyncDatabase[Document]


@dataclass
class Weather:
    """Scripts the next inserts: errors `before` or `after` the insert itself."""

    commits: Commits
    before: list[Exception] = field(default_factory=list)
    after: list[Exception] = field(default_factory=list)
    inserts: int = 0

    async def insert(self, documents: Sequence[RawBSONDocument]) -> Reply:
        try:
            return await self._through(lambda: CommitInserts(self.commits).insert(documents))
        except WTimeoutError as doubt:  # the command says so in its reply
            return {"ok": 1, "n": len(documents), "writeConcernError": doubt.details}

    async def insert_one(self, document: RawBSONDocument) -> None:
        await self._through(lambda: self.commits.insert_one(document))

    async def _through(self, insert: Callable[[], Any]) -> Any:
        self.inserts += 1
        if self.before:
            raise self.before.pop()
        try:
            return await insert()
        finally:
            if self.after:
                raise self.after.pop()


def not_replicated() -> WTimeoutError:
    return WTimeoutError("timed out", 64, {"code": 64, "errmsg": "waiting for replication"})


@pytest.fixture
async def database(database: Database) -> Database:
    await MongoEventStore(database, sign).prepare()
    return database


@pytest.fixture
def weather(database: Database) -> Weather:
    return Weather(commits_of(database))


@pytest.fixture(params=[GroupWriter, PlainWriter])
def store(request: pytest.FixtureRequest, database: Database, weather: Weather) -> MongoEventStore:
    return MongoEventStore(database, sign, request.param(weather), patience=1.0)


async def test_a_lost_answer_is_read_back(store: MongoEventStore, weather: Weather) -> None:
    weather.after = [AutoReconnect("connection closed")]
    commit = await store.append(a_draft())
    assert [stored.hash for stored in await store.read("handling-c1")] == [commit.hash]
    assert weather.inserts == 1


async def test_a_lost_question_is_asked_again(store: MongoEventStore, weather: Weather) -> None:
    weather.before = [AutoReconnect("connection closed")] * 3
    commit = await store.append(a_draft())
    assert [stored.hash for stored in await store.read("handling-c1")] == [commit.hash]
    assert weather.inserts == 4


async def test_a_majority_that_did_not_confirm_is_no_success(
    store: MongoEventStore, weather: Weather
) -> None:
    weather.before = [not_replicated()]  # said to be inserted, but nobody has it
    commit = await store.append(a_draft())
    assert [stored.hash for stored in await store.read("handling-c1")] == [commit.hash]
    assert weather.inserts == 2


async def test_what_stays_unknown_is_unavailable_and_never_a_success(
    store: MongoEventStore, weather: Weather
) -> None:
    weather.before = [AutoReconnect("connection closed")] * 1000
    with pytest.raises(Unavailable, match="handling-c1@1"):
        await store.append(a_draft())
    weather.before = []
    assert await store.read("handling-c1") == []


async def test_a_command_that_was_unavailable_can_be_sent_again(
    store: MongoEventStore, weather: Weather
) -> None:
    weather.before = [AutoReconnect("connection closed")] * 1000
    with pytest.raises(Unavailable):
        await store.append(a_draft())
    weather.before = []
    assert await store.append(a_draft()) == await store.append(a_draft())


async def test_after_a_lost_answer_a_rival_still_wins(
    store: MongoEventStore, weather: Weather
) -> None:
    await store.append(a_draft())
    weather.after = [AutoReconnect("connection closed")]
    with pytest.raises(ConcurrencyConflict):
        await store.append(a_draft(command_id="command-2"))
    weather.after = [AutoReconnect("connection closed")]
    with pytest.raises(KeyReused):
        await store.append(a_draft(fingerprint="another"))


async def test_a_document_that_mongod_refuses_is_its_callers_fault(
    store: MongoEventStore, weather: Weather
) -> None:
    weather.before = [OperationFailure("too deep", 15, {"code": 15, "errmsg": "too deep"})] * 2
    with pytest.raises(Unstorable, match="too deep"):
        await store.append(a_draft())


async def test_a_command_refused_as_a_whole_is_sent_one_by_one(
    store: MongoEventStore, weather: Weather
) -> None:
    weather.before = [OperationFailure("one of them", 15, {"code": 15, "errmsg": "one of them"})]
    drafts = [a_draft(f"handling-c{n}") for n in range(20)]
    answers = await asyncio.gather(*map(store.append, drafts), return_exceptions=True)
    assert sum(isinstance(answer, Exception) for answer in answers) <= 1


async def test_racing_writers_in_bad_weather_leave_one_unbroken_chain(
    store: MongoEventStore, weather: Weather, database: Database
) -> None:
    lost = AutoReconnect("connection closed")

    async def storm() -> None:
        for n in range(30):
            await asyncio.sleep(0.01)
            (weather.before if n % 2 else weather.after).append(lost if n % 3 else not_replicated())

    answered, _ = await asyncio.gather(race(store, "handling-c1", writers=6, each=8), storm())
    documents = await database["commits"].find().sort("first").to_list()
    assert verify_chain(documents) == []
    assert {stored.hash for stored in answered} == {document["hash"] for document in documents}
    assert len(documents) == 6 * 8

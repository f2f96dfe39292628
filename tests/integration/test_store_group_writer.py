"""The group writer: batches without a timer, cancelled callers, draining, the end of a sender."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from bson.raw_bson import RawBSONDocument
from pymongo.asynchronous.database import AsyncDatabase

from shared.kernel.commit import digest, to_document
from shared.kernel.errors import Unavailable
from shared.mongo.commit_inserts import CommitInserts, Reply
from shared.mongo.commits import commits_of
from shared.mongo.connect import Document
from shared.mongo.event_store import MongoEventStore
from shared.mongo.group_writer import GroupWriter
from shared.mongo.pending_commit import PendingCommit
from shared.testing.drafts import MONDAY, a_draft
from shared.testing.signatures import sign

Database = AsyncDatabase[Document]


@pytest.fixture
async def database(database: Database) -> Database:
    await MongoEventStore(database, sign).prepare()
    return database


class Gate:
    """Lets inserts through while it is open, and counts those under way at once."""

    def __init__(self, database: Database) -> None:
        self.open = asyncio.Event()
        self.batches: list[int] = []
        self._inserts = CommitInserts(commits_of(database))

    async def insert(self, documents: Sequence[RawBSONDocument]) -> Reply:
        self.batches.append(len(documents))
        await self.open.wait()
        return await self._inserts.insert(documents)


async def settle() -> None:
    """Gives every task that can run some turns of the loop."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_a_batch_is_what_queued_while_two_inserts_were_in_flight(database: Database) -> None:
    gate = Gate(database)
    sizes: list[int] = []
    store = MongoEventStore(
        database, sign, GroupWriter(gate, on_batch=lambda n, _: sizes.append(n))
    )
    appends = []
    for n in range(12):
        appends.append(asyncio.create_task(store.append(a_draft(f"handling-c{n}"))))
        await settle()
    assert gate.batches == [1, 1]
    gate.open.set()
    await asyncio.gather(*appends)
    assert gate.batches == [1, 1, 10]
    assert sorted(sizes) == [1, 1, 10]


async def test_a_caller_that_comes_back_as_two_inserts_end_is_served() -> None:
    class InStep:
        """Ends both inserts in one turn of the loop."""

        opened = asyncio.Event()

        async def insert(self, documents: Sequence[RawBSONDocument]) -> Reply:
            await self.opened.wait()
            return {"n": len(documents)}

    writer = GroupWriter(InStep())

    async def caller(times: int) -> None:
        for n in range(times):
            draft = a_draft(command_id=f"{times}-{n}")
            await writer.insert(PendingCommit(to_document(draft, MONDAY), sign, lambda: MONDAY))

    first = asyncio.create_task(caller(2))
    await settle()
    second = asyncio.create_task(caller(1))
    await settle()
    InStep.opened.set()
    async with asyncio.timeout(5):
        await asyncio.gather(first, second)


async def test_a_lone_caller_has_no_task_of_its_own(database: Database) -> None:
    gate = Gate(database)
    store = MongoEventStore(database, sign, GroupWriter(gate))
    before = asyncio.all_tasks()
    append = asyncio.create_task(store.append(a_draft()))
    await settle()
    assert asyncio.all_tasks() - before == {append}
    gate.open.set()
    await append


async def test_a_lone_caller_that_goes_away_leaves_the_writer_as_it_was(
    database: Database,
) -> None:
    gate = Gate(database)
    store = MongoEventStore(database, sign, GroupWriter(gate))
    append = asyncio.create_task(store.append(a_draft()))
    await settle()
    append.cancel()
    await settle()
    gate.open.set()
    commits = await asyncio.gather(*[store.append(a_draft(f"handling-d{n}")) for n in range(3)])
    assert [commit.first for commit in commits] == [1, 1, 1]
    assert gate.batches == [1, 1, 2]


async def test_callers_of_one_turn_share_a_batch_behind_the_first(database: Database) -> None:
    gate = Gate(database)
    gate.open.set()
    store = MongoEventStore(database, sign, GroupWriter(gate))
    await asyncio.gather(*[store.append(a_draft(f"handling-c{n}")) for n in range(20)])
    assert gate.batches == [1, 19]


async def test_a_long_queue_is_shared_by_both_inserts(database: Database) -> None:
    gate = Gate(database)
    gate.open.set()
    store = MongoEventStore(database, sign, GroupWriter(gate))
    await asyncio.gather(*[store.append(a_draft(f"handling-c{n}")) for n in range(64)])
    assert gate.batches == [1, 32, 31]


async def test_a_caller_that_goes_away_does_not_disturb_its_batch(database: Database) -> None:
    gate = Gate(database)
    store = MongoEventStore(database, sign, GroupWriter(gate))
    appends = [asyncio.create_task(store.append(a_draft(f"handling-c{n}"))) for n in range(4)]
    await settle()
    appends[1].cancel()
    queued = [asyncio.create_task(store.append(a_draft(f"handling-d{n}"))) for n in range(4)]
    await settle()
    queued[2].cancel()
    gate.open.set()
    done = await asyncio.gather(*appends, *queued, return_exceptions=True)
    cancelled = [n for n, answer in enumerate(done) if isinstance(answer, BaseException)]
    assert cancelled == [1, 6]
    await store.close()
    # The first was on its way already: for its caller the outcome is unknown, and it is stored.
    assert len(await store.read("handling-c1")) == 1


async def test_closing_answers_what_is_under_way_and_takes_nothing_more(database: Database) -> None:
    gate = Gate(database)
    store = MongoEventStore(database, sign, GroupWriter(gate))
    appends = [asyncio.create_task(store.append(a_draft(f"handling-c{n}"))) for n in range(9)]
    await settle()
    closing = asyncio.create_task(store.close())
    await settle()
    assert not closing.done()
    with pytest.raises(Unavailable, match="closing"):
        await store.append(a_draft("handling-late"))
    gate.open.set()
    await closing
    assert all(append.done() and not append.exception() for append in appends)


async def test_a_writer_that_dies_says_so_and_leaves_nobody_waiting(
    database: Database,
) -> None:
    class Deadly(PendingCommit):
        @property
        def size(self) -> int:
            raise RuntimeError("a bug nobody foresaw")

    deaths: list[BaseException] = []
    writer = GroupWriter(CommitInserts(commits_of(database)), on_death=deaths.append)
    document = to_document(a_draft(), MONDAY)
    kinds = (PendingCommit, Deadly, PendingCommit)
    alone, deadly, neighbour = (kind(document, sign, lambda: MONDAY) for kind in kinds)
    answers = await asyncio.gather(
        writer.insert(alone),
        writer.insert(deadly),
        writer.insert(neighbour),
        return_exceptions=True,
    )
    assert [str(death) for death in deaths] == ["a bug nobody foresaw"]
    assert all(isinstance(answer, Unavailable) for answer in answers[1:])


async def test_a_measuring_callback_that_fails_costs_nobody_an_answer(database: Database) -> None:
    def broken(size: int, seconds: float) -> None:
        raise RuntimeError("no metrics today")

    store = MongoEventStore(
        database, sign, GroupWriter(CommitInserts(commits_of(database)), on_batch=broken)
    )
    assert (await store.append(a_draft())).first == 1
    assert (await store.append(a_draft("handling-c2"))).first == 1


async def test_a_commit_that_waited_five_seconds_is_sealed_anew() -> None:
    real = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
    passed = 0.0
    document = to_document(a_draft(), real)
    pending = PendingCommit(
        document, sign, lambda: real + timedelta(seconds=passed), lambda: passed
    )
    passed = 4.9
    pending.to_send()
    assert pending.document == sign(document)
    passed = 6.0
    sent = pending.to_send()
    assert sent["recorded_at"] == "2026-01-05T09:00:06.000Z"
    assert sent["hash"] == pending.document["hash"] == digest(pending.document)
    assert sent["signature"] == sign({**sent})["signature"]
    assert sent["hash"] != document["hash"]

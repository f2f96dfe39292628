"""A topic grows as docs/operations/more-partitions.md has it: two releases on one broker, one after
the other."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from shared.cancelling import end
from shared.contracts.upcasters import encode
from shared.kafka import namespace as namespaces
from shared.kafka import topics
from shared.kafka.group_offsets import group_lag
from shared.kafka.namespace import Namespace
from shared.kafka.topics import CASE_EVENTS, partition_of
from shared.kernel.commit import NewFact
from shared.mongo.checkpoints import Checkpoints
from shared.mongo.event_store import MongoEventStore
from shared.mongo.read_models.counters import totals
from shared.ops.cli.app import app
from shared.service.eventlog.outbox import Outbox
from shared.service.projections.worker import ReadSide, add_projections
from shared.service.resources.connections import Connections
from shared.service.subscriptions.worker_host import WorkerHost
from shared.testing.drafts import a_draft, append_at_head
from shared.testing.eventually import eventually
from shared.testing.isolation import Tap, isolated
from shared.testing.notes import SERVICE as READER
from shared.testing.notes import Notes, noting, topic_of
from shared.testing.signatures import sign
from shared.testing.stories import progress
from shared.testing.tallies import TALLIES

pytestmark = pytest.mark.on_change("more partitions")

WRITER, BEFORE, AFTER = "handling", 24, 48
CASES = [f"c{number}" for number in range(16)]
LATE = CASES[:6]
"""The old release records more of these between the first filling and its end."""
SIDE = ReadSide("portal", TALLIES)


@pytest.fixture
async def old(mongo_url: str, kafka_bootstrap: str, space: str) -> AsyncIterator[Connections]:
    async with isolated(mongo_url, kafka_bootstrap, space, BEFORE) as made:
        yield made


@pytest.fixture
async def log(old: Connections) -> AsyncIterator[MongoEventStore]:
    store = MongoEventStore(old.database(WRITER), sign)
    await store.prepare()
    yield store
    await store.close()


def next_release(old: Connections, mongo_url: str, patch: pytest.MonkeyPatch) -> Connections:
    """Step 1; from here on `duban` is that of the new release."""
    grown = [replace(t, partitions=AFTER) if t is CASE_EVENTS else t for t in topics.TOPICS]
    patch.setattr(topics, "TOPICS", grown)
    patch.setattr(namespaces, "GENERATIONS", {**namespaces.GENERATIONS, CASE_EVENTS.name: 2})
    patch.setenv("MONGO_URL", mongo_url)
    patch.setenv("KAFKA_BOOTSTRAP_SERVERS", old.access.bootstrap)
    patch.setenv("DUBAN_SPACE", old.namespace.name)
    return Connections(old.access, old.mongo, Namespace(old.namespace.name), keys=old.keys)


async def duban(line: str) -> str:
    answer = await asyncio.to_thread(CliRunner().invoke, app, line.split())
    assert answer.exit_code == 0, answer.output
    return answer.stdout


async def record(log: MongoEventStore, text: str, *cases: str) -> None:
    for case in cases:
        fact = progress(text)
        draft = a_draft(
            f"{WRITER}-{case}", f"{text} {case}", [NewFact(fact.type, fact.at, encode(fact))]
        )
        await append_at_head(log, draft)


@asynccontextmanager
async def publishing(here: Connections) -> AsyncIterator[None]:
    task = asyncio.create_task(Outbox(WRITER, here).run())
    try:
        yield
    finally:
        await end([task])


@asynccontextmanager
async def consuming(here: Connections, notes: Notes) -> AsyncIterator[None]:
    fatal: list[BaseException] = []
    host = WorkerHost(here, on_fatal=fatal.append)
    await host.start()
    try:
        await add_projections(host, SIDE.service, [TALLIES])
        await host.listen(SIDE.consumer(here, 1))
        async with noting(here, notes):
            yield
    finally:
        await host.stop()
    assert fatal == []


async def folded(here: Connections) -> dict[str, int]:
    return await totals(SIDE.model(here, 1).counters)


def expected(notes: Notes) -> dict[str, int]:
    sizes = Counter(f"size/{size}" for size in notes.counts().values())
    return {**sizes, "cases": len(CASES), "facts": sum(notes.counts().values())}


async def done(here: Connections, notes: Notes, facts: int) -> bool:
    return sum(notes.counts().values()) == facts and await folded(here) == expected(notes)


async def published(here: Connections, commit: str) -> bool:
    place = await Checkpoints(here.database(WRITER)).load()
    return place.head is not None and place.head.commit == commit


async def held(here: Connections, *cases: str) -> bool:
    """These and no others are set aside, by both consumers, until what is missing comes."""
    found = [here.database(service)["parked"].find({}) for service in (READER, SIDE.service)]
    heads = [(head["key"], head["state"]) for each in found for head in await each.to_list()]
    return sorted(heads) == sorted([(case, "held") for case in cases] * 2)


async def caught_up(here: Connections) -> bool:
    consumers = (here.reactions_consumer(READER), SIDE.consumer(here, 1))
    asked = [
        asyncio.to_thread(group_lag, here.access, consumer, [topic_of(here)])
        for consumer in consumers
    ]
    rows = [row for each in await asyncio.gather(*asked) for row in each]
    assert len(rows) == len(consumers) * AFTER
    return sum(row.lag for row in rows) == 0 and await held(here)


async def everything_lies_where_its_key_belongs(here: Connections) -> bool:
    tap = Tap(here)
    messages = await tap.messages()
    await tap.close()
    return all(m.partition == partition_of((m.key or b"").decode(), AFTER) for m in messages)


async def nothing_was_lost_done_twice_or_out_of_order(here: Connections, notes: Notes) -> None:
    assert {case: "".join(texts) for case, texts in notes.taken.items()} == {
        case: "一二三四五六" if case in LATE else "一二三四六" for case in CASES
    }
    assert notes.dispatched == sum(notes.counts().values())
    assert "Log and bus agree" in await duban("heads handling")
    assert "As declared" in await duban("topics verify")
    assert await everything_lies_where_its_key_belongs(here)


@pytest.mark.usefixtures("signing_folder")
async def test_a_topic_grows_while_facts_are_recorded(
    old: Connections, log: MongoEventStore, mongo_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = Notes()
    async with publishing(old):
        async with consuming(old, notes):
            for text in "一二三":
                await record(log, text, *CASES)
            new = next_release(old, mongo_url, monkeypatch)
            assert f"{topic_of(old)}-2" == topic_of(new) in await duban("topics create")
            await asyncio.gather(duban("republish handling"), record(log, "四", *CASES))
            await eventually(lambda: done(old, notes, 4 * len(CASES)))
        await record(log, "五", *LATE)
        await eventually(lambda: published(old, f"{WRITER}-{LATE[-1]}@5"))

    async with publishing(new), consuming(new, notes):
        await record(log, "六", *CASES)
        await eventually(lambda: len(notes.taken[CASES[-1]]) == 5)
        await eventually(lambda: held(new, *LATE))
        await duban("republish handling")
        await eventually(lambda: done(new, notes, 5 * len(CASES) + len(LATE)))
        await eventually(lambda: caught_up(new), every=0.5)
    await nothing_was_lost_done_twice_or_out_of_order(new, notes)

"""The relay on a real log and a real bus publishes all commits, each stream in order."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiokafka.errors import OutOfOrderSequenceNumber
from bson import Timestamp
from prometheus_client import REGISTRY

from shared.cancelling import end
from shared.kafka import relay, resilient_producer
from shared.kafka.log_heads import BehindBus, read_heads
from shared.kernel.log_position import Checkpoint
from shared.mongo.checkpoints import Checkpoints
from shared.mongo.event_store import MongoEventStore
from shared.service.eventlog.outbox import Outbox
from shared.service.resources.connections import Connections
from shared.testing.drafts import a_draft, a_fact, after
from shared.testing.eventually import eventually
from shared.testing.isolation import Tap, versions
from shared.testing.signatures import sign

SERVICE = "handling"


@pytest.fixture
async def store(here: Connections) -> AsyncIterator[MongoEventStore]:
    made = MongoEventStore(here.database(SERVICE), sign)
    await made.prepare()
    yield made
    await made.close()


@asynccontextmanager
async def publishing(here: Connections) -> AsyncIterator[Outbox]:
    outbox = Outbox(SERVICE, here)
    task = asyncio.create_task(outbox.run())
    await eventually(lambda: outbox.relay.publishing or task.done())
    try:
        yield outbox
    finally:
        await end([task])


async def record(store: MongoEventStore, stream: str, commits: int) -> None:
    """Appends commits of one to three facts."""
    commits_before = await store.read(stream)
    last = commits_before[-1] if commits_before else None
    for number in range(len(commits_before), len(commits_before) + commits):
        facts = [a_fact(n=number)] * (1 + number % 3)
        last = await store.append(after(last, a_draft(stream, f"{stream}-{number}", facts)))


async def all_published(store: MongoEventStore, tap: Tap, *streams: str) -> bool:
    there = versions(await tap.messages())
    return all([(await store.read(s))[-1].last in there.get(s, ()) for s in streams])


def in_order(there: list[int]) -> bool:
    """Returns whether the first appearances of versions are in order and without gaps."""
    firsts = list(dict.fromkeys(there))
    return firsts == list(range(1, len(firsts) + 1))


async def place_is_kept(here: Connections, commit: str) -> bool:
    kept = await Checkpoints(here.database(SERVICE)).load()
    return kept.head is not None and kept.head.commit == commit


async def test_what_was_there_before_and_what_comes_later_is_published_in_order(
    here: Connections, store: MongoEventStore, tap: Tap
) -> None:
    streams = [f"handling-c{number}" for number in range(5)]
    await asyncio.gather(*[record(store, stream, 4) for stream in streams])
    async with publishing(here):
        await asyncio.gather(*[record(store, stream, 4) for stream in streams])
        await eventually(lambda: all_published(store, tap, *streams))
    assert all(in_order(there) for there in versions(await tap.messages()).values())


async def test_a_relay_goes_on_where_the_one_before_was_done(
    here: Connections, store: MongoEventStore, tap: Tap
) -> None:
    async with publishing(here):
        await record(store, "handling-c1", 3)
        last = (await store.read("handling-c1"))[-1]
        await eventually(lambda: place_is_kept(here, f"handling-c1@{last.first}"))
    before = versions(await tap.messages())["handling-c1"]
    await record(store, "handling-c1", 2)
    async with publishing(here):
        await eventually(lambda: all_published(store, tap, "handling-c1"))
    there = versions(await tap.messages())["handling-c1"]
    assert there == [*before, 7, 8, 9]


async def test_a_relay_reads_no_further_than_its_limit_while_nothing_is_acknowledged(
    here: Connections, store: MongoEventStore, tap: Tap, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log keeps what waits better than memory does; afterwards nothing is missing."""
    monkeypatch.setattr(relay, "MOST_OUTSTANDING", 3)
    streams, seen, acknowledged = [f"handling-c{n}" for n in range(8)], [0], asyncio.Event()
    send = resilient_producer.ResilientProducer.send

    async def late(producer: Any, topic: str, messages: Any) -> None:
        await acknowledged.wait()
        await send(producer, topic, messages)

    monkeypatch.setattr(resilient_producer.ResilientProducer, "send", late)
    async with publishing(here) as outbox:
        monkeypatch.setattr(outbox.relay._parts.metric_hooks, "waiting",
                            lambda commits, oldest: seen.append(commits))  # fmt: skip
        await asyncio.gather(*[record(store, stream, 2) for stream in streams])
        await eventually(lambda: seen.count(3) > 3)
        assert max(seen) == 3
        acknowledged.set()
        await eventually(lambda: all_published(store, tap, *streams))
    assert all(in_order(there) for there in versions(await tap.messages()).values())


SEQ = Timestamp(0, 0)  # filled by the store
STRANGE: tuple[dict[str, Any], ...] = (
    {"_id": "note", "text": "不要删"},
    {"_id": {"place": 1}, "seq": SEQ, "command_id": "2"},
    {"_id": "ufo-1@1", "seq": SEQ, "stream": "ufo-1", "facts": [], "hash": "h"},
    {"_id": "handling-c9@1", "seq": SEQ, "stream": "handling-c9", "first": 1, "facts": "none"},
    {"_id": "handling-c9@2", "stream": "handling-c9", "command_id": 7, "facts": [{"data": 1.5}]},
)
"""Documents that no service has written."""


async def left_out(service: str) -> float:
    return float(REGISTRY.get_sample_value(
        "duban_log_strange_documents_total", {"service": service}) or 0)  # fmt: skip


async def test_what_is_no_commit_is_left_out_aloud_by_tail_and_sweep(
    here: Connections, store: MongoEventStore, tap: Tap
) -> None:
    """Of the log of a service, and of one that it finds again by a sweep."""
    commits, before = here.database(SERVICE)["commits"], await left_out(SERVICE)
    await commits.insert_many(STRANGE[:2])
    await record(store, "handling-c1", 2)
    async with publishing(here):
        await eventually(lambda: all_published(store, tap, "handling-c1"))
        await commits.insert_many(STRANGE[2:])
        await record(store, "handling-c2", 2)
        await eventually(lambda: all_published(store, tap, "handling-c2"))
        assert await left_out(SERVICE) >= before + len(STRANGE[2:])
    garbled = {"_data": "82" + "0" * 40}
    await Checkpoints(here.database(SERVICE)).save(Checkpoint(garbled, Timestamp(2, 1)))
    async with publishing(here):
        await record(store, "handling-c3", 1)
        await eventually(lambda: all_published(store, tap, "handling-c3"))
    assert versions(await tap.messages()).keys() == {"handling-c1", "handling-c2", "handling-c3"}


async def test_a_strange_last_document_does_not_come_again(
    here: Connections, store: MongoEventStore, tap: Tap
) -> None:
    async with publishing(here):
        await record(store, "handling-c1", 1)
        await here.database(SERVICE)["commits"].insert_one(dict(STRANGE[3]))
        await record(store, "handling-c1", 1)
        await eventually(lambda: place_is_kept(here, "handling-c1@2"))
    before = await left_out(SERVICE)
    async with publishing(here):
        await record(store, "handling-c2", 1)
        await eventually(lambda: all_published(store, tap, "handling-c2"))
    assert await left_out(SERVICE) == before


async def test_a_lost_place_is_made_good_by_a_sweep(
    here: Connections, store: MongoEventStore, tap: Tap
) -> None:
    await record(store, "handling-c1", 2)
    garbled = {"_data": "82" + "0" * 40}
    await Checkpoints(here.database(SERVICE)).save(Checkpoint(garbled, Timestamp(2, 1)))
    async with publishing(here):
        await eventually(lambda: all_published(store, tap, "handling-c1"))


async def test_a_log_that_is_dropped_and_restored_under_the_relay_is_published_on(
    here: Connections, store: MongoEventStore, tap: Tap
) -> None:
    commits = here.database(SERVICE)["commits"]
    async with publishing(here):
        await record(store, "handling-c1", 2)
        await eventually(lambda: all_published(store, tap, "handling-c1"))
        kept = await commits.find().to_list()
        await commits.drop()
        await store.prepare()
        await commits.insert_many(kept)
        await record(store, "handling-c1", 2)
        await record(store, "handling-c2", 2)
        await eventually(lambda: all_published(store, tap, "handling-c1", "handling-c2"))


async def test_a_broken_producer_is_replaced_and_the_order_is_kept(
    here: Connections, store: MongoEventStore, tap: Tap
) -> None:
    """Given a bus that says of some messages that the sequence is broken, of some before it has
    taken them and of some after, then every stream has all its versions in order."""
    streams = [f"handling-c{number}" for number in range(4)]
    real, met = resilient_producer.confirmed, dict[str, int]()

    async def breaking(producer: object, topic: str, messages: object) -> None:
        first = str(messages) not in met
        turn = met.setdefault(str(messages), len(met))
        if first and turn % 6 == 2:
            raise OutOfOrderSequenceNumber
        await real(producer, topic, messages)  # type: ignore[arg-type]
        if first and turn % 6 == 5:
            raise OutOfOrderSequenceNumber

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resilient_producer, "confirmed", breaking)
        async with publishing(here):
            await asyncio.gather(*[record(store, stream, 5) for stream in streams])
            await eventually(lambda: all_published(store, tap, *streams))
    assert len(met) >= 12, "the bus was broken at least twice, before and after it took a message"
    assert all(in_order(there) for there in versions(await tap.messages()).values())


async def test_only_one_relay_is_active_and_the_next_takes_over(
    here: Connections, store: MongoEventStore, tap: Tap
) -> None:
    async with publishing(here) as first:
        waiting = Outbox(SERVICE, here)
        task = asyncio.create_task(waiting.run())
        await record(store, "handling-c1", 1)
        await eventually(lambda: all_published(store, tap, "handling-c1"))
        assert first.relay.publishing
        assert not waiting.relay.publishing
    await record(store, "handling-c1", 1)
    await eventually(lambda: all_published(store, tap, "handling-c1"))
    assert waiting.relay.publishing
    await end([task])


async def test_the_head_says_what_was_published_last(
    here: Connections, store: MongoEventStore
) -> None:
    async def announced() -> bool:
        word = (await read_heads(here.access, here.namespace, [SERVICE], here.keys.ring)).get(
            SERVICE
        )
        last = (await store.read("handling-c1"))[-1]
        return bool(word and word.head and word.head.hash == last.hash)

    async with publishing(here):
        await record(store, "handling-c1", 3)
        await eventually(announced)


async def test_a_log_older_than_the_bus_is_refused_with_the_way_out(
    here: Connections, store: MongoEventStore, tap: Tap
) -> None:
    async with publishing(here):
        await record(store, "handling-c1", 3)
        last = (await store.read("handling-c1"))[-1]
        await eventually(lambda: place_is_kept(here, f"handling-c1@{last.first}"))
    await here.database(SERVICE)["commits"].delete_one({"_id": f"handling-c1@{last.first}"})
    restored = Outbox(SERVICE, here)
    with pytest.raises(BehindBus, match="duban refill handling"):
        await restored.run()
    assert not restored.relay.publishing


async def test_a_bus_that_is_away_delays_and_refuses_nothing(
    here: Connections, store: MongoEventStore, tap: Tap
) -> None:
    nowhere = Connections(
        type(here.access)("127.0.0.1:1"), here.mongo, here.namespace, keys=here.keys
    )
    outbox = Outbox(SERVICE, nowhere)
    task = asyncio.create_task(outbox.run())
    await record(store, "handling-c1", 2)
    assert not task.done()
    await end([task])
    async with publishing(here):
        await eventually(lambda: all_published(store, tap, "handling-c1"))

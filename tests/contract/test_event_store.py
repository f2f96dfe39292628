"""What every event store promises, asked of the one in memory and of the one on MongoDB."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from shared.kernel.chain import verify_chain
from shared.kernel.commit import Draft, NewFact, digest, to_document
from shared.kernel.errors import ConcurrencyConflict, KeyReused, Unstorable
from shared.kernel.ports import EventStore
from shared.mongo.commits import commits_of
from shared.mongo.connect import connect
from shared.mongo.event_store import MongoEventStore
from shared.testing.drafts import MONDAY, a_draft, a_fact, after, race
from shared.testing.memory import MemoryEventStore
from shared.testing.plain_writer import PlainWriter
from shared.testing.signatures import sign

GOLDEN = Path(__file__).parent / "golden" / "commit.json"
RECORDED_AT = datetime(2026, 1, 5, 9, 0, 1, 234_567, tzinfo=UTC)

Documents = list[dict[str, Any]]


@dataclass
class Subject:
    """A store, and its commits as they are stored, in the order of their versions."""

    store: EventStore
    raw: Callable[[], Awaitable[Documents]]


async def in_memory() -> AsyncIterator[Subject]:
    store = MemoryEventStore(lambda: RECORDED_AT)

    async def raw() -> Documents:
        return sorted(store.documents, key=lambda document: document["first"])

    yield Subject(store, raw)


async def on_mongodb(url: str, plain: bool = False) -> AsyncIterator[Subject]:
    async with connect(url) as client:
        database = client[f"contract_{uuid4().hex}"]
        writer = PlainWriter(commits_of(database)) if plain else None
        store = MongoEventStore(database, sign, writer, clock=lambda: RECORDED_AT)
        await store.prepare()

        async def raw() -> Documents:
            return await database["commits"].find().sort("first").to_list()

        yield Subject(store, raw)
        await store.close()
        await client.drop_database(database.name)


@pytest.fixture(params=["memory", "mongodb", "mongodb-plain"])
async def subject(request: pytest.FixtureRequest) -> AsyncIterator[Subject]:
    if request.param == "memory":
        made = in_memory()
    else:
        url = request.getfixturevalue("mongo_url")
        made = on_mongodb(url, plain=request.param == "mongodb-plain")
    async for one in made:
        yield one


@pytest.fixture
def store(subject: Subject) -> EventStore:
    return subject.store


def golden_draft() -> Draft:
    contacted = NewFact(
        "case.contacted.v1",
        datetime(2026, 1, 5, 8, 59, 59, 999_999, tzinfo=UTC),
        {
            "unit": "u-jytyj",
            "phase": "before",
            "people": ["p-7", "p-8"],
            "summary": "已面商 “同意” \\ /",
        },
    )
    reported = NewFact("progress.reported.v1", MONDAY, {"node": 2, "final": False, "text": {}})
    return Draft(
        stream="handling-56fa9635caf355c1b7bdf0735026de16",
        expected=4,
        prev_hash="0f" * 32,
        command_id="08c5f346-062f-5539-af14-751f7940c2a6",
        fingerprint="ab" * 32,
        facts=(contacted, reported),
        agency="u-city",
        actor="system:handling",
        correlation_id="6f0c1a52-4d3c-4a3a-9a52-0a4f3a1de001",
        case_id="56fa9635caf355c1b7bdf0735026de16",
        on_behalf_of="p-7",
        causation_id="129027b5-6881-5b1e-999b-8a7ff9d947ba",
        basis={"assignment-56fa9635caf355c1b7bdf0735026de16": 3},
        clock="simulated",
    )


def test_the_golden_commit_has_its_hash_for_ever() -> None:
    golden = json.loads(GOLDEN.read_text())
    assert to_document(golden_draft(), RECORDED_AT) == golden
    assert digest(golden) == golden["hash"]


async def test_the_stored_json_is_exactly_what_was_sealed(subject: Subject) -> None:
    draft = replace(golden_draft(), expected=0, prev_hash="")
    await subject.store.append(draft)
    (document,) = await subject.raw()
    assert document.pop("seq")
    assert document == sign(to_document(draft, RECORDED_AT))
    assert verify_chain([document]) == []


async def test_a_stream_nobody_wrote_is_empty(store: EventStore) -> None:
    assert await store.read("handling-c1") == []


async def test_what_was_appended_is_read_in_order(store: EventStore) -> None:
    one = await store.append(a_draft(facts=[a_fact(), a_fact()]))
    two = await store.append(after(one, a_draft(command_id="command-2")))
    await store.append(a_draft("handling-c2"))
    assert [commit.hash for commit in await store.read("handling-c1")] == [one.hash, two.hash]


async def test_reading_goes_on_after_a_version_even_inside_a_commit(store: EventStore) -> None:
    one = await store.append(a_draft(facts=[a_fact(), a_fact()]))
    two = await store.append(after(one, a_draft(command_id="command-2")))

    async def firsts(version: int) -> list[int]:
        return [commit.first for commit in await store.read("handling-c1", version)]

    assert await firsts(0) == await firsts(1) == [1, 3]
    assert await firsts(2) == [two.first]
    assert await firsts(3) == []


async def test_only_one_of_two_who_saw_the_same_version_is_taken(store: EventStore) -> None:
    await store.append(a_draft(facts=[a_fact()] * 3))
    with pytest.raises(ConcurrencyConflict, match="handling-c1 is no longer at version 0"):
        await store.append(a_draft(command_id="command-2"))


async def test_a_repeated_command_answers_the_first_commit(store: EventStore) -> None:
    one = await store.append(a_draft())
    again = await store.append(a_draft())
    later = await store.append(after(one, a_draft(facts=[a_fact(n=2)])))
    assert one.hash == again.hash == later.hash
    assert len(await store.read("handling-c1")) == 1


async def test_a_commit_of_now_has_no_mark_of_order_and_one_of_before_has_it(
    store: EventStore,
) -> None:
    assert (await store.append(a_draft())).seq is None
    again = replace(a_draft(), correlation_id="of another request")
    assert (await store.append(again)).seq is not None


async def test_a_repeat_is_recognised_before_anything_is_decided(store: EventStore) -> None:
    one = await store.append(a_draft())
    twin = await store.twin("handling-c1", "command-1", one.fingerprint)
    assert twin is not None
    assert twin.hash == one.hash
    assert await store.twin("handling-c1", "command-2", one.fingerprint) is None
    assert await store.twin("handling-c2", "command-1", one.fingerprint) is None


async def test_facts_of_a_type_are_found_from_a_day_on(store: EventStore) -> None:
    proposed = replace(a_fact(), type="act.proposed.v1")
    for n, days in enumerate((0, 10, 20)):
        facts = [replace(proposed, occurred_at=MONDAY + timedelta(days=days))]
        await store.append(a_draft(f"handling-c{n}", facts=facts))
    await store.append(a_draft("handling-c9"))
    found = await store.holding("act.proposed.v1", MONDAY + timedelta(days=10))
    assert [commit.stream for commit in found] == ["handling-c1", "handling-c2"]


async def test_a_command_id_used_for_another_content_is_refused(store: EventStore) -> None:
    one = await store.append(a_draft())
    with pytest.raises(KeyReused):
        await store.twin("handling-c1", "command-1", "another")
    with pytest.raises(KeyReused):
        await store.append(after(one, a_draft(fingerprint="another")))
    with pytest.raises(KeyReused):
        await store.append(a_draft(fingerprint="another"))


async def test_the_same_command_sent_eight_times_at_once_is_one_commit(store: EventStore) -> None:
    commits = await asyncio.gather(*[store.append(a_draft()) for _ in range(8)])
    assert len({commit.hash for commit in commits}) == 1
    assert len(await store.read("handling-c1")) == 1


async def test_racing_commits_of_mixed_sizes_leave_one_unbroken_chain(subject: Subject) -> None:
    answered = await race(subject.store, "handling-c1", writers=8, each=15)
    documents = await subject.raw()
    assert verify_chain(documents) == []
    assert {commit.hash for commit in answered} == {document["hash"] for document in documents}
    assert len(documents) == 8 * 15
    assert all(a["seq"] < b["seq"] for a, b in pairwise(documents))


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ([a_fact()] * 65, "65 facts"),
        ([a_fact(text="x" * 300_000)], "more than 262144 bytes"),
        ([a_fact(text="x" * 250_000)] * 20, "the commit has"),
        ([a_fact(numbers=[1] * 100_000)] * 10, "more than 4194304"),  # small as JSON, large as BSON
        ([a_fact(share=0.5)], "float"),
    ],
)
async def test_what_breaks_a_bound_is_refused_and_not_stored(
    store: EventStore, facts: list[NewFact], rule: str
) -> None:
    with pytest.raises(Unstorable, match=rule):
        await store.append(a_draft(facts=facts))
    assert await store.read("handling-c1") == []


async def test_a_refused_neighbour_disturbs_nobody(store: EventStore) -> None:
    first = a_draft("handling-c0")
    await store.append(first)
    drafts = [a_draft(f"handling-c{n}") for n in range(1, 40)]
    drafts[7] = a_draft("handling-c7", facts=[a_fact(share=0.5)])
    drafts[9] = a_draft("handling-c0", command_id="too-late")
    drafts[11] = a_draft("handling-c0", fingerprint="another")
    done = await asyncio.gather(*map(store.append, drafts), return_exceptions=True)
    refused = {n: type(answer) for n, answer in enumerate(done) if isinstance(answer, Exception)}
    assert refused == {7: Unstorable, 9: ConcurrencyConflict, 11: KeyReused}

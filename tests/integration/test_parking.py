"""What a consumer cannot do is set aside with its case: neighbours go on, nothing is lost, and it
goes on in order when it can."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from shared.kafka.envelope import to_messages
from shared.kafka.message import Outgoing
from shared.mongo.clock_store import real_time
from shared.mongo.parking import ParkedCase, Parking
from shared.ops.cli.parked_cases import NoMessage, listed, replayed, shown, stepped_over
from shared.service.resources.connections import Connections
from shared.testing.eventually import eventually
from shared.testing.isolation import Tap
from shared.testing.notes import SERVICE, Notes, noting
from shared.testing.stories import Story, progress

Change = Callable[[Outgoing], Outgoing]


def parking(here: Connections) -> Parking:
    return Parking(here.database(SERVICE), real_time)


async def heads(here: Connections) -> dict[str, ParkedCase]:
    return {head.key: head for head in await parking(here).cases()}


def with_header(name: str, value: str) -> Change:
    def change(message: Outgoing) -> Outgoing:
        changed = dict(message.headers) | {name: value.encode()}
        return Outgoing(message.key, message.value, list(changed.items()))

    return change


def with_value(value: Any) -> Change:
    return lambda message: Outgoing(message.key, value, message.headers)


def without_key(message: Outgoing) -> Outgoing:
    return Outgoing(b"\xff", message.value, message.headers)


BROKEN: dict[str, tuple[Change, str]] = {
    "c-json": (with_value(b"{"), "not-json"),
    "c-tombstone": (with_value(None), "no-value"),
    "c-large": (with_value(b"x" * 900_000), "not-json"),
    "c-newer": (with_header("ce_type", "progress.reported.v2"), "newer-version"),
    "c-owner": (with_header("ce_type", "case.numbered.v1"), "not-its-owner"),
    "c-stream": (with_header("ce_stream", "handling-other"), "wrong-key"),
    "c-fork": (with_header("ce_prevhash", "0" * 64), "hash-mismatch"),
    "c-nokey": (without_key, "no-usable-key"),
}


async def test_each_broken_fact_parks_its_case_and_neighbours_pass_within_a_second(
    here: Connections, tap: Tap
) -> None:
    notes, neighbour = Notes(), Story("handling-c-good")
    notes.broken["raises"] = KeyError("张三 13800000000")
    broken = [(c, to_messages(Story(f"handling-{c}").tell(progress()))) for c in BROKEN]
    async with noting(here, notes):
        await tap.put(neighbour.tell(progress("起")))
        await eventually(lambda: notes.counts() == {"c-good": 1})
        for case, messages in broken:
            await tap.put_raw(*map(BROKEN[case][0], messages))
        await tap.put(Story("handling-c-raises").tell(progress("raises")))
        await tap.put(neighbour.tell(progress("承")))
        await eventually(lambda: notes.counts() == {"c-good": 2})
        await eventually(lambda: _count(here, len(BROKEN) + 1))
    found = await heads(here)
    reasons = {key if "/" not in key else "c-nokey": head.reason for key, head in found.items()}
    expected = {case: reason for case, (_, reason) in BROKEN.items()}
    assert reasons == expected | {"c-raises": "exception"}
    assert found["c-raises"].detail.startswith("KeyError at notes.py:")


async def test_pure_code_that_never_ends_parks_the_case_too(here: Connections, tap: Tap) -> None:
    notes, neighbour = Notes(), Story("handling-c2")
    async with noting(here, notes):
        await tap.put(Story("handling-c1").tell(progress("endless")))
        await tap.put(neighbour.tell(progress("邻")))
        await eventually(lambda: notes.counts() == {"c2": 1})
        await eventually(lambda: _count(here, 1))
    assert (await heads(here))["c1"].detail.startswith("Endless at notes.py:")


async def _count(here: Connections, number: int) -> bool:
    return len(await heads(here)) == number


async def test_a_gap_holds_the_stream_and_closes_by_itself(here: Connections, tap: Tap) -> None:
    story, notes = Story("handling-c1").tells(5), Notes()
    one, two, *later = story.documents
    async with noting(here, notes):
        await tap.put(one, *later)
        await eventually(lambda: _count(here, 1))
        head = (await heads(here))["c1"]
        assert (head.state, head.reason) == ("held", "gap")
        assert notes.taken["c1"] == ["进展 0"]
        await tap.put(two)
        await eventually(lambda: _count(here, 0))
        await tap.put(story.tell(progress("末")))
        await eventually(lambda: len(notes.taken["c1"]) == 6)
    assert notes.taken["c1"] == [*[f"进展 {n}" for n in range(5)], "末"]
    assert await kept_facts(here) == 0


async def test_a_replay_keeps_the_order_while_new_facts_arrive(here: Connections, tap: Tap) -> None:
    story, notes = Story("handling-c1"), Notes()
    notes.broken["3"] = ValueError("not yet")
    written = 0

    async def write(number: int) -> None:
        nonlocal written
        for _ in range(number):
            await tap.put(story.tell(progress(str(written))))
            written += 1

    async with noting(here, notes):
        await write(40)
        await eventually(lambda: _appended(here, 37))
        group = here.reactions_group(SERVICE)
        assert "exception" in (await replayed(here, SERVICE, group, "c1") or "")
        notes.broken.clear()
        _, left = await asyncio.gather(write(60), replayed(here, SERVICE, group, "c1"))
        assert left is None
        await eventually(lambda: len(set(notes.taken["c1"])) == 100)
    assert list(dict.fromkeys(notes.taken["c1"])) == [str(n) for n in range(100)]
    assert await kept_facts(here) == 0
    assert await heads(here) == {}


async def test_operators_see_places_and_types_and_never_a_content(
    here: Connections, tap: Tap
) -> None:
    story, notes = Story("handling-c1"), Notes()
    notes.broken["请勿外传"] = ValueError("请勿外传")
    async with noting(here, notes):
        await tap.put(story.tell(progress("请勿外传")), story.tell(progress("之后")))
        await eventually(lambda: _appended(here, 2))
    group = here.reactions_group(SERVICE)
    ((head, facts),) = await listed(here, SERVICE)
    assert (head.consumer, head.key, facts) == (group, "c1", 2)
    rows = await shown(here, SERVICE, group, "c1")
    assert [row[3:] for row in rows] == [
        ("handling-c1", "1", "progress.reported.v1"),
        ("handling-c1", "2", "progress.reported.v1"),
    ]
    database = here.database(SERVICE)
    everything = [
        document
        for name in ("parked", "parked_facts", "inbox")
        for document in await database[name].find().to_list()
    ]
    assert "请勿外传" not in json.dumps(everything, default=str, ensure_ascii=False)


async def test_a_message_that_is_no_fact_is_dropped_and_the_case_goes_on(
    here: Connections, tap: Tap
) -> None:
    story, notes = Story("handling-c1"), Notes()
    async with noting(here, notes):
        await tap.put(story.tell(progress("一")))
        await tap.put_raw(Outgoing(b"c1", b"garbage", []))
        await tap.put(story.tell(progress("二")))
        await eventually(lambda: _appended(here, 2))
        group = here.reactions_group(SERVICE)
        place = (await shown(here, SERVICE, group, "c1"))[0][:3]
        assert await replayed(here, SERVICE, group, "c1", drop="/".join(place)) is None
    assert notes.taken["c1"] == ["一", "二"]


async def test_a_fact_that_kills_the_worker_is_stepped_over(here: Connections, tap: Tap) -> None:
    """Given a fact that no worker survives, when its place is named, then its case is parked before
    anybody looks into it."""
    story, notes = Story("handling-c1"), Notes()
    group = here.reactions_group(SERVICE)
    await tap.put(story.tell(progress("endless")), story.tell(progress("之后")))
    (place, _) = [(m.topic, m.partition, m.offset) for m in await tap.messages()]
    with pytest.raises(NoMessage):
        await stepped_over(here, SERVICE, group, (*place[:2], 10**9))
    assert await stepped_over(here, SERVICE, group, place) == "c1"
    async with noting(here, notes):
        await tap.put(Story("handling-c2").tell(progress("邻")))
        await eventually(lambda: notes.counts() == {"c2": 1})
        await eventually(lambda: _appended(here, 2))
    assert (await heads(here))["c1"].reason == "stepped-over"


async def _appended(here: Connections, number: int) -> bool:
    """With the head, which comes after them."""
    return await kept_facts(here) == number and bool(await heads(here))


async def kept_facts(here: Connections) -> int:
    return await here.database(SERVICE)["parked_facts"].count_documents({})

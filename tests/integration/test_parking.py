"""What a consumer cannot do is set aside with its case: neighbours go on, nothing is lost, and it
goes on in order when it can."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from shared.kafka.envelope import to_messages
from shared.kafka.message import Outgoing
from shared.kernel.commit import digest
from shared.mongo.clock_store import real_time
from shared.mongo.parking import ParkedCase, Parking
from shared.ops.cli.dropped_messages import IsAFact, dropped, places_alone
from shared.ops.cli.parked_cases import (
    NoMessage,
    listed,
    named,
    place_written,
    replayed,
    shown,
    stepped_over,
)
from shared.service.resources.connections import Connections
from shared.service.subscriptions.consumer import Consumer, is_place
from shared.service.subscriptions.parked_cases import Replayable, Replayer
from shared.service.subscriptions.worker_host import WorkerHost
from shared.signing.key_pair import COMMIT, KeyPair
from shared.signing.key_ring import READ_AGAIN_SECONDS, KeyRing, PublicKey
from shared.testing.eventually import eventually
from shared.testing.isolation import Tap
from shared.testing.notes import SERVICE, Notes, consumer_of, noting
from shared.testing.signatures import KEYS, PAIRS, PUBLIC, STRANGER, pair_of, sign
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


def signed_by(pair: KeyPair, key_id: str = "") -> Change:
    """As the owner's, but for the key that has signed it."""

    def change(message: Outgoing) -> Outgoing:
        signature = pair.signature(COMMIT, dict(message.headers)["ce_hash"])
        signed = with_header("ce_signature", signature)(message)
        return with_header("ce_keyid", key_id or pair.id)(signed)

    return change


def signed_with(story: Story, **changes: Any) -> Mapping[str, Any]:
    """A commit that its owner has signed, and no reader of today understands."""
    document = story.tell(progress())
    changed = {**document, "facts": [{**document["facts"][0], **changes}]}
    return sign({**changed, "hash": digest(changed)})


def without_key(message: Outgoing) -> Outgoing:
    return Outgoing(b"\xff", message.value, message.headers)


BROKEN: dict[str, tuple[Change, str]] = {
    "c-json": (with_value(b"{"), "wrong-hash"),
    "c-tombstone": (with_value(None), "no-value"),
    "c-large": (with_value(b"x" * 900_000), "wrong-hash"),
    "c-later": (with_header("ce_recordedtime", "2030-01-01T00:00:00.000Z"), "wrong-hash"),
    "c-owner": (with_header("ce_type", "case.numbered.v1"), "not-its-owner"),
    "c-stream": (with_header("ce_stream", "handling-other"), "wrong-key"),
    "c-link": (with_header("ce_prevhash", "0" * 64), "wrong-hash"),
    "c-unsigned": (with_header("ce_signature", ""), "unsigned"),
    "c-signer": (signed_by(PAIRS["intake"]), "wrong-signer"),
    "c-stranger": (signed_by(STRANGER), "unknown-key"),
    "c-forged": (signed_by(STRANGER, PAIRS["handling"].id), "wrong-signature"),
    "c-nokey": (without_key, "no-usable-key"),
}
SIGNED: dict[str, tuple[dict[str, Any], str]] = {
    "c-newer": ({"type": "progress.reported.v2"}, "newer-version"),
    "c-invalid": ({"data": {"text": 7}}, "invalid-fact"),
}


async def test_each_broken_fact_parks_its_case_and_neighbours_pass_within_a_second(
    here: Connections, tap: Tap
) -> None:
    notes, neighbour = Notes(), Story("handling-c-good")
    notes.broken["raises"] = KeyError("张三 13800000000")
    broken = [(c, to_messages(Story(f"handling-{c}").tell(progress()))) for c in BROKEN]
    fork = Story("handling-c-fork", [{"last": 0, "hash": "0" * 64}])
    async with noting(here, notes):
        await tap.put(neighbour.tell(progress("起")))
        await eventually(lambda: notes.counts() == {"c-good": 1})
        for case, messages in broken:
            await tap.put_raw(*map(BROKEN[case][0], messages))
        for case, (changes, _) in SIGNED.items():
            await tap.put(signed_with(Story(f"handling-{case}"), **changes))
        await tap.put(fork.tell(progress("另一历史")))
        await tap.put(Story("handling-c-raises").tell(progress("raises")))
        await tap.put(neighbour.tell(progress("承")))
        await eventually(lambda: notes.counts() == {"c-good": 2})
        await eventually(lambda: _count(here, len(BROKEN) + len(SIGNED) + 2))
    check_reasons(await heads(here))


def check_reasons(found: Mapping[str, ParkedCase]) -> None:
    alone = sorted(head.reason for key, head in found.items() if is_place(key))
    assert alone == sorted(reason for _, reason in BROKEN.values())
    cases = {key: head.reason for key, head in found.items() if not is_place(key)}
    expected = {case: reason for case, (_, reason) in SIGNED.items()}
    assert cases == expected | {"c-raises": "exception", "c-fork": "hash-mismatch"}
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
        consumer = here.reactions_consumer(SERVICE)
        assert "exception" in (await replayed(here, SERVICE, consumer, "c1") or "")
        notes.broken.clear()
        _, left = await asyncio.gather(write(60), replayed(here, SERVICE, consumer, "c1"))
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
    consumer = here.reactions_consumer(SERVICE)
    (aside,) = await listed(here, [SERVICE])
    assert (aside.case.consumer, aside.case.key, aside.messages) == (consumer, "c1", 2)
    assert await named(here, aside.id) == aside
    rows = await shown(here, aside)
    assert [row[1:] for row in rows] == [
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


async def test_a_message_that_is_no_fact_is_set_aside_alone_and_dropped_for_ever(
    here: Connections, tap: Tap
) -> None:
    """Given garbage between two facts, then its case goes on; when it is dropped by one command,
    then no consumer that reads all again sets it aside."""
    story, notes = Story("handling-c1"), Notes()
    async with noting(here, notes):
        await tap.put(story.tell(progress("一")))
        await tap.put_raw(Outgoing(b"c1", b"garbage", []))
        await tap.put(story.tell(progress("二")))
        await eventually(lambda: notes.taken["c1"] == ["一", "二"])
        await eventually(lambda: _appended(here, 1))
    (place,) = await places_alone(here)
    assert await dropped(here, place) == 1
    assert await heads(here) == {}
    await here.database(SERVICE)["inbox"].delete_many({})
    again = await consumer_of(WorkerHost(here), notes)
    await again.apply(await tap.messages())
    assert notes.taken["c1"] == ["一", "二"] * 2
    assert await heads(here) == {}


async def test_a_fact_is_never_dropped_and_one_of_two_histories_is(
    here: Connections, tap: Tap
) -> None:
    story, notes = Story("handling-c1"), Notes()
    notes.broken["二"] = ValueError("not yet")
    async with noting(here, notes):
        await tap.put(story.tell(progress("一")))
        await tap.put(Story("handling-c1").tell(progress("另一历史")))
        await tap.put(story.tell(progress("二")))
        await eventually(lambda: _appended(here, 2))
        (aside,) = await listed(here, [SERVICE])
        other, second = (place_written(row[0]) for row in await shown(here, aside))
        assert aside.case.reason == "hash-mismatch"
        assert await dropped(here, other) == 1
        await eventually(lambda: _reason(here, "exception"))
        with pytest.raises(IsAFact):
            await dropped(here, second)
        notes.broken.clear()
        consumer = here.reactions_consumer(SERVICE)
        assert await replayed(here, SERVICE, consumer, "c1") is None
    assert notes.taken["c1"] == ["一", "二"]


async def _reason(here: Connections, reason: str) -> bool:
    return [head.reason for head in (await heads(here)).values()] == [reason]


async def test_a_message_whose_key_the_ring_learns_is_replayed(here: Connections, tap: Tap) -> None:
    """Given a fact signed by a key that a consumer did not know, when its ring has the key, then a
    replay applies it, and what came after it."""
    learned: list[PublicKey] = []
    keys = replace(KEYS, ring=KeyRing(PUBLIC, lambda: learned))
    newer = pair_of("the next key of handling")
    story, notes = Story("handling-c1"), Notes()
    first, second = story.tell(progress("一")), story.tell(progress("二"))
    async with noting(replace(here, keys=keys), notes):
        await tap.put(newer.sign(first), second)
        await eventually(lambda: _count(here, 2))
        learned.append(PublicKey("handling", newer.public))
        (alone,) = [one for one in await listed(here, [SERVICE]) if is_place(one.case.key)]
        assert alone.case.reason == "unknown-key"
        await asyncio.sleep(READ_AGAIN_SECONDS)
        consumer = here.reactions_consumer(SERVICE)
        assert await replayed(here, SERVICE, consumer, alone.case.key) is None
        await eventually(lambda: _count(here, 0))
    assert notes.taken["c1"] == ["一", "二"]


async def test_a_fact_that_kills_the_worker_is_stepped_over(here: Connections, tap: Tap) -> None:
    """Given a fact that no worker survives, when its place is named, then its case is parked before
    anybody looks into it."""
    story, notes = Story("handling-c1"), Notes()
    consumer = here.reactions_consumer(SERVICE)
    await tap.put(story.tell(progress("endless")), story.tell(progress("之后")))
    (place, _) = [(m.topic, m.partition, m.offset) for m in await tap.messages()]
    with pytest.raises(NoMessage):
        await stepped_over(here, SERVICE, consumer, (*place[:2], 10**9))
    assert await stepped_over(here, SERVICE, consumer, place) == "c1"
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


@pytest.mark.parametrize("words", ["case-events/0/-1", "case-events/-1/0", "a/x/1", "a/1/²", "a/1"])
def test_what_is_no_place_is_refused_before_the_bus_is_asked(words: str) -> None:
    with pytest.raises(ValueError, match="unpack"):
        place_written(words)


class Asked(Parking):
    """Notes in which round it was asked for waiting cases."""

    def __init__(self, here: Connections, replayer: "Rounds") -> None:
        super().__init__(here.database(SERVICE), real_time)
        self.replayer, self.rounds = replayer, list[int]()

    async def waiting(self, *wanted: Any) -> list[tuple[str, str]]:
        self.rounds.append(self.replayer.round)
        return await super().waiting(*wanted)


class Rounds(Replayer):
    """Does something in some of its rounds, and ends with the last of them."""

    def __init__(self, doing: Mapping[int, Callable[[], Awaitable[None]]]) -> None:
        super().__init__(lambda error: False)
        self.round, self.doing = -1, doing

    def _by_database(self) -> dict[Parking, list[Replayable]]:
        self.round += 1
        return super()._by_database()

    async def pause(self, seconds: float) -> None:
        if self.round == max(self.doing):
            raise asyncio.CancelledError
        if self.round in self.doing:
            await self.doing[self.round]()


async def test_a_database_without_parked_cases_is_asked_every_eighth_time(
    here: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until this process sets a case aside, or finds one of another process."""
    other = parking(here)

    async def set_aside() -> None:
        await asked.open("notes", "c1", [("case-events", 0, 1)], "parked", "exception")

    async def close() -> None:
        await other.drop("notes")

    async def set_aside_elsewhere() -> None:
        await other.open("notes", "c1", [("case-events", 0, 1)], "parked", "exception")

    replayer = Rounds({2: set_aside, 4: close, 18: set_aside_elsewhere, 26: close})
    asked = Asked(here, replayer)
    await asked.prepare()
    monkeypatch.setattr("shared.service.subscriptions.parked_cases.pause", replayer.pause)
    nobody: Any = None
    consumer = Consumer("notes", frozenset(), nobody, parking=asked, bus=nobody, gate=nobody)
    replayer.watch(Replayable(SERVICE, consumer, asked))
    with pytest.raises(asyncio.CancelledError):
        await replayer.run()
    replayer.unwatch("notes")
    assert asked.rounds == [0, 3, 4, 5, 6, 7, 8, 16, 24, 25, 26]

"""Read models on a real bus and store: folded once, counted exactly, built again beside the live
one."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from itertools import count
from typing import Any

import pytest

from shared.kernel.errors import BeingRebuilt
from shared.kernel.messages import Event, Recorded
from shared.kernel.projection import ModelDocument
from shared.mongo.clock_store import real_time
from shared.mongo.parking import Parking
from shared.mongo.read_models.counters import totals
from shared.mongo.read_models.generations import Generations
from shared.mongo.read_models.live import LiveModels
from shared.mongo.read_models.model import ReadModel
from shared.mongo.read_models.reader import connect_reader
from shared.mongo.transient import Raced
from shared.service.projections.projector import Projector
from shared.service.projections.rebuild import Advance, Disagrees, rebuild
from shared.service.projections.renewal import renew
from shared.service.projections.worker import ReadSide, add_projections
from shared.service.resources.connections import Connections
from shared.service.subscriptions.worker_host import WorkerHost
from shared.testing.eventually import eventually
from shared.testing.isolation import Tap
from shared.testing.stories import OnBus, Story, numbered, on_bus, progress
from shared.testing.tallies import TALLIES, expected_totals, told, without_revision

SERVICE = "portal"
SIDE = ReadSide(SERVICE, TALLIES)


def two_streams_a_case(cases: int, facts: int) -> list[Story]:
    stories = [Story(f"handling-c{number}").tells(facts) for number in range(cases)]
    for number in range(cases):
        other = Story(f"intake-c{number}")
        for _ in range(1 + number % 3):
            other.tell(numbered(), numbered())
        stories.append(other)
    return stories


def model(here: Connections, generation: int = 1) -> ReadModel:
    return SIDE.model(here, generation)


@asynccontextmanager
async def projecting(here: Connections) -> AsyncIterator[WorkerHost]:
    fatal: list[BaseException] = []
    host = WorkerHost(here, on_fatal=fatal.append)
    await host.start()
    await add_projections(host, SERVICE, [TALLIES])
    await host.listen(f"{here.namespace.name}-projections")
    try:
        yield host
    finally:
        await host.stop()
    if fatal:
        raise fatal[0]


async def folded(here: Connections, stories: list[Story], generation: int = 1) -> bool:
    """Every fact of every stream has been seen."""
    documents = await model(here, generation).read({s.stream.partition("-")[2] for s in stories})
    return all(
        documents.get(s.stream.partition("-")[2], {}).get("seen", {}).get(s.stream, [0])[0]
        == s.documents[-1]["last"]
        for s in stories
    )


async def put_all(tap: Tap, stories: list[Story]) -> None:
    await asyncio.gather(*[tap.put(*story.documents) for story in stories])


async def test_facts_are_folded_once_and_counted_exactly_whatever_is_published_again(
    here: Connections, tap: Tap
) -> None:
    stories = two_streams_a_case(12, 5)
    async with projecting(here):
        await put_all(tap, stories)
        await eventually(lambda: folded(here, stories))
        assert await totals(model(here).counters) == expected_totals(stories)
        await put_all(tap, stories)
        for story in stories[:12]:
            await tap.put(story.tell(progress("后来")))
        await eventually(lambda: folded(here, stories))
    assert await totals(model(here).counters) == expected_totals(stories)
    document = (await model(here).read(["c1"]))["c1"]
    assert document["size"] == 10
    assert document["handling"]["types"] == ["progress.reported.v1"] * 6
    assert document["seen"]["handling-c1"] == [6, stories[1].documents[-1]["hash"]]


async def test_rivals_with_overlapping_batches_end_where_one_alone_would(here: Connections) -> None:
    """Given workers that all believe to own the partition, and a bus that repeats itself."""
    stories = two_streams_a_case(6, 8)
    rivals, alone = model(here), ReadModel(here.database(SERVICE), "alone", 1)
    for made in (rivals, alone):
        await made.prepare(())
    workers = [in_batches(Projector(SERVICE, TALLIES, model(here)), stories, n) for n in range(4)]
    await asyncio.gather(*workers, in_batches(Projector(SERVICE, TALLIES, alone), stories, 9))
    assert await totals(rivals.counters) == expected_totals(stories)
    keys = [f"c{number}" for number in range(6)]
    ended, single = await rivals.read(keys), await alone.read(keys)
    assert {k: without_revision(d) for k, d in ended.items()} == {
        k: without_revision(d) for k, d in single.items()
    }


async def in_batches(projector: Projector, stories: list[Story], seed: int) -> None:
    """All facts in batches of one to four, some of them twice, streams in any order."""
    chance = random.Random(seed)
    left = {story.stream: on_bus(story.documents) for story in stories}
    while left:
        stream = chance.choice(sorted(left))
        size = chance.randint(1, 4)
        await until_not_raced(projector, left[stream][:size])
        again = chance.choice((0, 1)) if size > 1 else 0
        left[stream] = left[stream][size - again :] if size < len(left[stream]) else []
        left = {name: messages for name, messages in left.items() if messages}


async def until_not_raced(projector: Projector, messages: list[OnBus]) -> None:
    key = (messages[0].key or b"").decode()
    while True:
        try:
            assert not await projector.apply({key: messages})
            return
        except Raced:
            await asyncio.sleep(0)


async def test_a_fact_that_cannot_be_folded_parks_what_follows_and_keeps_what_came_before(
    here: Connections,
) -> None:
    story = Story("handling-c1").tells(2)
    story.tell(progress("breaks"))
    story.tells(2)
    projector = Projector(SERVICE, TALLIES, model(here))
    await projector.prepare()
    rests = await projector.apply({"c1": on_bus(story.documents)})
    assert [m.offset for m in rests["c1"].messages] == [2, 3, 4]
    assert rests["c1"].detail.startswith("KeyError at tallies.py:")
    document = (await model(here).read(["c1"]))["c1"]
    assert (document["size"], document["seen"]["handling-c1"][0]) == (2, 2)


def noted(part: dict[str, Any], fact: Recorded) -> ModelDocument:
    """A fold that changes its part, as it may, before it fails."""
    part.setdefault("versions", []).append(fact.version)
    told(part, fact)
    return part


async def test_a_fold_that_fails_leaves_nothing_of_what_it_had_changed(here: Connections) -> None:
    changing = replace(TALLIES, parts={"handling": noted})
    projector = Projector(SERVICE, changing, model(here))
    await projector.prepare()
    story = Story("handling-c1").tells(3)
    await projector.apply({"c1": on_bus(story.documents[:1])})
    story.tell(progress("breaks"))
    rests = await projector.apply({"c1": on_bus(story.documents)[1:]})
    assert [m.offset for m in rests["c1"].messages] == [3]
    assert (await model(here).read(["c1"]))["c1"]["handling"] == {"versions": [1, 2, 3]}


async def test_what_mongodb_cannot_hold_parks_the_case(here: Connections) -> None:
    odd = replace(TALLIES, derive=lambda document: {"set": {1, 2}})
    projector = Projector(SERVICE, odd, model(here))
    await projector.prepare()
    rests = await projector.apply({"c1": on_bus(Story("handling-c1").tells(1).documents)})
    assert rests["c1"].detail.startswith("InvalidDocument")


async def test_a_key_that_no_part_speaks_of_shows_in_no_list(here: Connections) -> None:
    silent = replace(TALLIES, parts={"handling": lambda part, fact: part})
    projector = Projector(SERVICE, silent, model(here))
    await projector.prepare()
    await projector.apply({"c1": on_bus(Story("handling-c1").tells(1).documents)})
    assert set((await model(here).read(["c1"]))["c1"]) == {"_id", "rev", "seen"}


def its_own(story: Story) -> Event:
    """A fact that the owner of the stream may record."""
    return numbered() if story.stream.startswith("intake-") else progress()


async def test_a_rebuild_runs_beside_the_live_one_and_flips(here: Connections, tap: Tap) -> None:
    stories, advances = two_streams_a_case(8, 4), list[Advance]()
    async with projecting(here):
        await put_all(tap, stories)
        await eventually(lambda: folded(here, stories))
        pointer = await rebuild(here, SIDE, advances.append)
        assert (pointer.live, pointer.building) == (2, None)
        await put_all(tap, [story for story in stories if story.tell(its_own(story))])
        await eventually(lambda: folded(here, stories, generation=2))
    assert advances[-1].done == advances[-1].total > 0
    assert await totals(model(here, 2).counters) == expected_totals(stories)
    assert not await folded(here, stories, generation=1)


NEWER = replace(TALLIES, version=TALLIES.version + 1)
NEWER_SIDE = ReadSide(SERVICE, NEWER)


@pytest.fixture
def shown(here: Connections, mongo_url: str) -> Iterator[LiveModels]:
    """Read models as newer code reads them, each time anew."""
    reader, ticks = connect_reader(mongo_url), count(10, step=10)
    reads = reader[here.database(SERVICE).name]
    yield LiveModels(lambda _: reads, lambda: next(ticks), {NEWER.name: NEWER.version})
    reader.close()


async def left(host: WorkerHost) -> bool:
    return not host.consumers


async def test_a_read_model_of_older_code_is_not_shown_and_builds_itself_again(
    here: Connections, tap: Tap, shown: LiveModels
) -> None:
    """By two processes, of which one builds; that of the older code folds into nothing newer."""
    stories, fatal = two_streams_a_case(6, 3), list[BaseException]()
    async with projecting(here) as host:
        await put_all(tap, stories)
        await eventually(lambda: folded(here, stories))
        with pytest.raises(BeingRebuilt, match=NEWER.name):
            await shown.current(NEWER.name)
        await asyncio.gather(*[renew(here, NEWER_SIDE, fatal.append) for _ in range(2)])
        assert (await shown.current(NEWER.name)).name == f"{NEWER.name}_g2"
        await renew(here, NEWER_SIDE, fatal.append)
        await eventually(partial(left, host))
    await renew(here, SIDE, fatal.append)
    async with projecting(here) as host:
        assert await left(host), "a process of the older code that starts again takes no part"
    pointer = await NEWER_SIDE.generations(here).pointer(NEWER.name, NEWER.version)
    assert (pointer.live, pointer.code, pointer.building, fatal) == (2, NEWER.version, None, [])
    assert await totals(model(here, 2).counters) == expected_totals(stories)


async def test_a_generation_goes_with_what_it_had_set_aside(here: Connections, tap: Tap) -> None:
    stories, parking = [Story("handling-c1").tells(2)], Parking(here.database(SERVICE), real_time)
    stories[0].tell(progress("breaks"))

    async def aside() -> set[str]:
        return {head.consumer for head in await parking.cases()}

    consumers = [SIDE.consumer(here, generation) for generation in (1, 2, 3)]
    async with projecting(here):
        await put_all(tap, stories)
        await eventually(aside)
        await rebuild(here, SIDE)
        assert await aside() == set(consumers[:2])
        await rebuild(here, SIDE)
        assert await aside() == set(consumers[1:])
    assert await parking.positions(consumers[0], "c1") == []
    assert len(await parking.positions(consumers[2], "c1")) == 1


async def test_a_rebuild_that_disagrees_flips_nothing_and_can_be_resumed(
    here: Connections, tap: Tap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.service.projections.rebuild.AGREE_WITHIN_SECONDS", 1.0)
    stories = two_streams_a_case(3, 2)
    async with projecting(here):
        await put_all(tap, stories)
        await eventually(lambda: folded(here, stories))
        await model(here).documents.update_one({"_id": "c1"}, {"$set": {"size": 99}})
        with pytest.raises(Disagrees, match="c1"):
            await rebuild(here, SIDE)
        generations = Generations(here.database(SERVICE))
        assert (await generations.pointer(TALLIES.name, TALLIES.version)).live == 1
        await model(here).documents.update_one({"_id": "c1"}, {"$set": {"size": 6}})
        resumed = await rebuild(here, SIDE)
    assert resumed.live == 2

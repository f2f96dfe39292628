"""A new generation is filled straight from the bus: at once, interrupted, handed to its group."""

import pytest

from shared.kafka.group_offsets import group_lag
from shared.mongo.read_models.counters import totals
from shared.mongo.read_models.model import ReadModel
from shared.service.projections.backfill import Backfill
from shared.service.projections.worker import ReadSide, consumer_of
from shared.service.resources.connections import Connections
from shared.service.subscriptions.worker_host import WorkerHost
from shared.testing.isolation import Tap
from shared.testing.stories import Story
from shared.testing.tallies import TALLIES, expected_totals

SIDE = ReadSide("portal", TALLIES)
Ends = dict[tuple[str, int], int]


class Interrupted(Exception):
    """Somebody pulled the plug."""


async def put(tap: Tap, cases: int, facts: int) -> list[Story]:
    stories = [Story(f"handling-c{number}").tells(facts) for number in range(cases)]
    for story in stories:
        await tap.put(*story.documents)
    return stories


async def fill(
    here: Connections, host: WorkerHost, reports: list[Ends], most: int | None = None
) -> Ends:
    """Ends after so many batches; where each partition ends on the bus."""

    def so_far(done: Ends) -> None:
        reports.append(dict(done))
        if len(reports) == most:
            raise Interrupted

    ends = await host.bus.ends([here.namespace.topic(TALLIES.topic)])
    await Backfill(here, await consumer_of(host, SIDE, 2), so_far).run(ends)
    return ends


async def test_everything_on_the_bus_is_folded_and_the_group_begins_behind_it(
    here: Connections, tap: Tap
) -> None:
    stories, reports = await put(tap, 9, 7), list[Ends]()
    host = WorkerHost(here, guest=True)
    await host.start()
    ends = await fill(here, host, reports)
    await host.stop()
    model: ReadModel = SIDE.model(here, 2)
    assert await totals(model.counters) == expected_totals(stories)
    assert reports[-1] == ends
    lag = group_lag(here.access, SIDE.consumer(here, 2), [here.namespace.topic(TALLIES.topic)])
    assert {(row.topic, row.partition): row.committed for row in lag} == ends


async def test_an_interrupted_one_goes_on_where_it_was_and_counts_nothing_twice(
    here: Connections, tap: Tap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.service.projections.backfill.BATCH", 5)
    monkeypatch.setattr("shared.service.subscriptions.feed.WIDTH", 1)
    stories, first, second = await put(tap, 9, 7), list[Ends](), list[Ends]()
    host = WorkerHost(here, guest=True)
    await host.start()
    with pytest.raises(Interrupted):
        await fill(here, host, first, most=3)
    ends = await fill(here, host, second)
    await host.stop()
    assert await totals(SIDE.model(here, 2).counters) == expected_totals(stories)
    begun = {at: offset for at, offset in first[-1].items() if offset}
    assert all(second[0][at] >= offset for at, offset in begun.items())
    assert len(first) + len(second) == sum(-(-end // 5) for end in ends.values())

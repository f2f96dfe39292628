"""Rebuild of a read model beside the live one: fills it, compares both, flips the pointer."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from shared.kafka.fatal import die
from shared.kafka.message import PartitionOffsets, lag_between
from shared.mongo.clock_store import real_time
from shared.mongo.consumer_progress import ConsumerProgress
from shared.mongo.parking import Parking
from shared.mongo.read_models.comparison import differing
from shared.mongo.read_models.generations import Pointer
from shared.pauses import waiting_out
from shared.service.projections.backfill import Backfill
from shared.service.projections.worker import (
    TAKEN_OVER_SECONDS,
    ReadSide,
    add_generation,
    consumer_of,
)
from shared.service.resources.connections import Connections
from shared.service.subscriptions.feed import passes
from shared.service.subscriptions.worker_host import OnFatal, WorkerHost

PAUSE_SECONDS = 0.25
AGREE_WITHIN_SECONDS = 15.0
MOST_NAMED = 1_000


@dataclass(frozen=True, slots=True)
class Advance:
    """`done` of `total` messages of the topic are folded into the new generation."""

    done: int
    total: int


Report = Callable[[Advance], None]


class Disagrees(Exception):
    """The generations differ in the documents `keys`; the pointer has not moved."""

    def __init__(self, keys: list[str]) -> None:
        named = "、".join(keys[:5])
        super().__init__(
            f"新旧两代读模型有 {len(keys)} 个文档不一致（{named}），未切换；查明后可再次执行。\n"
            f"{len(keys)} documents differ ({named}); nothing was flipped. Mend and run it again."
        )
        self.keys = keys


async def rebuild(
    connections: Connections,
    side: ReadSide,
    report: Report = lambda advance: None,
    on_fatal: OnFatal = die,
) -> Pointer:
    """Begins the next generation, or resumes one; returns when it is live. Raises Disagrees."""
    generations = side.generations(connections)
    pointer = await generations.begin(side.projection.name, side.projection.version)
    assert pointer.building
    await _drop_former(connections, side, pointer)
    async with _guest(connections, on_fatal) as host:
        await _filled(host, side, pointer, report)
        await host.listen(await add_generation(host, side, pointer.building))
        await _caught_up(host, side, pointer, report)
        await _agreed(connections, side, pointer)
        pointer = await generations.flip(pointer)
        # This process keeps the live generation up to date until the worker follows the pointer.
        await asyncio.sleep(TAKEN_OVER_SECONDS)
    return pointer


@asynccontextmanager
async def _guest(connections: Connections, on_fatal: OnFatal) -> AsyncIterator[WorkerHost]:
    host = WorkerHost(connections, on_fatal=on_fatal, guest=True)
    await host.start()
    try:
        yield host
    finally:
        await host.stop()


async def _drop_former(connections: Connections, side: ReadSide, pointer: Pointer) -> None:
    """Drops the generations that are neither live nor building, with their parked cases; may be
    repeated after a crash."""
    parking = Parking(connections.database(side.service), real_time)
    for generation in map(int, pointer.versions):
        if generation < pointer.live or pointer.live < generation < (pointer.building or 0):
            await side.model(connections, generation).drop()
            await parking.drop(side.consumer(connections, generation))


async def _filled(host: WorkerHost, side: ReadSide, pointer: Pointer, report: Report) -> None:
    """Fills the new generation up to the present end of the bus."""
    assert pointer.building
    ends = await _ends(host, host.connections.namespace.topic(side.projection.topic))
    total = sum(ends.values())

    def so_far(done: PartitionOffsets) -> None:
        report(Advance(sum(done.values()), total))

    consumer = await consumer_of(host, side, pointer.building)
    await Backfill(host.connections, consumer, so_far).run(ends)


async def _caught_up(host: WorkerHost, side: ReadSide, pointer: Pointer, report: Report) -> None:
    """Waits until the new consumer is as far as the live one on every partition."""
    assert pointer.building
    progress = ConsumerProgress(host.connections.database("control"))
    building = side.consumer(host.connections, pointer.building)
    live = side.consumer(host.connections, pointer.live)
    topic = host.connections.namespace.topic(side.projection.topic)
    while True:
        ends = await _ends(host, topic)
        done, ahead = await progress.of(building), await progress.of(live)
        total = sum(ends.values())
        report(Advance(total - sum(lag_between(done, ends).values()), total))
        if not lag_between(done, {at: min(ahead.get(at, end), end) for at, end in ends.items()}):
            return
        await asyncio.sleep(PAUSE_SECONDS)


async def _ends(host: WorkerHost, topic: str) -> PartitionOffsets:
    return await waiting_out(partial(host.bus.ends, [topic]), passes, topic)


async def _agreed(connections: Connections, side: ReadSide, pointer: Pointer) -> None:
    """Compares for 15 s at most, because both go on meanwhile. Raises Disagrees."""
    assert pointer.building
    versions = pointer.versions
    contents = versions.get(str(pointer.live)) == versions.get(str(pointer.building))
    live = side.model(connections, pointer.live).documents
    built = side.model(connections, pointer.building).documents
    until = time.monotonic() + AGREE_WITHIN_SECONDS
    keys: list[str] | None = None
    while True:
        differences = await _first(differing(live, built, contents=contents, keys=keys), MOST_NAMED)
        if not differences:
            return
        if time.monotonic() > until:
            raise Disagrees(differences)
        # With very many all are compared again: not every one was named.
        keys = differences if len(differences) < MOST_NAMED else None
        await asyncio.sleep(PAUSE_SECONDS)


async def _first(differing_keys: AsyncIterator[str], most: int) -> list[str]:
    keys: list[str] = []
    async for key in differing_keys:
        keys.append(key)
        if len(keys) == most:
            break
    return keys

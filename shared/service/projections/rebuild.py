"""Rebuilds a read model beside the live one, compares them, and flips the pointer; can be
resumed."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from shared.kafka.fatal import die
from shared.kafka.resilient_producer import UNSENT
from shared.mongo.clock_store import real_time
from shared.mongo.group_progress import GroupProgress
from shared.mongo.parking import Parking
from shared.mongo.read_models.comparison import differing
from shared.mongo.read_models.generations import Pointer
from shared.service.projections.backfill import Filling
from shared.service.projections.worker import LOOK_SECONDS, ReadSide, add_generation, consumer_of
from shared.service.resources.connections import Connections
from shared.service.subscriptions.worker_host import OnFatal, WorkerHost

PAUSE_SECONDS = 0.25
AGREE_WITHIN_SECONDS = 15.0
MOST_NAMED = 1_000

Offsets = dict[tuple[str, int], int]


@dataclass(frozen=True, slots=True)
class Advance:
    """`done` of `total` messages of the topic have been folded into the new generation."""

    done: int
    total: int


class Disagrees(Exception):
    """The new generation is not what the live one is; the pointer has not moved."""

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
    told: Callable[[Advance], None] = lambda advance: None,
    on_fatal: OnFatal = die,
) -> Pointer:
    """Begins the next generation, or goes on with the one that was begun; ends when it is live."""
    generations = side.generations(connections)
    pointer = await generations.begin(side.projection.name, side.projection.version)
    assert pointer.building
    await _drop_former(connections, side, pointer)
    async with _guest(connections, on_fatal) as host:
        await _filled(host, side, pointer, told)
        await add_generation(host, side, pointer.building)
        await _caught_up(host, side, pointer, told)
        await _agreed(connections, side, pointer)
        pointer = await generations.flip(pointer)
        # Until the worker has taken over, this process keeps what is now live up to date.
        await asyncio.sleep(4 * LOOK_SECONDS)
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
    """The one before the live one was kept in case that the live one is bad, with what it had set
    aside; both go, and go again if a crash comes between."""
    parking = Parking(connections.database(side.service), real_time)
    for generation in map(int, pointer.versions):
        if generation < pointer.live or pointer.live < generation < (pointer.building or 0):
            await side.model(connections, generation).drop()
            await parking.drop(side.group(connections, generation))


async def _filled(
    host: WorkerHost, side: ReadSide, pointer: Pointer, told: Callable[[Advance], None]
) -> None:
    """With all that lies on the bus now; the group needs to follow only from there."""
    assert pointer.building
    ends = await _ends(host, host.connections.namespace.topic(side.projection.topic))
    total = sum(ends.values())

    def so_far(done: Offsets) -> None:
        told(Advance(sum(done.values()), total))

    consumer = await consumer_of(host, side, pointer.building)
    await Filling(host.connections, consumer, so_far).fill(ends)


async def _caught_up(
    host: WorkerHost, side: ReadSide, pointer: Pointer, told: Callable[[Advance], None]
) -> None:
    """The new group has come, on every partition, as far as the live one has."""
    assert pointer.building
    progress = GroupProgress(host.connections.database("control"))
    ours = side.group(host.connections, pointer.building)
    theirs = side.group(host.connections, pointer.live)
    topic = host.connections.namespace.topic(side.projection.topic)
    while True:
        ends, done, live = (
            await _ends(host, topic),
            await progress.of(ours),
            await progress.of(theirs),
        )
        told(
            Advance(sum(min(done.get(at, 0), end) for at, end in ends.items()), sum(ends.values()))
        )
        if all(done.get(at, 0) >= min(live.get(at, end), end) for at, end in ends.items()):
            return
        await asyncio.sleep(PAUSE_SECONDS)


async def _ends(host: WorkerHost, topic: str) -> Offsets:
    while True:
        try:
            return await host.bus.ends([topic])
        except UNSENT:
            await asyncio.sleep(PAUSE_SECONDS)


async def _agreed(connections: Connections, side: ReadSide, pointer: Pointer) -> None:
    """Both go on while they are compared, so what differs is looked at again for a while."""
    assert pointer.building
    versions = pointer.versions
    contents = versions.get(str(pointer.live)) == versions.get(str(pointer.building))
    live = side.model(connections, pointer.live).documents
    built = side.model(connections, pointer.building).documents
    until = time.monotonic() + AGREE_WITHIN_SECONDS
    keys: list[str] | None = None
    while True:
        found = await _first(differing(live, built, contents=contents, keys=keys), MOST_NAMED)
        if not found:
            return
        if time.monotonic() > until:
            raise Disagrees(found)
        # With very many, all are compared again: some were not named.
        keys = found if len(found) < MOST_NAMED else None
        await asyncio.sleep(PAUSE_SECONDS)


async def _first(found: AsyncIterator[str], most: int) -> list[str]:
    keys: list[str] = []
    async for key in found:
        keys.append(key)
        if len(keys) == most:
            break
    return keys

"""The projections worker: read models in their live generations, by the pointers."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from shared.kernel.projection import Projection
from shared.mongo.read_models.generations import Generations, Pointer
from shared.mongo.read_models.model import ReadModel
from shared.service.projections.projector import Projector
from shared.service.resources.connections import Connections
from shared.service.subscriptions.consumer import Consumer
from shared.service.subscriptions.feed import passes
from shared.service.subscriptions.worker_host import WorkerHost

log = logging.getLogger(__name__)

LOOK_SECONDS = 4.0
"""From one look at a pointer to the next: a third of what an idle worker did was looking."""
TAKEN_OVER_SECONDS = 2 * LOOK_SECONDS
"""In which the worker follows a pointer that was turned."""
BATCH = 4_000
"""Messages of a backfill: most facts of a case are in one batch, and its document is read and
written once."""


@dataclass(frozen=True, slots=True)
class ReadSide:
    """A projection with its service; a generation has a model and a consumer."""

    service: str
    projection: Projection

    def generations(self, connections: Connections) -> Generations:
        return Generations(connections.database_of(self.service, self.projection))

    def model(self, connections: Connections, generation: int) -> ReadModel:
        database = connections.database_of(self.service, self.projection)
        return ReadModel(database, self.projection.name, generation)

    def consumer(self, connections: Connections, generation: int) -> str:
        return connections.projection_consumer(self.service, self.projection.name, generation)


async def consumer_of(host: WorkerHost, side: ReadSide, generation: int) -> Consumer:
    """Returns the consumer that folds facts into the generation."""
    projector = Projector(side.service, side.projection, side.model(host.connections, generation))
    await projector.prepare()
    return Consumer(
        side.consumer(host.connections, generation),
        frozenset(side.projection.parts),
        projector,
        parking=await host.parking(side.service),
        bus=host.bus,
        gate=host.gate,
    )


async def add_generation(host: WorkerHost, side: ReadSide, generation: int) -> str:
    """Runs one generation and returns the name of its consumer."""
    consumer = await consumer_of(host, side, generation)
    topics = {host.connections.namespace.topic(side.projection.topic)}
    await host.add(side.service, consumer, topics, BATCH)
    return consumer.name


async def add_projections(
    host: WorkerHost, service: str, projections: Sequence[Projection]
) -> None:
    """Runs the live generation of each projection and follows its pointer."""
    for projection in projections:
        side = ReadSide(service, projection)
        pointer = await _pointer(host, side)
        consumer = await _begin(host, side, pointer)
        host.keep(_follow(host, side, pointer.live, consumer))


async def _begin(host: WorkerHost, side: ReadSide, pointer: Pointer) -> str | None:
    """Runs the live generation and returns the name of its consumer. Leaves one of newer code to
    the processes that have it: this one would fold into it as older documents were."""
    if pointer.code > side.projection.version:
        log.error("%s %s is of newer code: not kept here", side.service, side.projection.name)
        return None
    return await add_generation(host, side, pointer.live)


async def _follow(host: WorkerHost, side: ReadSide, live: int, consumer: str | None) -> None:
    generations, projection = side.generations(host.connections), side.projection
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        try:
            now = await generations.pointer(projection.name, projection.version)
        except Exception as error:
            if not passes(error):
                raise
            log.warning("%s: the pointer cannot be read: %s", consumer, error)
            continue
        if now.live != live:
            former, live = consumer, now.live
            consumer = await _begin(host, side, now)
            if former:
                await host.remove(former)


async def _pointer(host: WorkerHost, side: ReadSide) -> Pointer:
    projection = side.projection
    return await side.generations(host.connections).pointer(projection.name, projection.version)

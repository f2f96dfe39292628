"""Lag: commits that a relay has not published, messages that a consumer has not applied."""

import asyncio
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bson import Timestamp
from pymongo import ASCENDING, DESCENDING

from shared.contracts.catalogue import BY_NAME
from shared.kafka.bus_reader import BusReader
from shared.kafka.message import PartitionOffsets, lag_between
from shared.kernel.projection import Projection
from shared.mongo.checkpoints import Checkpoints
from shared.mongo.commits import commits_of
from shared.mongo.consumer_progress import ConsumerProgress
from shared.mongo.read_models.generations import Generations
from shared.service.definition import ServiceDefinition
from shared.service.resources.connections import Connections

REMEMBERED_SECONDS = 5.0

Reading = tuple[str, tuple[str, ...]]
"""A consumer and its topics."""


@dataclass(frozen=True)
class CatchUpStatus:
    """`missing` names the relays and consumers that lag; `mark` changes with every fact."""

    missing: tuple[str, ...]
    mark: object = None


class Lags:
    """Compares logs with the checkpoints of relays, and the ends of the bus with the progress of
    groups."""

    def __init__(self, connections: Connections, definitions: Sequence[ServiceDefinition]) -> None:
        self._ground = connections
        self._definitions = definitions
        self._bus = BusReader(connections.access)
        self._progress = ConsumerProgress(connections.database("control"))
        self._cached: list[Reading] = []
        self._cached_until = 0.0

    async def look(self) -> CatchUpStatus:
        relays = [self._relay(d.name) for d in self._definitions if d.streams]
        heads = await asyncio.gather(*relays)
        consumers = await self.behind(await self.ends())
        missing = (*(late for late, _ in heads if late), *consumers)
        return CatchUpStatus(missing, tuple(head for _, head in heads))

    async def ends(self) -> PartitionOffsets:
        """Returns the ends of all topics that are read."""
        topics = {topic for _, topics in await self._readings() for topic in topics}
        return await self._bus.ends(topics)

    async def behind(self, ends: PartitionOffsets) -> tuple[str, ...]:
        """Returns the consumers that have not applied everything up to these ends."""
        done = await self._progress.of_all()
        return tuple(
            consumer
            for consumer, topics in await self._readings()
            if lag_between(
                {at: done.get((consumer, *at), 0) for at in ends},
                {at: end for at, end in ends.items() if at[0] in topics},
            )
        )

    async def _readings(self) -> list[Reading]:
        """Looked up again every 5 s, because a rebuild changes the consumers."""
        if self._cached_until < time.monotonic():
            readings = await asyncio.gather(*map(self.readings, self._definitions))
            self._cached = [reading for each in readings for reading in each]
            self._cached_until = time.monotonic() + REMEMBERED_SECONDS
        return self._cached

    async def readings(self, definition: ServiceDefinition) -> list[Reading]:
        live = {each.name: await self._live(definition, each) for each in definition.projections}
        return list(readings_of(self._ground, definition, live))

    async def _live(self, definition: ServiceDefinition, projection: Projection) -> int:
        generations = Generations(self._ground.database_of(definition.name, projection))
        return (await generations.pointer(projection.name, projection.version)).live

    async def _relay(self, service: str) -> tuple[str | None, str]:
        """Returns the name of the relay if it lags, and the newest commit: a relay lags until its
        checkpoint is the end of the log."""
        database = self._ground.database(service)
        newest = await commits_of(database).find_one({}, {"_id": 1}, sort=[("seq", DESCENDING)])
        if newest is None:
            return None, ""
        head = (await Checkpoints(database).load()).head
        published = head is not None and head.commit == newest["_id"]
        late = None if published else f"the relay of {service}"
        return late, newest["_id"]

    async def relays_behind(self, owners: Collection[str], until: datetime) -> tuple[str, ...]:
        """Returns the relays that have not published all that their owners recorded until then."""
        oldest = await asyncio.gather(*(self._unpublished(owner) for owner in sorted(owners)))
        return tuple(
            f"the relay of {owner}"
            for owner, moment in zip(sorted(owners), oldest, strict=True)
            if moment and moment <= until
        )

    async def _unpublished(self, service: str) -> datetime | None:
        """Returns when the oldest commit that is not on the bus was recorded: while others go on
        writing, the newest one is always young."""
        database = self._ground.database(service)
        head = (await Checkpoints(database).load()).head
        later = {"seq": {"$gt": Timestamp(*head.seq)}} if head else {}
        commits = commits_of(database)
        oldest = await commits.find_one(later, {"recorded_at": 1}, sort=[("seq", ASCENDING)])
        return datetime.fromisoformat(oldest["recorded_at"]) if oldest else None

    async def close(self) -> None:
        await self._bus.close()


def readings_of(
    connections: Connections, definition: ServiceDefinition, live: Mapping[str, int]
) -> Iterator[Reading]:
    """Yields the consumers of a service; `live` has the live generations of its read models."""
    name = definition.name

    def named(topics: Collection[str]) -> tuple[str, ...]:
        return tuple(connections.namespace.topic(topic) for topic in sorted(topics))

    if definition.listens:
        topics = {BY_NAME[owner].topic for owner in definition.listens}
        yield connections.reactions_consumer(name), named(topics)
    if definition.delivers:
        yield connections.deliveries_consumer(name), named({BY_NAME[name].topic})
    for projection in definition.projections:
        if generation := live.get(projection.name):
            consumer = connections.projection_consumer(name, projection.name, generation)
            yield consumer, named({projection.topic})

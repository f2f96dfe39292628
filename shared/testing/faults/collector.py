"""Collects evidence: logs, bus, inboxes, parked cases, read models, announced heads."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from shared.contracts.catalogue import BY_NAME
from shared.kafka.bus_reader import BusReader
from shared.kafka.log_heads import Announced, read_heads
from shared.kafka.message import BusMessage
from shared.kafka.topics import CASE_EVENTS, DIRECTORY_EVENTS
from shared.kernel.log_position import BusPosition
from shared.kernel.projection import Projection
from shared.mongo.commits import commits_of
from shared.mongo.consumer_progress import ConsumerProgress
from shared.mongo.inbox import version_marks
from shared.mongo.read_models.counters import totals
from shared.mongo.read_models.generations import Generations
from shared.mongo.read_models.model import ReadModel
from shared.service.definition import ServiceDefinition
from shared.service.progress.lag import CatchUpStatus, Lags
from shared.service.resources.connections import Connections
from shared.testing.faults.evidence import Evidence, Model, Reading

IN_ORDER = [("stream", 1), ("first", 1)]
PAUSE_SECONDS = 0.1
NEVER = Announced(None, datetime.min.replace(tzinfo=UTC))
"""Head of a log whose relay has saved no checkpoint."""


@dataclass(frozen=True)
class Collector:
    """Collector for some services; evidence is consistent only while nobody writes."""

    connections: Connections
    definitions: Sequence[ServiceDefinition]

    async def quiet(self, within: float) -> bool:
        """Waits until everybody has caught up and a second look finds nothing new; False when they
        do not within the bound, which the checkers will then show."""
        lags = Lags(self.connections, self.definitions)
        before: CatchUpStatus | None = None
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(within):
                    while (now := await lags.look()) != before or now.missing:
                        before = now
                        await asyncio.sleep(PAUSE_SECONDS)
                    return True
            return False
        finally:
            await lags.close()

    async def collect(self) -> Evidence:
        bus = await self._bus()
        named = [d.name for d in self.definitions if d.streams]
        return Evidence(
            logs={name: await self.log(name) for name in named},
            bus=bus,
            readings=[r for d in self.definitions for r in await self.readings_of(d, bus)],
            models=[
                await self.model_of(d.name, p) for d in self.definitions for p in d.projections
            ],
            announced={
                **dict.fromkeys(named, NEVER),
                **await read_heads(
                    self.connections.access,
                    self.connections.namespace,
                    named,
                    self.connections.keys.ring,
                ),
            },
        )

    async def log(self, service: str) -> list[dict[str, Any]]:
        return (
            await commits_of(self.connections.database(service)).find({}).sort(IN_ORDER).to_list()
        )

    async def _bus(self) -> list[BusMessage]:
        reader = BusReader(self.connections.access)
        try:
            names = [
                self.connections.namespace.topic(t.name) for t in (CASE_EVENTS, DIRECTORY_EVENTS)
            ]
            ends = await reader.ends(names)
            places = [(*at, offset) for at, end in ends.items() for offset in range(end)]
            return await reader.fetch(places)
        finally:
            await reader.close()

    async def readings_of(
        self, definition: ServiceDefinition, bus: Sequence[BusMessage]
    ) -> list[Reading]:
        found: list[Reading] = []
        if definition.listens:
            inbox = self.connections.database(definition.name)["inbox"]
            consumer = self.connections.reactions_consumer(definition.name)
            topics = frozenset(BY_NAME[owner].topic for owner in definition.listens)
            found.append(
                await self._reading(definition, consumer, definition.listens, topics, inbox)
            )
        for projection in definition.projections:
            model, consumer = await self._live(definition.name, projection)
            owners, topics = frozenset(projection.parts), frozenset({projection.topic})
            documents = model.documents
            found.append(await self._reading(definition, consumer, owners, topics, documents))
        return [_with_lag(reading, bus, await self._done(reading.consumer)) for reading in found]

    async def _reading(
        self,
        definition: ServiceDefinition,
        consumer: str,
        listens: frozenset[str],
        topics: frozenset[str],
        marks: Any,
    ) -> Reading:
        database = self.connections.database(definition.name)
        heads = await database["parked"].find({"consumer": consumer}).to_list()
        aside = await database["parked_facts"].find({"consumer": consumer}).to_list()
        return Reading(
            consumer=consumer,
            listens=listens,
            topics=frozenset(map(self.connections.namespace.topic, topics)),
            seen={
                found["_id"]: version_marks(found) async for found in marks.find({}, {"seen": 1})
            },
            heads={head["key"]: f"{head['state']} {head['reason']}" for head in heads},
            set_aside=frozenset((f["topic"], f["partition"], f["offset"]) for f in aside),
        )

    async def _live(self, service: str, projection: Projection) -> tuple[ReadModel, str]:
        database: AsyncDatabase[dict[str, Any]] = self.connections.database_of(service, projection)
        pointer = await Generations(database).pointer(projection.name, projection.version)
        consumer = self.connections.projection_consumer(service, projection.name, pointer.live)
        return ReadModel(database, projection.name, pointer.live), consumer

    async def model_of(self, service: str, projection: Projection) -> Model:
        model, consumer = await self._live(service, projection)
        documents = {found["_id"]: found async for found in model.documents.find({})}
        return Model(consumer, projection, documents, await totals(model.counters))

    async def _done(self, consumer: str) -> Mapping[tuple[str, int], int]:
        return await ConsumerProgress(self.connections.database("control")).of(consumer)


def _with_lag(
    reading: Reading, bus: Sequence[BusMessage], done: Mapping[tuple[str, int], int]
) -> Reading:
    return replace(reading, lag=sum(1 for _ in _waiting(reading, bus, done)))


def _waiting(
    reading: Reading, bus: Sequence[BusMessage], done: Mapping[tuple[str, int], int]
) -> Iterator[BusPosition]:
    for m in bus:
        if m.topic in reading.topics and m.offset >= done.get((m.topic, m.partition), 0):
            yield m.topic, m.partition, m.offset

"""Condition of a service, as operators see it: unpublished, unread, set aside, being rebuilt."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from datetime import datetime

from aiokafka.errors import KafkaError
from bson import Timestamp
from pymongo import ASCENDING
from pymongo.errors import OperationFailure

from shared.http.condition import (
    Condition,
    ConsumerLag,
    ModelState,
    ProcessSeen,
    SetAside,
    Unpublished,
)
from shared.kafka.bus_reader import BusReader
from shared.kafka.message import PartitionOffsets, lag_between
from shared.kernel.projection import Projection
from shared.mongo.checkpoints import Checkpoints
from shared.mongo.clock_store import ALIVE_MS, ClockStore, real_time
from shared.mongo.commits import commits_of
from shared.mongo.consumer_progress import ConsumerProgress
from shared.mongo.parking import ParkedCase, Parking, short_id
from shared.mongo.read_models.generations import Generations, Pointer
from shared.service.definition import ServiceDefinition
from shared.service.progress.lag import Reading, readings_of
from shared.service.resources.connections import Connections
from shared.version import VERSION

KEPT_SECONDS = 2.0
"""One look serves all who ask meanwhile."""
BUS_WITHIN_SECONDS = 3.0
MOST_SHOWN, MOST_COUNTED, MOST_PROCESSES = 50, 10_000, 100


class Conditions:
    """Looks at the services of this process. `of` raises PyMongoError."""

    def __init__(self, connections: Connections, definitions: Sequence[ServiceDefinition]) -> None:
        self._ground = connections
        self._definitions = {each.name: each for each in definitions}
        self._bus = BusReader(connections.access)
        self._kept: dict[str, tuple[float, Condition]] = {}
        self._looking = asyncio.Lock()

    async def of(self, service: str) -> Condition:
        """Returns the state of a service, at most 2 s old."""
        async with self._looking:
            until, state = self._kept.get(service, (0.0, None))
            if state is None or until < time.monotonic():
                state = await self._look(self._definitions[service])
                self._kept[service] = (time.monotonic() + KEPT_SECONDS, state)
            return state

    async def close(self) -> None:
        await self._bus.close()

    async def _look(self, definition: ServiceDefinition) -> Condition:
        name = definition.name
        models = [await self._model(name, each) for each in definition.projections]
        live = {each.name: each.live for each in models if each.live}
        parking = Parking(self._ground.database(name), real_time)
        cases, number = await parking.oldest(MOST_SHOWN)
        return Condition(
            service=name,
            release=VERSION,
            unpublished=await self._unpublished(name) if definition.streams else None,
            consumers=await self._lags(list(readings_of(self._ground, definition, live))),
            aside=[set_aside(name, case) for case in cases],
            aside_number=number,
            models=models,
            processes=await self._processes(),
        )

    async def _model(self, service: str, projection: Projection) -> ModelState:
        """A model in a database of its own may be beyond this process: it has no generations
        here."""
        generations = Generations(self._ground.database_of(service, projection))
        try:
            return model_state(projection, await generations.stored(projection.name))
        except OperationFailure:
            if not projection.database:
                raise
            return model_state(projection, None)

    async def _unpublished(self, service: str) -> Unpublished:
        database = self._ground.database(service)
        head = (await Checkpoints(database).load()).head
        later = {"seq": {"$gt": Timestamp(*head.seq)}} if head else {}
        commits = commits_of(database)
        number = await commits.count_documents(later, limit=MOST_COUNTED)
        oldest = await commits.find_one(later, {"recorded_at": 1}, sort=[("seq", ASCENDING)])
        since = datetime.fromisoformat(oldest["recorded_at"]) if oldest else None
        return Unpublished(number=number, since=since)

    async def _lags(self, readings: Sequence[Reading]) -> list[ConsumerLag]:
        ends = await self._ends({topic for _, topics in readings for topic in topics})
        done = await ConsumerProgress(self._ground.database("control")).of_all()
        return [
            ConsumerLag(consumer=consumer, lag=lag_of(consumer, topics, done, ends))
            for consumer, topics in readings
        ]

    async def _ends(self, topics: set[str]) -> PartitionOffsets | None:
        """Returns None when the bus does not answer."""
        try:
            async with asyncio.timeout(BUS_WITHIN_SECONDS):
                return await self._bus.ends(topics)
        except (KafkaError, TimeoutError, OSError):
            await self._bus.close()
            return None

    async def _processes(self) -> list[ProcessSeen]:
        seen = await ClockStore(self._ground.database("control")).processes(MOST_PROCESSES)
        return [process_seen(each["_id"], each["release"], each["silent"]) for each in seen]


def set_aside(service: str, case: ParkedCase) -> SetAside:
    return SetAside(
        id=short_id(service, case),
        consumer=case.consumer,
        key=case.key,
        message=case.is_message,
        state=case.state,
        reason=case.reason,
        messages=case.appended,
        at=case.at,
    )


def model_state(projection: Projection, pointer: Pointer | None) -> ModelState:
    return ModelState(
        name=projection.name,
        live=pointer.live if pointer else None,
        building=pointer.building if pointer else None,
        begun_by=pointer.versions.get(str(pointer.live)) if pointer else None,
        code=projection.version,
    )


def process_seen(name: str, release: str, silent: float) -> ProcessSeen:
    """`name` is that of a follower of the clock: role, host and number of the process."""
    role, _, place = name.partition("@")
    host = place.rpartition(":")[0]
    alive = silent * 1000 < ALIVE_MS
    silent = round(silent, 1)
    return ProcessSeen(role=role, host=host, release=release, silent_seconds=silent, alive=alive)


def lag_of(
    consumer: str,
    topics: Sequence[str],
    done: Mapping[tuple[str, str, int], int],
    ends: PartitionOffsets | None,
) -> int | None:
    """Returns the number of messages that a consumer has not applied; None without ends."""
    if ends is None:
        return None
    own = {at: end for at, end in ends.items() if at[0] in topics}
    return sum(lag_between({at: done.get((consumer, *at), 0) for at in own}, own).values())

"""How far everybody is: every log published, every group at the end of the bus, nothing set
aside."""

import asyncio
import time
from collections.abc import Collection, Sequence
from datetime import datetime

from bson import Timestamp
from pymongo import ASCENDING, DESCENDING

from shared.contracts.catalogue import BY_NAME
from shared.kafka.bus_reader import BusReader
from shared.kafka.message import PartitionOffsets
from shared.kernel.projection import Projection
from shared.mongo.checkpoints import Checkpoints
from shared.mongo.commits import commits_of
from shared.mongo.group_progress import GroupProgress
from shared.mongo.read_models.generations import Generations
from shared.service.definition import ServiceDefinition
from shared.service.progress.simulation import Standing
from shared.service.resources.connections import Connections

REMEMBERED_SECONDS = 5.0

Reading = tuple[str, tuple[str, ...]]
"""A group and the topics that it reads."""


class Standings:
    """Looks at the logs, the relays' places, the groups' progress and the ends of the bus."""

    def __init__(self, connections: Connections, definitions: Sequence[ServiceDefinition]) -> None:
        self._connections = connections
        self._definitions = definitions
        self._bus = BusReader(connections.access)
        self._progress = GroupProgress(connections.database("control"))
        self._known: list[Reading] = []
        self._known_until = 0.0

    async def look(self) -> Standing:
        """`missing` names the relays and groups that are behind; `mark` changes with every fact."""
        relays = [self._relay(d.name) for d in self._definitions if d.streams]
        heads = await asyncio.gather(*relays)
        groups = await self.behind(await self.ends())
        missing = (*(late for late, _ in heads if late), *groups)
        return Standing(missing, tuple(head for _, head in heads))

    async def ends(self) -> PartitionOffsets:
        """Where the bus ends now, of all that is read."""
        topics = {topic for _, topics in await self._readings() for topic in topics}
        return await self._bus.ends(topics)

    async def behind(self, ends: PartitionOffsets) -> tuple[str, ...]:
        """The groups that have not come to these ends."""
        done = await self._progress.everywhere()
        return tuple(
            group
            for group, topics in await self._readings()
            if any(end > done.get((group, *at), 0) for at, end in ends.items() if at[0] in topics)
        )

    async def _readings(self) -> list[Reading]:
        """Looked up again now and then, because a rebuild changes who reads."""
        if self._known_until < time.monotonic():
            found = await asyncio.gather(*map(self.readings, self._definitions))
            self._known = [reading for each in found for reading in each]
            self._known_until = time.monotonic() + REMEMBERED_SECONDS
        return self._known

    async def readings(self, definition: ServiceDefinition) -> list[Reading]:
        found: list[Reading] = []
        if definition.listens:
            topics = {BY_NAME[owner].topic for owner in definition.listens}
            found.append((self._connections.reactions_group(definition.name), self._named(topics)))
        for projection in definition.projections:
            found.append(await self._reading_of(definition.name, projection))
        return found

    async def _reading_of(self, service: str, projection: Projection) -> Reading:
        generations = Generations(self._connections.database_of(service, projection))
        live = (await generations.pointer(projection.name, projection.version)).live
        group = self._connections.projection_group(service, projection.name, live)
        return group, self._named({projection.topic})

    def _named(self, topics: set[str]) -> tuple[str, ...]:
        return tuple(self._connections.namespace.topic(topic) for topic in sorted(topics))

    async def _relay(self, service: str) -> tuple[str | None, str]:
        """(who is late, the newest commit): a relay is late until its place is the log's end."""
        database = self._connections.database(service)
        newest = await commits_of(database).find_one({}, {"_id": 1}, sort=[("seq", DESCENDING)])
        if newest is None:
            return None, ""
        head = (await Checkpoints(database).load()).head
        published = head is not None and head.commit == newest["_id"]
        late = None if published else f"the relay of {service}"
        return late, newest["_id"]

    async def relays_behind(self, owners: Collection[str], until: datetime) -> tuple[str, ...]:
        """The relays of the owners that have not published all that was recorded until then."""
        oldest = await asyncio.gather(*(self._unpublished(owner) for owner in sorted(owners)))
        return tuple(
            f"the relay of {owner}"
            for owner, moment in zip(sorted(owners), oldest, strict=True)
            if moment and moment <= until
        )

    async def _unpublished(self, service: str) -> datetime | None:
        """When the first commit that is not on the bus was recorded. Not the newest one: while
        others go on writing, that is always young."""
        database = self._connections.database(service)
        head = (await Checkpoints(database).load()).head
        later = {"seq": {"$gt": Timestamp(*head.seq)}} if head else {}
        commits = commits_of(database)
        found = await commits.find_one(later, {"recorded_at": 1}, sort=[("seq", ASCENDING)])
        return datetime.fromisoformat(found["recorded_at"]) if found else None

    async def close(self) -> None:
        await self._bus.close()

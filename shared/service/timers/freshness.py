"""Up to which moment a service knows everything that was recorded: only so far may time alone make
it act."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.kafka.message import PartitionOffsets
from shared.mongo.clock_store import real_time
from shared.mongo.parking import Parking
from shared.service.definition import ServiceDefinition
from shared.service.progress.lag import Standings
from shared.service.resources.connections import Connections

LOOK_AGAIN_AFTER = timedelta(seconds=5)


@dataclass
class Mark:
    """Business time `at`, when it was really `began`: known when what was published by then has
    been applied (`ends`), and all that was recorded until `recorded` was published."""

    at: datetime
    began: datetime
    recorded: datetime
    ends: PartitionOffsets | None = None


class Freshness:
    """No rung on stale knowledge (contract: invariants across services).

    A service that is never idle never has a lag of zero. So a mark is set, and reached a moment
    later, while new facts go on coming."""

    def __init__(self, connections: Connections, definition: ServiceDefinition) -> None:
        heard = {owner for projection in definition.projections for owner in projection.parts}
        # What it has recorded itself it knows without the bus.
        self._owners = (heard | definition.listens) - {definition.name}
        self._group = connections.reactions_group(definition.name)
        self._standings = Standings(connections, [definition])
        self._parking = Parking(connections.database(definition.name), real_time)
        self._mark: Mark | None = None
        self.missing: tuple[str, ...] = ()

    async def known_until(self, now: datetime, hold: timedelta) -> datetime | None:
        """A moment, `now` or shortly before; None while `missing` are behind: the relay of an owner
        by more than `hold`, or a group of this service at all."""
        mark = self._marked(now, hold)
        if mark.ends is None:
            self.missing = await self._standings.relays_behind(self._owners, mark.recorded)
            if self.missing:
                return None
            mark.ends = await self._standings.ends()
        self.missing = await self._standings.behind(mark.ends)
        if self.missing:
            return None
        self._mark = None
        return mark.at

    async def set_aside(self, keys: Collection[str]) -> frozenset[str]:
        """Cases that are held or parked here."""
        return frozenset(await self._parking.heads(self._group, keys))

    async def close(self) -> None:
        await self._standings.close()

    def _marked(self, now: datetime, hold: timedelta) -> Mark:
        """Behind a relay that hangs, the mark moves on; behind one that works it is reached."""
        mark, real = self._mark, real_time()
        if mark is None or (mark.ends is None and real - mark.began > LOOK_AGAIN_AFTER):
            mark = self._mark = Mark(now, real, real - hold)
        return mark

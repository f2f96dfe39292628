"""Freshness: the moment up to which a service knows everything that was recorded; timers fire only
up to it."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.kafka.message import PartitionOffsets
from shared.kernel.ports import Now
from shared.mongo.clock_store import real_time
from shared.mongo.parking import Parking
from shared.mongo.store_time import skew_of
from shared.service.definition import ServiceDefinition, delivers_nothing
from shared.service.progress.lag import Lags
from shared.service.resources.connections import Connections

LOOK_AGAIN_AFTER = timedelta(seconds=5)
MOST_SKEW = timedelta(seconds=2)
"""Beyond it, where `DubanClockSkew` alerts, a timer trusts no moment of this machine."""


@dataclass
class Mark:
    """Business time `at`, taken at the real moment `began`. It is reached when all that was
    recorded until `recorded` is published, and then all that is published (`ends`) is applied."""

    at: datetime
    began: datetime
    recorded: datetime
    ends: PartitionOffsets | None = None


class Freshness:
    """Lag of a service as timers need it: a busy service never has a lag of zero, so a mark is set
    and reached a moment later, while new facts go on coming."""

    def __init__(
        self, connections: Connections, definition: ServiceDefinition, real: Now = real_time
    ) -> None:
        self._connections, self._real = connections, real
        projected = {owner for projection in definition.projections for owner in projection.parts}
        # Its own facts are known without the bus.
        self._owners = (projected | definition.listens) - {definition.name}
        self._consumer = connections.reactions_consumer(definition.name)
        # Deliveries tell the service nothing: their lag holds no timer.
        knowing = replace(definition, deliver=delivers_nothing, delivered=None)
        self._lags = Lags(connections, [knowing])
        self._parking = Parking(connections.database(definition.name), real_time)
        self._mark: Mark | None = None
        self.missing: tuple[str, ...] = ()

    async def known_until(self, now: datetime, hold: timedelta) -> datetime | None:
        """Returns a moment, `now` or shortly before; None while `missing` names the relay of an
        owner that lags by more than `hold`, or a consumer of this service that lags at all."""
        mark = self._marked(now, hold)
        if mark.ends is None:
            self.missing = await self._lags.relays_behind(self._owners, mark.recorded)
            if self.missing:
                return None
            mark.ends = await self._lags.ends()
        self.missing = await self._lags.behind(mark.ends)
        if self.missing:
            return None
        self._mark = None
        return mark.at

    async def is_off(self) -> bool:
        """Returns whether this machine's clock is apart from the store's. Raises PyMongoError."""
        skew = await skew_of(self._connections.mongo, self._real)
        if skew.exceeds(MOST_SKEW):
            self.missing = (f"this machine's clock ({skew.by.total_seconds():+.0f} s are missing)",)
            return True
        return False

    async def set_aside(self, keys: Collection[str]) -> frozenset[str]:
        """Returns those of the cases that are held or parked."""
        return frozenset(await self._parking.states_of(self._consumer, keys))

    async def close(self) -> None:
        await self._lags.close()

    def _marked(self, now: datetime, hold: timedelta) -> Mark:
        """Sets a mark anew after 5 s if a relay has not reached it: behind a relay that hangs it
        would be reached too late."""
        mark, real = self._mark, real_time()
        if mark is None or (mark.ends is None and real - mark.began > LOOK_AGAIN_AFTER):
            mark = self._mark = Mark(now, real, real - hold)
        return mark

"""The timer loop: sends cases whose moment has come to their own decider; the claim is the
append."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from aiokafka.errors import KafkaError
from pymongo.errors import PyMongoError

from shared.kernel.messages import Command
from shared.service.commands.runtime import ServiceRuntime
from shared.service.observability.metrics import HELD_TICKS, TIMER_HELD_SECONDS
from shared.service.resources.connections import Connections
from shared.service.timers.freshness import Freshness
from shared.service.timers.gauges import Survey
from shared.service.timers.round import Holders, Round, Row

log = logging.getLogger(__name__)

PAUSE_REAL, PAUSE_SIMULATED = 1.0, 0.05
MOST_AT_ONCE = 200
ASKED_SECONDS = 30.0
"""While the read model shows the same version of a case, it is not asked again for so long."""
PASSING = (PyMongoError, KafkaError, OSError, TimeoutError)

DueRows = Callable[[Any, datetime, timedelta], AsyncIterator[Row]]
CommandOf = Callable[[bool, datetime, Holders], Command]
Pending = Callable[[Any], Awaitable[int]]


@dataclass(frozen=True)
class Timer:
    """`projection` is the index of due work. `due(collection, until, hold)` yields rows, oldest
    first, with `_id`, `stream`, `version`, `places`, and the `moment` from which they may be asked
    for `command(held, at, holders)`. `roles`: whose holders the command names, by place.
    `pending(collection)` counts what is still to come."""

    projection: str
    due: DueRows
    command: CommandOf
    roles: Mapping[str, tuple[str, ...]]
    pending: Pending

    async def run(self, runtime: ServiceRuntime, connections: Connections) -> None:
        """For ever; trouble with store or bus is waited out."""
        freshness = Freshness(connections, runtime.definition)
        ticking = Ticking(self, runtime, freshness)
        survey = Survey(self, runtime, ticking.at_work)
        try:
            while True:
                try:
                    await ticking.tick()
                    await survey.look()
                except PASSING as error:
                    log.warning("the timer waits: %r", error)
                await asyncio.sleep(PAUSE_SIMULATED if ticking.simulated else PAUSE_REAL)
        finally:
            await freshness.close()


@dataclass
class Ticking:
    """A timer at work in one process. Several processes may run it: who appends first has fired."""

    timer: Timer
    runtime: ServiceRuntime
    freshness: Freshness
    asked: dict[tuple[str, int], float] = field(default_factory=dict)
    waiting_since: float | None = None

    @property
    def simulated(self) -> bool:
        return bool(self.runtime.clock.simulated)

    @property
    def hold(self) -> timedelta:
        """The shortest of all policy rows; each decision goes by its own row's."""
        if self.simulated:
            return timedelta()
        return timedelta(minutes=min(r.hold_minutes for r in self.runtime.policies.rows))

    async def tick(self) -> int:
        """Asks every case that is due; the number of cases that had something to say."""
        now, elapsed = self.runtime.clock.now(), time.monotonic()
        self.asked = {place: until for place, until in self.asked.items() if until > elapsed}
        rows = await self._due(now)
        known = await self._known(now) if rows else None
        if known is None:
            return 0
        ready = [row for row in rows if row["moment"] <= known]
        self.asked |= dict.fromkeys(map(_place, ready), elapsed + ASKED_SECONDS)
        command = partial(self.timer.command, not self.simulated)
        return await Round(self.runtime, known, command, self.timer.roles).ask(ready)

    async def _due(self, until: datetime) -> list[Row]:
        """Cases that are set aside, or were asked just now, stand in nobody's way."""
        live = await self.runtime.models.collection(self.timer.projection)
        found: dict[str, Row] = {}
        page: dict[str, Row] = {}
        async for row in self.timer.due(live, until, self.hold):
            if _place(row) not in self.asked and row["_id"] not in found:
                page.setdefault(row["_id"], row)
            if len(page) == MOST_AT_ONCE:
                found, page = found | await self.at_work(page), {}
            if len(found) >= MOST_AT_ONCE:
                break
        return list((found | await self.at_work(page)).values())

    async def at_work(self, rows: Mapping[str, Row]) -> dict[str, Row]:
        aside = await self.freshness.set_aside(rows.keys()) if rows else ()
        return {key: row for key, row in rows.items() if key not in aside}

    async def _known(self, now: datetime) -> datetime | None:
        """Nothing fires on stale knowledge; operators are alerted by how long it waits."""
        service, elapsed = self.runtime.name, time.monotonic()
        known = await self.freshness.known_until(now, self.hold)
        if known is None:
            HELD_TICKS.labels(service).inc()
            log.debug("the timer waits for %s", ", ".join(self.freshness.missing))
        self.waiting_since = None if known else self.waiting_since or elapsed
        TIMER_HELD_SECONDS.labels(service).set(elapsed - (self.waiting_since or elapsed))
        return known


def _place(row: Row) -> tuple[str, int]:
    return row["_id"], row["version"]

"""The timer loop: dispatches commands to cases whose moment has come; the append decides between
processes."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from shared.kernel.messages import Command
from shared.service.commands.runtime import ServiceRuntime
from shared.service.observability.first_series import begin_timers
from shared.service.observability.metrics import HELD_TICKS, TIMER_HELD_SECONDS
from shared.service.resources.connections import Connections
from shared.service.timers.freshness import Freshness
from shared.service.timers.gauges import TimerGauges
from shared.service.timers.round import PASSING, Delegates, Holders, Round, Row

log = logging.getLogger(__name__)

PAUSE_REAL, PAUSE_SIMULATED = 1.0, 0.05
MOST_AT_ONCE = 200
DISPATCHED_SECONDS = 30.0
"""A case is not dispatched again for so long while the read model shows the same version of it."""

DueRows = Callable[[Any, datetime, timedelta], AsyncIterator[Row]]
CommandOf = Callable[[bool, datetime, Holders, Delegates], Command]
Pending = Callable[[Any], Awaitable[int]]
Lights = Callable[[Any], Awaitable[Mapping[tuple[str, str], int]]]
"""(unit, light) → the number of running clocks."""


@dataclass(frozen=True)
class Timer:
    """`projection` is the index of due work. `due(collection, until, hold)` yields rows, oldest
    first, with `_id`, `stream`, `version`, `places`, and the `moment` from which
    `command(held, at, holders, delegates)` may be dispatched. `roles`: the roles whose holders the
    command names, by place. `pending(collection)` counts the work still to come,
    `lights(collection)` running clocks by unit and light."""

    projection: str
    due: DueRows
    command: CommandOf
    roles: Mapping[str, tuple[str, ...]]
    pending: Pending
    lights: Lights

    async def run(self, runtime: ServiceRuntime, connections: Connections) -> None:
        """Endless; waits out errors of store and bus."""
        freshness = Freshness(connections, runtime.definition)
        ticking = Ticking(self, runtime, freshness)
        gauges = TimerGauges(self, runtime, ticking.at_work)
        begin_timers(runtime.name, *runtime.policies.chased())
        try:
            while True:
                try:
                    await ticking.tick()
                    await gauges.look()
                except PASSING as error:
                    log.warning("the timer waits: %r", error)
                await asyncio.sleep(PAUSE_SIMULATED if ticking.simulated else PAUSE_REAL)
        finally:
            await freshness.close()


@dataclass
class Ticking:
    """A timer in one process. In several, the first append has fired; the others do nothing."""

    timer: Timer
    runtime: ServiceRuntime
    freshness: Freshness
    dispatched: dict[tuple[str, int], float] = field(default_factory=dict)
    waiting_since: float | None = None

    @property
    def simulated(self) -> bool:
        return bool(self.runtime.clock.simulated)

    @property
    def hold(self) -> timedelta:
        """Returns the shortest hold of all policy rows; each decision applies its own row's."""
        if self.simulated:
            return timedelta()
        return timedelta(minutes=min(r.hold_minutes for r in self.runtime.policies.rows))

    async def tick(self) -> int:
        """Dispatches every due case; returns the number of cases that recorded facts."""
        now, elapsed = self.runtime.clock.now(), time.monotonic()
        self._forget_before(elapsed)
        rows = await self._due(now)
        moment = await self._fresh_until(now) if rows else None
        if moment is None:
            return 0
        ready = [row for row in rows if row["moment"] <= moment]
        self.dispatched |= dict.fromkeys(map(_place, ready), elapsed + DISPATCHED_SECONDS)
        command = partial(self.timer.command, not self.simulated)
        return await Round(self.runtime, moment, command, self.timer.roles).dispatch(ready)

    def _forget_before(self, elapsed: float) -> None:
        live = {place: until for place, until in self.dispatched.items() if until > elapsed}
        self.dispatched = live

    async def _due(self, until: datetime) -> list[Row]:
        """Leaves out cases that are set aside or were dispatched just now."""
        live = await self.runtime.models.collection(self.timer.projection)
        due: dict[str, Row] = {}
        page: dict[str, Row] = {}
        async for row in self.timer.due(live, until, self.hold):
            if _place(row) not in self.dispatched and row["_id"] not in due:
                page.setdefault(row["_id"], row)
            if len(page) == MOST_AT_ONCE:
                due, page = due | await self.at_work(page), {}
            if len(due) >= MOST_AT_ONCE:
                break
        return list((due | await self.at_work(page)).values())

    async def at_work(self, rows: Mapping[str, Row]) -> dict[str, Row]:
        aside = await self.freshness.set_aside(rows.keys()) if rows else ()
        return {key: row for key, row in rows.items() if key not in aside}

    async def _known_until(self, now: datetime) -> datetime | None:
        """Returns None, too, while the clock of this machine is wrong: what it would tell an hour
        early could not be taken back. Simulated time is the same on every machine."""
        if not self.simulated and await self.freshness.is_off():
            return None
        return await self.freshness.known_until(now, self.hold)

    async def _fresh_until(self, now: datetime) -> datetime | None:
        """Returns the moment up to which timers may fire, or None; measures how long that lasts."""
        service, elapsed = self.runtime.name, time.monotonic()
        moment = await self._known_until(now)
        if moment is None:
            HELD_TICKS.labels(service).inc()
            log.debug("the timer waits for %s", ", ".join(self.freshness.missing))
        self.waiting_since = None if moment else self.waiting_since or elapsed
        TIMER_HELD_SECONDS.labels(service).set(elapsed - (self.waiting_since or elapsed))
        return moment


def _place(row: Row) -> tuple[str, int]:
    return row["_id"], row["version"]

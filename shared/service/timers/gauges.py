"""Gauges of a timer: pending work, the age of the oldest overdue row, lights by unit."""

import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

from shared.kernel.calendar import business_day
from shared.service.commands.runtime import ServiceRuntime
from shared.service.observability.metrics import (
    CALENDAR_MISSING,
    RUNNING_CLOCKS,
    TIMER_OVERDUE_SECONDS,
    TIMERS_PENDING,
)
from shared.service.timers.round import Row

LOOK_SECONDS = 15.0
LOOKED_AT = 200

AtWork = Callable[[Mapping[str, Row]], Awaitable[dict[str, Row]]]
"""Leaves out the cases that are set aside: these are counted elsewhere."""


class TimerGauges:
    """`look()` may be called at each tick; it queries the store every 15 s."""

    def __init__(self, timer: Any, runtime: ServiceRuntime, at_work: AtWork) -> None:
        self._timer = timer
        self._runtime = runtime
        self._at_work = at_work
        self._next = 0.0

    async def look(self) -> None:
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + LOOK_SECONDS
        name = self._runtime.name
        clocks = await self._runtime.models.collection(self._timer.projection)
        today = business_day(self._runtime.clock.now())
        missing = self._runtime.policies.calendar.missing_list(today)
        CALENDAR_MISSING.labels(name).set(missing or 0)
        TIMERS_PENDING.labels(name).set(await self._timer.pending(clocks))
        TIMER_OVERDUE_SECONDS.labels(name).set(await self._overdue(clocks))
        show_lights(name, await self._timer.lights(clocks))

    async def _overdue(self, clocks: Any) -> float:
        """Seconds of business time; 0 in a simulation, where time steps."""
        clock = self._runtime.clock
        if clock.simulated:
            return 0.0
        now, due = clock.now(), dict[str, Row]()
        async for row in self._timer.due(clocks, now, self._longest_hold()):
            due.setdefault(row["_id"], row)
            if len(due) == LOOKED_AT:
                break
        late = [now - row["moment"] for row in (await self._at_work(due)).values()]
        return max(late, default=timedelta()).total_seconds()

    def _longest_hold(self) -> timedelta:
        """Returns the longest hold of all policy rows."""
        return timedelta(minutes=max(r.hold_minutes for r in self._runtime.policies.rows))


def show_lights(service: str, counted: Mapping[tuple[str, str], int]) -> None:
    """Removes a unit or light that has no clock any more: its last number would stay."""
    RUNNING_CLOCKS.clear()
    for (unit, light), number in counted.items():
        RUNNING_CLOCKS.labels(service, unit, light).set(number)

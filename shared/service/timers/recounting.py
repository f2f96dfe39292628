"""Job: when the official list of a year has come, what rested on a guess of it is counted anew."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.kernel.messages import Command
from shared.service.commands.runtime import ServiceRuntime
from shared.service.resources.connections import Connections
from shared.service.timers.round import PASSING, Round, Row

log = logging.getLogger(__name__)
LOOK_SECONDS = 15.0


@dataclass(frozen=True)
class Recounting:
    """`projection` is the index of what rests on guesses. `waiting(collection, years)` returns rows
    with `stream`, `version` and `places`, for which `command(at)` may be dispatched: those that
    rest on one of these years, whose lists are known by now."""

    projection: str
    waiting: Callable[[Any, Collection[int]], Awaitable[Sequence[Row]]]
    command: Callable[[datetime], Command]

    async def run(self, runtime: ServiceRuntime, connections: Connections) -> None:
        """Endless; waits out errors of store and bus. A new list comes with a new start."""
        while True:
            try:
                await self.look(runtime)
            except PASSING as error:
                log.warning("nothing is counted anew yet: %r", error)
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self, runtime: ServiceRuntime) -> int:
        """Returns the number of cases that recorded facts. A case that is looked at twice, or by
        two processes, has nothing left to count the second time."""
        live = await runtime.models.collection(self.projection)
        rows = await self.waiting(live, runtime.policies.calendar.known_years)
        at = runtime.clock.now()
        return await Round(runtime, at, lambda at, *_: self.command(at), {}).dispatch(rows)

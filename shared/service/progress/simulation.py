"""Simulation: moves time from one due moment to the next, and waits until all have caught up."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from shared.kernel.errors import RuleViolated
from shared.kernel.moment import stamp
from shared.mongo.clock_store import ClockStore
from shared.service.progress.lag import CatchUpStatus


class NotSettled(Exception):
    """Relays, groups or due work named in `missing` did not catch up in time."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__(f"waited in vain for {', '.join(missing)}")
        self.missing = missing


@dataclass
class Stepper:
    """`next_due` is the earliest moment at which the system has work.

    Seconds of real time: `patience` without any change, `longest` in all for one step, `pause`
    between two looks.
    """

    clock: ClockStore
    next_due: Callable[[], Awaitable[datetime | None]]
    status: Callable[[], Awaitable[CatchUpStatus]]
    patience: float = 60.0
    longest: float = 900.0
    pause: float = 0.05

    async def advance(self, to: datetime) -> int:
        """Moves to `to` and returns the number of steps. Raises NotSettled."""
        steps = 0
        await self.settle()
        while await self.clock.now() < to:
            due = await self.next_due()
            target = to if due is None else min(due, to)
            await self._reach(target)
            await self.settle()
            steps += 1
        return steps

    async def settle(self) -> None:
        """Waits until all have caught up and a second look finds nothing new. Raises NotSettled."""
        began = changed = monotonic()
        before: CatchUpStatus | None = None
        while (status := await self._look()) != before or status.missing:
            now = monotonic()
            changed = now if status != before else changed
            if now - changed > self.patience or now - began > self.longest:
                raise NotSettled(status.missing or ("an end of the writing",))
            before = status
            await asyncio.sleep(self.pause)

    async def _reach(self, target: datetime) -> None:
        try:
            await self.clock.move(target)
        except RuleViolated as refused:
            # A clock that runs by itself may have been there first.
            if refused.rule != "clock-forward-only":
                raise

    async def _look(self) -> CatchUpStatus:
        version = (await self.clock.read()).version
        late = [f"the clock of {name}" for name in await self.clock.lagging(version)]
        status, due = await self.status(), await self.next_due()
        if due is not None and due <= await self.clock.now():
            late.append(f"what was due at {stamp(due)}")
        return CatchUpStatus((*late, *status.missing), (version, status.mark))

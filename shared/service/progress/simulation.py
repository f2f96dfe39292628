"""Moves simulated time from one due moment to the next, and waits after each until all is done."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic

from shared.kernel.errors import RuleViolated
from shared.kernel.moment import stamp
from shared.mongo.clock_store import ClockStore


@dataclass(frozen=True)
class Standing:
    """`missing` names who has not caught up; `mark` differs whenever anybody wrote or went on."""

    missing: tuple[str, ...]
    mark: object = None


class NotSettled(Exception):
    """Somebody did not catch up within the patience of who waits."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__(f"waited in vain for {', '.join(missing)}")
        self.missing = missing


def untold(moment: datetime) -> None:
    """Nobody watches the steps."""


@dataclass
class Stepper:
    """`next_due` is the earliest moment at which the system has work; `standing` how far it is.

    Seconds of real time: `patience` without any change, `longest` in all for one step, `pause`
    between two looks.
    """

    clock: ClockStore
    next_due: Callable[[], Awaitable[datetime | None]]
    standing: Callable[[], Awaitable[Standing]]
    patience: float = 60.0
    longest: float = 900.0
    pause: float = 0.05
    told: Callable[[datetime], None] = field(default=untold)

    async def advance(self, to: datetime) -> int:
        """Until `to`, due moment by due moment; the number of steps. NotSettled: who is late."""
        steps = 0
        await self.settle()
        while await self.clock.now() < to:
            due = await self.next_due()
            target = to if due is None else min(due, to)
            await self._reach(target)
            await self.settle()
            self.told(target)
            steps += 1
        return steps

    async def settle(self) -> None:
        """Returns when all have caught up, and a second look finds nothing new."""
        began = changed = monotonic()
        before: Standing | None = None
        while (found := await self._look()) != before or found.missing:
            now = monotonic()
            changed = now if found != before else changed
            if now - changed > self.patience or now - began > self.longest:
                raise NotSettled(found.missing or ("an end of the writing",))
            before = found
            await asyncio.sleep(self.pause)

    async def _reach(self, target: datetime) -> None:
        try:
            await self.clock.move(target)
        except RuleViolated as refused:
            # A clock that runs by itself may have come there first.
            if refused.rule != "clock-forward-only":
                raise

    async def _look(self) -> Standing:
        version = (await self.clock.read()).version
        late = [f"the clock of {name}" for name in await self.clock.lagging(version)]
        standing, due = await self.standing(), await self.next_due()
        if due is not None and due <= await self.clock.now():
            late.append(f"what was due at {stamp(due)}")
        return Standing((*late, *standing.missing), (version, standing.mark))

"""A schedule of faults, drawn by a seed: what is done to whom, one after the other."""

import asyncio
import random
import signal
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from shared.kafka.message import Outgoing
from shared.testing.isolation import Tap
from tests.faults.workers.city import City

PROCESSES = ("api", "reactions", "disclosure", "projections", "site")
STILL_SECONDS = (0.5, 3.0)
POINTS = {
    "after_append": ("api", "reactions"),
    "before_publish": ("api",),
    "after_publish_before_token": ("api",),
    "mid_batch": ("reactions", "disclosure", "projections"),
    "after_effect_before_ack": ("reactions", "disclosure", "projections"),
}
SECOND = "second"

Fault = Callable[["Schedule"], Awaitable[str]]


@dataclass
class Schedule:
    city: City
    chance: random.Random
    tap: Tap
    broken: int = 0

    async def killed(self) -> str:
        name = self.chance.choice(PROCESSES)
        await self.city.world.processes.restart(name, signal.SIGKILL)
        return f"kill -9 {name}"

    async def asked_to_end(self) -> str:
        name = self.chance.choice(PROCESSES)
        await self.city.world.processes.restart(name, signal.SIGTERM)
        return f"SIGTERM {name}"

    async def stood_still(self) -> str:
        name, seconds = self.chance.choice(PROCESSES), self.chance.uniform(*STILL_SECONDS)
        self.city.signal(name, signal.SIGSTOP)
        await asyncio.sleep(seconds)
        self.city.signal(name, signal.SIGCONT)
        return f"{name} stood still for {seconds:.1f} s"

    async def died_at_a_point(self) -> str:
        point = self.chance.choice(sorted(POINTS))
        name = self.chance.choice(POINTS[point])
        assert await self.city.dies_at(name, point) == [-signal.SIGKILL] * 2
        return f"{name} died at {point}"

    async def joined_or_left(self) -> str:
        if SECOND in self.city.world.processes.children:
            await self.city.leave(SECOND)
            return "a second worker left"
        await self.city.join("reactions", SECOND, ordinal=2)
        return "a second worker joined"

    async def published_again(self) -> str:
        messages = await self.tap.messages()
        some = self.chance.sample(messages, min(50, len(messages)))
        for message in some:
            headers = list(message.headers)
            await self.tap.put_raw(Outgoing(message.key or b"", message.value or b"", headers))
        return f"{len(some)} messages again, in any order"

    async def broken_message(self) -> str:
        self.broken += 1
        key = f"broken-{self.broken}-{self.chance.randrange(10**9)}"
        self.city.expected.add(("*", key))
        noise = Outgoing(key.encode(), self.chance.randbytes(1_000), [])
        await self.tap.put_raw(noise)
        return "noise on the bus"

    async def time_passed(self) -> str:
        hours = self.chance.randrange(1, 30)
        await self.city.world.clock.move(await self.city.world.now() + timedelta(hours=hours))
        return f"{hours} h passed"


FAULTS: tuple[Fault, ...] = (
    Schedule.killed,
    Schedule.asked_to_end,
    Schedule.stood_still,
    Schedule.died_at_a_point,
    Schedule.joined_or_left,
    Schedule.published_again,
    Schedule.broken_message,
    Schedule.time_passed,
)


def drawn(chance: random.Random, number: int) -> Iterator[Fault]:
    """Each at least once before any comes again."""
    faults: list[Fault] = []
    for _ in range(number):
        if not faults:
            faults = chance.sample(FAULTS, len(FAULTS))
        yield faults.pop()

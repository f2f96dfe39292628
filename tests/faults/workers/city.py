"""A city with a whole installation: its people go on with their work and note what they hear while
things are done to its processes; checkers look at all that is left."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any, cast

from shared.contracts.reminder import CaseEscalated, LightChanged, ReminderSent
from shared.ops.base.dev_tokens import token_for
from shared.ops.base.ports import free_port
from shared.ops.installation.processes import url
from shared.ops.supervision.child import Doing
from shared.ops.supervision.supervisor import Supervisor
from shared.service.processes.registry import SERVICES, definition_of
from shared.service.resources.connections import Connections, broker_access
from shared.testing.eventually import eventually
from shared.testing.faults.checkers import findings
from shared.testing.faults.collector import Collector
from shared.testing.faults.evidence import Evidence, Finding, Vitals
from shared.testing.faults.history import History
from shared.testing.signatures import KEYS
from tests.e2e import evidence as stores
from tests.e2e.matter import Matter, paper, replied
from tests.e2e.organisation import EDUCATION, FINANCE, HOUSING, TANG, TRAFFIC
from tests.e2e.processes import AT_ONCE, Running
from tests.e2e.world import World
from tests.faults.workers.noting import HEALS_WITHIN, Noting

ARMED = "DUBAN_CRASH_AT"
OF_TIME = {LightChanged.type, ReminderSent.type, CaseEscalated.type}
UNITS = (HOUSING, FINANCE, TRAFFIC, EDUCATION)


@dataclass
class City:
    world: World
    api: Noting
    collector: Collector
    usual: Mapping[str, int] = field(default_factory=dict)
    """The facts of a life in which nothing was done to anybody."""
    calm: dict[str, Vitals] = field(default_factory=dict)
    expected: set[tuple[str, str]] = field(default_factory=set)
    lived: list[Matter] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=count)

    # Its people

    @asynccontextmanager
    async def at_work(self, people: int = 3) -> AsyncIterator[None]:
        """When it ends, every life that was begun has come to its end. A failure meanwhile is told
        at once: nobody waits for people whom it left without a service, nor hears only of them."""
        stop = asyncio.Event()
        async with asyncio.TaskGroup() as working:
            for _ in range(people):
                working.create_task(self._live(stop))
            yield
            stop.set()

    async def heard(self, more: int = 10) -> None:
        """Returns when so many more commands were acknowledged."""
        wanted = self.api.acknowledged + more
        await eventually(lambda: self.api.acknowledged >= wanted, within=HEALS_WITHIN)

    async def _live(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            self.lived.append(await self.life())

    async def life(self) -> Matter:
        """From registration to publication."""
        unit = UNITS[next(self._numbers) % len(UNITS)]
        case = await replied(self.world, unit, paper("suggestion", {"person": TANG}))
        await case.rate(unit, TANG)
        await case.decide(unit)
        await case.approve(unit)
        return case

    async def unusual(self) -> list[str]:
        """Lives with a fact too many or too few, since the last look."""
        lived, self.lived = self.lived, []
        told = {case.id: await self.facts_of(case) for case in lived}
        return [f"{case}: {dict(facts)}" for case, facts in told.items() if facts != self.usual]

    async def facts_of(self, case: Matter) -> Mapping[str, int]:
        """How often each was recorded, but for what time alone brings about."""
        facts = await stores.facts_of(self.world, case.id)
        return {fact: n for fact, n in facts.items() if fact not in OF_TIME}

    # Its processes

    def pid(self, name: str) -> int:
        pid = self.world.processes.running[name].supervisor.doing[name].pid
        assert pid is not None
        return pid

    def signal(self, name: str, number: signal.Signals) -> None:
        os.killpg(self.pid(name), number)

    async def dies_at(self, name: str, *points: str) -> list[int | None]:
        """It is killed, comes back armed, goes on until it dies at the first point, and so on; at
        last it comes back as always. How it ended each time."""
        child, running = self.world.processes.children[name], self.world.processes.running[name]
        environment, doing = cast(dict[str, str], child.environment), running.supervisor.doing[name]
        ends: list[int | None] = []
        self.signal(name, signal.SIGKILL)
        for point in points:
            environment[ARMED] = point
            ends.append(await next_end(doing))
        del environment[ARMED]
        ends.append(await next_end(doing))
        await self.world.processes.ready(name)
        return ends

    async def join(self, like: str, name: str, ordinal: int) -> None:
        """One more of that role, ready when it returns."""
        await self.begin(like, name, ordinal)
        await self.world.processes.ready(name)

    async def begin(self, like: str, name: str, ordinal: int) -> None:
        processes, port = self.world.processes, str(free_port())
        role = processes.children[like]
        ports = {"DUBAN_PORT": port, "DUBAN_HEALTH_PORT": port}
        child = replace(role, name=name, environment={**role.environment, **ports}, ordinal=ordinal)
        children, urls = cast(Any, processes.children), cast(Any, processes.urls)
        children[name], urls[name] = child, url(int(port))
        supervisor = Supervisor([child], processes.logs, AT_ONCE)
        task = asyncio.create_task(supervisor.run())
        processes.running[name] = Running(child, supervisor, task)

    async def leave(self, name: str) -> None:
        processes = self.world.processes
        if name in processes.running:
            await processes.stop(name)
        cast(Any, processes.children).pop(name)
        cast(Any, processes.urls).pop(name)

    async def heal(self) -> None:
        """Its own processes run, and no others, whatever was done to them."""
        processes = self.world.processes
        for name in list(processes.children):
            if name in processes.running and processes.running[name].supervisor.doing[name].pid:
                self.signal(name, signal.SIGCONT)
            if name not in self.calm:
                await self.leave(name)
        missing = [name for name in processes.children if name not in processes.running]
        if missing:
            await processes.start(*missing)

    # What is left

    async def evidence(self) -> Evidence:
        await self.world.settle()
        return replace(
            await self.collector.collect(),
            expected=frozenset(self.expected),
            now=await self.world.clock.now(),
            vitals={name: (self.calm[name], await self.vitals(name)) for name in self.calm},
        )

    async def objections(self) -> list[Finding | str]:
        """Of all checkers, and of whoever compares a life with a calm one."""
        found = findings(await self.evidence(), self.api.history)
        return [*found, *await self.unusual()]

    async def vitals(self, name: str) -> Vitals:
        folder = Path(f"/proc/{self.pid(name)}")
        said = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
        return Vitals(
            ready=await self._is_ready(name),
            resident=int(said["VmRSS"].split()[0]) * 1024,
            threads=int(said["Threads"]),
            files=len(list((folder / "fd").iterdir())),
        )

    async def _is_ready(self, name: str) -> bool:
        address = self.world.processes.urls[name]
        return (await self.world.http.get(f"{address}/readyz")).is_success


async def next_end(doing: Doing) -> int | None:
    """Of the process that runs now or is about to end; returns when the next one has begun."""
    before, pid = doing.restarts, doing.pid
    await eventually(lambda: doing.restarts > before, within=HEALS_WITHIN)
    ended = doing.last_exit
    await eventually(lambda: doing.pid not in (None, pid), within=HEALS_WITHIN)
    return ended


@asynccontextmanager
async def a_city(world: World) -> AsyncIterator[City]:
    """After some calm lives, which say what is usual."""
    settings = world.settings
    api = Noting(world.processes.urls["api"], lambda sub: token_for(sub, settings), History())
    noted = replace(world, api=api)
    connections = Connections(broker_access(settings), world.mongo, world.space, keys=KEYS)
    city = City(noted, api, Collector(connections, [definition_of(name) for name in SERVICES]))
    try:
        calm = await city.life()
        await noted.settle()
        city.usual = await city.facts_of(calm)
        city.calm = {name: await city.vitals(name) for name in world.processes.children}
        yield city
    finally:
        await api.__aexit__()

"""Soak: commands at six tenths of saturation for a long time, at first with kills, then in peace.

What was acknowledged is in the log once and in the register; the register is what a rebuild makes
of the log; memory is flat. `DUBAN_SOAK_MINUTES` says how long.
"""

import asyncio
import os
import random
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count, cycle
from typing import Any

import aiohttp

from bench import city
from bench.arrivals import closed_loop
from bench.cases import Case, under_handling
from bench.figures import Ratio, Result, Table, short
from bench.installation import Installation, environment_of
from bench.laboratory import Laboratory
from bench.processor import resident_mb
from bench.rebuild import in_a_process
from bench.reports import reporting
from shared.mongo.commits import commits_of
from shared.pauses import pauses
from shared.service.processes.registry import SERVICES

MINUTES = float(os.environ.get("DUBAN_SOAK_MINUTES", "30"))
SHARE = 0.6
KILLED = ("api", "reactions", "projections")
BETWEEN_KILLS = (15.0, 40.0)
"""Seconds."""
SAMPLE_SECONDS = 5.0
MOST_UNDER_WAY = 500
REPORTS_A_TASK = 95
"""A unit may report a hundred times on one case."""
NOTES = (
    "In the first half api, reactions and projections are killed in turn, every 15 to 40 seconds, "
    "by chance; in the second half nothing is. A command is repeated under its key until somebody "
    "answers.",
    "Memory: of each process at the end of the second half, over that at a quarter of it.",
)


@dataclass
class Soak:
    """Commands that were acknowledged, and memory by role, in megabytes."""

    running: Installation
    cases: Sequence[Case]
    before: frozenset[tuple[str, int]]
    """Reports that were there when it began."""
    acknowledged: dict[int, tuple[str, int]] = field(default_factory=dict)
    memory: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    kills: Counter[str] = field(default_factory=Counter)
    _numbers: Iterator[int] = field(default_factory=count)

    async def commands(self, http: aiohttp.ClientSession, rate: float, seconds: float) -> None:
        """Sends at the rate; waits while too many are under way."""
        turns, end = asyncio.Semaphore(MOST_UNDER_WAY), time.monotonic() + seconds
        async with asyncio.TaskGroup() as group:
            while time.monotonic() < end:
                await turns.acquire()
                task = group.create_task(self._report(http, next(self._numbers)))
                task.add_done_callback(lambda _: turns.release())
                await asyncio.sleep(1 / rate)

    async def _report(self, http: aiohttp.ClientSession, number: int) -> None:
        case = self.cases[number % len(self.cases)]
        task = case.tasks[number // len(self.cases) % len(case.tasks)]
        headers = self.running.bearer(city.handler(task.unit))
        headers["Idempotency-Key"] = f"soak-{number}"
        for pause in pauses():
            if said := await answered(http, case.progress(task), headers):
                self.acknowledged[number] = said
                return
            await asyncio.sleep(pause)

    async def kill_now_and_then(self, seconds: float) -> None:
        chance, end = random.Random(7), time.monotonic() + seconds
        for role in cycle(KILLED):
            if time.monotonic() > end:
                break
            self.running.servers[role].kill()
            self.running.servers[role].launch()
            self.kills[role] += 1
            await asyncio.sleep(chance.uniform(*BETWEEN_KILLS))
        await self.running.ready(*KILLED)

    async def watch_memory(self) -> None:
        while True:
            for role in KILLED:
                self.memory[role].append(resident_mb(self.running.pid(role)))
            await asyncio.sleep(SAMPLE_SECONDS)


async def answered(
    http: aiohttp.ClientSession, path: str, headers: dict[str, str]
) -> tuple[str, int] | None:
    """Returns the stream and the version; None where nobody knows whether it was done."""
    try:
        async with http.post(path, json=city.progress(), headers=headers) as answer:
            said = await answer.json()
    except (aiohttp.ClientError, TimeoutError):
        return None
    if answer.ok:
        return said["stream"], said["version"]
    if answer.status in (409, 429, 503):
        return None
    raise RuntimeError(f"{path}: {said}")


async def soak(lab: Laboratory) -> Result:
    result = Result("soak", "A long time under load", notes=list(NOTES))
    running = await lab.installation()
    rate = SHARE * await saturation(running)
    half = MINUTES * 30
    wanted = int(rate * 2 * half) // (REPORTS_A_TASK * 4) + 8
    cases = await under_handling(running, wanted)
    before = await reports_in_log(running, {case.stream for case in cases})
    made = Soak(running, cases, frozenset(before))
    async with aiohttp.ClientSession(running.urls["api"]) as http:
        await asyncio.gather(made.commands(http, rate, half), made.kill_now_and_then(half))
        async with watched(made):
            await made.commands(http, rate, half)
    await running.settle()
    result.ratios = [*await faults(made), *memories(made)]
    result.tables = [Table("Soak", ("what", "number"), tuple(rows(made, rate)))]
    return result


async def saturation(running: Installation) -> float:
    """Returns the commands a second that are taken when more are sent than can be."""
    cases = await under_handling(running, 40)
    async with reporting(running, cases) as send:
        began = time.monotonic()
        sent = await closed_loop(32, 6.0, send)
        return len(sent) / (time.monotonic() - began)


@asynccontextmanager
async def watched(made: Soak) -> AsyncIterator[None]:
    task = asyncio.create_task(made.watch_memory())
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def faults(made: Soak) -> list[Ratio]:
    """Compares what was acknowledged with the log, the register with both, and the register with
    one that is built anew."""
    streams = {case.stream for case in made.cases}
    logged = await reports_in_log(made.running, streams) - made.before
    acknowledged = set(made.acknowledged.values())
    found = {
        "acknowledged, not in the log": len(acknowledged - logged),
        "in the log, not acknowledged": len(logged - acknowledged),
        "acknowledged twice for one fact": len(made.acknowledged) - len(acknowledged),
        "cases whose register is behind": await behind(made.running, logged),
        "set aside": await set_aside(made.running),
    }
    # Raises where the register that is built anew differs.
    await in_a_process(environment_of(made.running.settings))
    return [nothing(what, number) for what, number in found.items()]


def nothing(what: str, number: int) -> Ratio:
    """Returns a figure that is met by nought alone."""
    once = Ratio.once(what, number)
    return Ratio(once.what, once.value, 0.5, at_least=False)


async def reports_in_log(running: Installation, streams: set[str]) -> set[tuple[str, int]]:
    """Returns stream and version of every report."""
    commits = commits_of(running.database("handling")).find({"stream": {"$in": list(streams)}})
    return {
        (commit["stream"], commit["first"] + number)
        async for commit in commits
        for number, fact in enumerate(commit["facts"])
        if fact["type"].startswith("progress.")
    }


async def behind(running: Installation, logged: set[tuple[str, int]]) -> int:
    last: Counter[str] = Counter()
    for stream, version in logged:
        last[stream] = max(last[stream], version)
    register: Any = running.database("portal")["case_register_g1"]
    seen: dict[str, int] = {}
    async for document in register.find({}, {"seen": 1}):
        seen |= {stream: mark[0] for stream, mark in document["seen"].items()}
    return sum(seen.get(stream, 0) < version for stream, version in last.items())


async def set_aside(running: Installation) -> int:
    databases = [running.database(name) for name in SERVICES]
    return sum([await each["parked"].count_documents({}) for each in databases])


def memories(made: Soak) -> list[Ratio]:
    return [
        Ratio(f"{role}: memory, end / quarter", Ratio.once("", growth(found)).value, 1.1, False)
        for role, found in made.memory.items()
    ]


def growth(samples: Sequence[float]) -> float:
    quarter = samples[len(samples) // 4]
    return samples[-1] / quarter


def rows(made: Soak, rate: float) -> Iterator[tuple[str, str]]:
    yield "commands a second", short(rate)
    yield "minutes", short(MINUTES)
    yield "commands acknowledged", f"{len(made.acknowledged):,}"
    for role, number in sorted(made.kills.items()):
        yield f"kills of {role}", str(number)
    for role, found in made.memory.items():
        yield f"MB of {role} at the end", short(found[-1])

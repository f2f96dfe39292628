"""The life of cases: what each act costs until everything that it causes is visible."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.acts import ACTS, Act, Life
from bench.figures import Ratio, Result, Table, percentile, short
from bench.floor.running import Floor, running_floor
from bench.installation import Installation
from bench.laboratory import Laboratory
from bench.processor import cpu_seconds
from bench.watching import Seen, Watch, watching
from shared.mongo.commits import commits_of
from shared.service.processes.registry import SERVICES

RATE = 5.0
"""Acts a second."""
COLUMNS = ("act", "commits of the system", "CPU ms", "p50 ms", "p99 ms")
NOTES = (
    "One act of each case after the other, five a second; an act begins when all services have "
    "what the one before has caused. CPU: all processes with mongod and broker, also while they "
    "wait.",
    "From due to visible: until the last change of the case in the register that the act causes.",
    "A commit: of a person or of the system. The floor carries one message from insert to update, "
    "at the same rate.",
)


@dataclass(frozen=True)
class Measured:
    """Costs of one act of all cases. `commits` with those of people."""

    acts: int
    commits: int
    cpu: float
    latencies: Sequence[float]


async def life(lab: Laboratory) -> Result:
    result = Result("life", "The life of a case", notes=list(NOTES))
    running = await lab.installation()
    shared = (*lab.parts.mongod, *lab.parts.broker)
    register = running.database("portal")["case_register_g1"]
    fields = ["documentKey", "fullDocument.rev"]
    async with running.api() as api, watching(register, fields, revision) as watch:
        lives = [Life(number, api) for number in range(lab.size.cases)]
        meter = Meter(running, watch, (*running.pids, *shared))
        found = {name: await meter.measured(act, lives) for name, act in ACTS.items()}
    async with running_floor(lab.parts, lab.size.cases, "life") as floor:
        cost = await floor_cost(floor, lab.size.cases, shared)
    result.ratios = ratios(found, cost)
    result.tables = [Table("Acts", COLUMNS, rows(found))]
    result.raw = {name: [vars(each)] for name, each in found.items()}
    return result


def revision(change: Mapping[str, Any]) -> Seen:
    return {change["documentKey"]["_id"]: change.get("fullDocument", {}).get("rev", 0)}


@dataclass(frozen=True)
class Meter:
    running: Installation
    watch: Watch
    pids: tuple[int, ...]

    async def measured(self, act: Act, lives: Sequence[Life]) -> Measured:
        commits, cpu = await self._commits(), cpu_seconds(self.pids)
        due = await in_turn(act, lives)
        await self.running.settle()
        cpu = cpu_seconds(self.pids) - cpu
        ends = [self.watch.last(each.case) for each in lives]
        latencies = sorted((end - begin) * 1e3 for begin, end in zip(due, ends, strict=True))
        return Measured(len(lives), await self._commits() - commits, cpu, latencies)

    async def _commits(self) -> int:
        logs = [commits_of(self.running.database(name)) for name in SERVICES]
        return sum([await log.count_documents({}) for log in logs])


async def in_turn(act: Act, lives: Sequence[Life]) -> list[float]:
    """Has every case acted on when it is due; returns these moments."""
    begin = time.perf_counter() + 0.05
    due = [begin + number / RATE for number in range(len(lives))]

    async def one(each: Life, moment: float) -> None:
        await asyncio.sleep(max(0.0, moment - time.perf_counter()))
        await act(each)

    await asyncio.gather(*map(one, lives, due))
    return due


async def floor_cost(floor: Floor, count: int, shared: tuple[int, ...]) -> float:
    """Returns the milliseconds of processor time of one message at the same rate."""
    pids = (*floor.pids, *shared)
    before = cpu_seconds(pids)
    for number in range(count):
        await floor.send(number)
        await asyncio.sleep(1 / RATE)
    return 1e3 * (cpu_seconds(pids) - before) / count


def ratios(found: Mapping[str, Measured], floor: float) -> list[Ratio]:
    whole = sum(each.cpu / each.acts for each in found.values()) * 1e3
    commits = sum(each.commits / each.acts for each in found.values())
    return [
        Ratio.once("commits in a life of nine acts", commits),
        Ratio.once("CPU ms of a life", whole),
        Ratio.once("CPU of a commit / floor's message", whole / commits / floor if floor else 0.0),
    ]


def rows(found: Mapping[str, Measured]) -> tuple[tuple[str, ...], ...]:
    return tuple((name, *row(each)) for name, each in found.items())


def row(each: Measured) -> tuple[str, ...]:
    system = each.commits / each.acts - 1
    latencies = [percentile(each.latencies, share) for share in (0.5, 0.99)]
    return short(system), short(1e3 * each.cpu / each.acts), *map(short, latencies)

"""Footprint: what every process costs to start, and what it holds and does while nothing
happens."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence

from bench.figures import Ratio, Result, Table, figure
from bench.installation import ROLES, Installation, prepared
from bench.laboratory import Laboratory
from bench.processor import cpu_seconds, resident_mb, threads, used_at_rest

READY_CPU_SECONDS, IDLE_MB = 2.0, 100.0
LOCAL = ("api", "reactions", "projections")
"""Processes of one machine, but the site."""
LOCAL_MB, LOCAL_PYTHON, LOCAL_ALL = 260.0, 3.0, 7.0
"""Goals for them together: megabytes, and percent of a core without and with mongod and broker."""
COLUMNS = ("process", "CPU s until ready", "idle MB", "idle CPU, % of a core", "threads")
NOTES = (
    "`api`, `reactions` and `projections` hold all eight services, as `make run` starts them; "
    "`api of intake` holds one.",
    "CPU until ready: user and system time of the process when `/readyz` first says yes, "
    "imports included. Memory is resident (VmRSS).",
)
Idle = tuple[float, float, int]
"""Megabytes, share of a core, threads."""
Local = tuple[float, float, float]
"""Megabytes; percent of a core of the Python processes, and of all."""


async def footprint(lab: Laboratory) -> Result:
    """Starts the processes of one machine, measures them, and then all others."""
    result = Result("footprint", "Footprint of the processes", notes=list(NOTES))
    cpu: defaultdict[str, list[float]] = defaultdict(list)
    idle: defaultdict[str, list[Idle]] = defaultdict(list)
    local: list[Local] = []
    async with prepared(lab.parts, "idle") as running:
        for _ in range(lab.size.starts):
            running.launch(*LOCAL)
            await running.ready(*LOCAL)
            local.append(await together(running, lab))
            running.launch(*(role for role in ROLES if role not in LOCAL))
            await running.ready(*ROLES)
            await asyncio.sleep(lab.size.idle_seconds)
            for role, found in (await resting(running, lab.size.idle_seconds)).items():
                cpu[role].append(running.start_cpu[role])
                idle[role].append(found)
            await running.stop()
    result.ratios = local_ratios(local)
    for role in ROLES:
        result.ratios += ratios(role, cpu[role], idle[role])
    rows = tuple(row(role, cpu[role], idle[role]) for role in ROLES)
    result.tables.append(Table("Processes", COLUMNS, rows))
    result.raw = {role: {"cpu": cpu[role], "idle": idle[role]} for role in ROLES}
    return result


async def resting(running: Installation, seconds: float) -> dict[str, Idle]:
    """Measures every process while it is idle."""
    pids = {role: running.pid(role) for role in running.servers}
    before = {role: cpu_seconds([pid]) for role, pid in pids.items()}
    await asyncio.sleep(seconds)
    return {
        role: (
            resident_mb(pid),
            (cpu_seconds([pid]) - before[role]) / seconds,
            threads(pid),
        )
        for role, pid in pids.items()
    }


async def together(running: Installation, lab: Laboratory) -> Local:
    """Measures the processes of one machine while it is idle."""
    pids = [running.pid(role) for role in LOCAL]
    shared = [*lab.parts.mongod, *lab.parts.broker]
    await asyncio.sleep(lab.size.idle_seconds)
    python, parts = await asyncio.gather(
        used_at_rest(pids, lab.size.idle_seconds), used_at_rest(shared, lab.size.idle_seconds)
    )
    return sum(map(resident_mb, pids)), 100 * python, 100 * (python + parts)


def local_ratios(found: Sequence[Local]) -> list[Ratio]:
    memory, python, everything = (figure(values) for values in zip(*found, strict=True))
    return [
        Ratio("one machine: idle MB of Python", memory, LOCAL_MB, at_least=False),
        Ratio("one machine: idle Python, % of a core", python, LOCAL_PYTHON, at_least=False),
        Ratio("one machine: idle, with store and bus", everything, LOCAL_ALL, at_least=False),
    ]


def ratios(role: str, cpu: Sequence[float], idle: Sequence[Idle]) -> list[Ratio]:
    memory = figure([megabytes for megabytes, _, _ in idle])
    return [
        Ratio(f"{role}: CPU s until ready", figure(cpu), READY_CPU_SECONDS, at_least=False),
        Ratio(f"{role}: idle MB", memory, IDLE_MB, at_least=False),
    ]


def row(role: str, cpu: Sequence[float], idle: Sequence[Idle]) -> tuple[str, ...]:
    memory, busy = figure([one[0] for one in idle]), figure([100 * one[1] for one in idle])
    return role, str(figure(cpu)), str(memory), str(busy), str(max(one[2] for one in idle))

"""Catch-up: the projections stand still while facts arrive, and then go on."""

import asyncio
import time

from bench.figures import Ratio, Result, Table, figure, short
from bench.filling import fill, in_turn
from bench.installation import Installation, prepared
from bench.laboratory import Laboratory
from bench.lives import Lives
from bench.processor import cpu_seconds, peak_mb
from bench.rounds import Contender, Run, per_server_cpu, speed, speeds
from bench.stillness import standing_still
from shared.kafka.space import Space
from shared.kafka.topics import CASE_EVENTS

ARRIVAL = 500
"""Facts a second, for as long as the projections stand still."""
WITHIN = 120.0
OURS = "projections of all services"
COLUMNS = ("what", "facts/s", "facts per CPU second of the worker")
NOTES = (
    "The projections worker (four read models of cases, nine of the directory) is stopped by "
    f"SIGSTOP; the facts of so many seconds at {ARRIVAL} a second are put on the bus at once; "
    "SIGCONT; counted until every group has come to the end of the bus.",
)


async def catch_up(lab: Laboratory) -> Result:
    size = lab.size
    lives = await lab.lives()
    cases = max(1, int(ARRIVAL * size.still_seconds) // len(lives))
    async with prepared(lab.parts, "late") as running:
        running.launch("projections")
        await running.ready("projections")
        contender = _standing_still(running, lab, lives, cases)
        runs = await lab.rounds({OURS: contender}, min(size.rounds, 3))
        peak = peak_mb(running.pids[0])
    rates = figure([each / ARRIVAL for each in speeds(runs[OURS])])
    row = (OURS, str(speed(runs[OURS])), str(per_server_cpu(runs[OURS])))
    return Result(
        "catch_up",
        "Catch-up of a consumer that stood still",
        ratios=[Ratio(f"caught up / arrived ({ARRIVAL} facts/s)", rates, 10)],
        tables=[Table(f"{cases * len(lives):,} facts in a round", COLUMNS, (row,))],
        notes=[*NOTES, f"The worker's peak memory: {short(peak)} MB."],
        raw={"rounds": [vars(run) for run in runs[OURS]]},
    )


def _standing_still(running: Installation, lab: Laboratory, lives: Lives, cases: int) -> Contender:
    topic = Space(running.settings.space).topic(CASE_EVENTS.name)
    pid = running.pids[0]

    async def run(number: int) -> Run:
        told = list(in_turn(lives, range(number * cases, (number + 1) * cases)))
        with standing_still(running, "projections"):
            facts = await fill(lab.parts.kafka, topic, told)
        cpu, began = cpu_seconds([pid]), time.perf_counter()
        await _at_the_end(running)
        took = time.perf_counter() - began
        return Run(facts, took, server_cpu=cpu_seconds([pid]) - cpu)

    return run


async def _at_the_end(running: Installation) -> None:
    ends, until = await running.standings.ends(), time.monotonic() + WITHIN
    while late := [g for g in await running.standings.behind(ends) if "reactions" not in g]:
        running.pid("projections")  # one that stood still for too long ends itself
        if time.monotonic() > until:
            raise TimeoutError(f"waited in vain for {late}")
        await asyncio.sleep(0.05)

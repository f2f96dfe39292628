"""Timers: many cases become due at one moment; each is decided and appended, as the timer of the
reminder does it, beside raw inserts by as many writers."""

import itertools
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import datetime
from functools import partial
from typing import Any

from bench.figures import Result, Table, figure, percentile, ratio
from bench.installation import prepared
from bench.laboratory import Laboratory
from bench.logs import MONDAY, RawInserts
from bench.parts import Parts
from bench.processor import Stopwatch
from bench.rounds import Contender, Run, raw_of, speed, speeds
from services.reminder.app import TIMER
from services.reminder.domain.reactions import react
from shared.contracts.handling import TaskOpened
from shared.kernel.messages import Recorded
from shared.parallel import in_parallel
from shared.service.commands.runtime import ServiceRuntime
from shared.service.processes.composition import open_service
from shared.service.processes.registry import definition_of
from shared.service.resources.process_resources import open_resources
from shared.service.timers.round import WIDTH, Round

OURS, RAW = "duban: cases with a due rung", f"raw insert_one, {WIDTH} writers"
COLUMNS = ("what", "per second", "p50 ms", "p99 ms", "per client CPU second")
NOTES = (
    "A clock runs in every case; at one moment a rung of each is due. The timer asks each case: "
    "load, fold, decide, append by majority; one commit with the rung and the change of its light.",
    "Raw: an insert of a commit's bytes with majority and journal, without reading or deciding.",
)
NUMBERS = itertools.count()


async def timers(lab: Laboratory) -> Result:
    result = Result("timers", "Timers: many rungs due at one moment", notes=list(NOTES))
    async with AsyncExitStack() as stack:
        running = await stack.enter_async_context(prepared(lab.parts, "timers"))
        resources = await stack.enter_async_context(open_resources(running.settings, "reactions"))
        reminder = definition_of("reminder")
        runtime = await stack.enter_async_context(open_service(resources, reminder))
        raw = RawInserts(running.mongo[f"{lab.parts.space}_timers_raw"])
        await raw.prepare()
        contenders = {
            OURS: _fired(runtime, lab.parts, lab.size.due),
            RAW: _inserted(raw, lab.parts, lab.size.due),
        }
        runs = await lab.rounds(contenders, lab.size.rounds)
    result.ratios.append(
        ratio("cases asked / raw insert_one", speeds(runs[OURS]), speeds(runs[RAW]), 0.25)
    )
    result.tables.append(
        Table("Due at one moment", COLUMNS, tuple(row(n, found) for n, found in runs.items()))
    )
    result.raw = raw_of(runs)
    return result


def row(name: str, runs: list[Run]) -> tuple[str, ...]:
    latencies = [sorted(run.latencies) for run in runs]
    shares = [str(figure([percentile(each, share) for each in latencies])) for share in (0.5, 0.99)]
    return name, str(speed(runs)), *shares, str(figure([run.per_client_cpu for run in runs]))


def _fired(runtime: ServiceRuntime, parts: Parts, due: int) -> Contender:
    """Every round has cases of its own, because a rung fires once."""

    async def run(number: int) -> Run:
        rows = [await _with_clock(runtime, next(NUMBERS)) for _ in range(due)]
        asked = Round(runtime, _first_rung(runtime), partial(TIMER.command, False), TIMER.roles)
        latencies = list[float]()

        async def timed(one: Mapping[str, Any]) -> int:
            began = time.perf_counter()
            fired = await asked.dispatch([one])
            latencies.append((time.perf_counter() - began) * 1e3)
            return fired

        watch = Stopwatch(parts.mongod)
        fired = sum(await in_parallel(timed, rows, WIDTH))
        if fired != due:
            raise RuntimeError(f"{fired} of {due} cases had something to say")
        return Run(due, watch.seconds, watch.client_cpu, watch.server_cpu, latencies)

    return run


def _inserted(raw: RawInserts, parts: Parts, due: int) -> Contender:
    async def run(number: int) -> Run:
        latencies = list[float]()

        async def timed(case: int) -> None:
            began = time.perf_counter()
            await raw.write(case, f"timer-{next(NUMBERS)}")
            latencies.append((time.perf_counter() - began) * 1e3)

        watch = Stopwatch(parts.mongod)
        await in_parallel(timed, range(due), WIDTH)
        return Run(due, watch.seconds, watch.client_cpu, watch.server_cpu, latencies)

    return run


async def _with_clock(runtime: ServiceRuntime, number: int) -> Mapping[str, Any]:
    """Starts the reply's clock of a case; returns the row of due work for it."""
    case = f"{number:032x}"
    due = runtime.policies.resolve("u-city", "suggestion", "session", MONDAY).due("reply", MONDAY)
    opened = TaskOpened(
        at=MONDAY, agency="u-city", kind="suggestion", channel="session", period="2026",
        task="a" * 12, unit="u-housing", part="lead", due=due,
    )  # fmt: skip
    fact = Recorded(
        id=f"handling-{case}-1", stream=f"handling-{case}", version=1, event=opened,
        source="handling", agency="u-city", actor="p-1", recorded_at=MONDAY,
        correlation_id="c" * 32, case_id=case,
    )  # fmt: skip
    for reaction in react(fact):
        await runtime.dispatch(reaction, fact)
    places = {"unit": ["u-housing"], "agency": ["u-city"]}
    return {"stream": f"clocks-{case}", "version": 1, "places": places}


def _first_rung(runtime: ServiceRuntime) -> datetime:
    """The moment at which the first rung of the reply's ladder is due."""
    policy = runtime.policies.resolve("u-city", "suggestion", "session", MONDAY)
    ladder = policy.row.obligations["reply"].ladder
    due = policy.due("reply", MONDAY).at
    return min(policy.calendar.shift(due, rung.offset, rung.unit) for rung in ladder)

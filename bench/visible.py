"""Command over HTTP → visible in the portal, open loop at several rates and at saturation, beside
the raw floor."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bench.arrivals import Send, closed_loop, open_loop
from bench.cases import under_handling
from bench.figures import Ratio, Result, Table, figure, percentile, ratio, short
from bench.floor.running import running_floor
from bench.laboratory import Laboratory
from bench.processor import cpu_seconds, used_at_rest
from bench.reports import reporting
from bench.rounds import Contender, Run, raw_of, speed
from bench.sizes import Size
from bench.watching import Watch, seen_by_floor, seen_by_register, watching

OURS, FLOOR = "duban", "raw floor"
CLIENTS = 32
MOST_ROUNDS = 3
REST_SECONDS = 2.0
"""Until what was begun before is done."""
SHARES = {"p50": 0.5, "p99": 0.99, "p99.9": 0.999}
CALM = 100
"""Commands a second up to which the goals for latency hold."""
ENOUGH = 1_000
"""Latencies, of all rounds, that one in a thousand can be told of."""


@dataclass(frozen=True)
class Side:
    """One way from a command to what is visible. `pids` are its processes, mongod and broker;
    `foreign` is what the other side, which rests, has mongod and broker use: seconds of processor
    in a second."""

    send: Send
    watch: Watch
    pids: tuple[int, ...]
    foreign: float

    async def at_rate(self, rate: float, count: int) -> Run:
        used = self._begin()
        sent = await open_loop(rate, count, self.send)
        latencies = await self.watch.latencies(sent)
        took = max(s.answered for s in sent) - sent[0].due
        return Run(count, took, server_cpu=used(), latencies=latencies)

    async def saturated(self, seconds: float) -> Run:
        """Counted until the last one is visible."""
        used = self._begin()
        sent = await closed_loop(CLIENTS, seconds, self.send)
        end = max(await self.watch.all_visible(sent))
        took = end - min(s.due for s in sent)
        return Run(len(sent), took, server_cpu=used())

    def _begin(self) -> Callable[[], float]:
        """Returns a function that says how much processor time was used since."""
        before, began = cpu_seconds(self.pids), time.perf_counter()

        def used() -> float:
            passed = time.perf_counter() - began
            return cpu_seconds(self.pids) - before - self.foreign * passed

        return used


async def visible(lab: Laboratory) -> Result:
    size = lab.size
    result = Result("visible", "From a command to what is visible")
    async with both(lab) as sides:
        saturation = await lab.rounds(
            {name: _saturated(side, size) for name, side in sides.items()},
            min(size.rounds, MOST_ROUNDS),
        )
        rates: list[float] = [*size.rates, 0.6 * speed(saturation[OURS]).median]
        rows: list[tuple[str, ...]] = []
        for rate in rates:
            contenders = {n: _at_rate(side, rate, size) for n, side in sides.items()}
            runs = await lab.rounds(contenders, min(size.rounds, MOST_ROUNDS), warm=False)
            rows += [row(rate, name, found) for name, found in runs.items()]
            result.ratios += ratios(rate, runs, sixty=rate == rates[-1])
            result.raw[f"{rate:.0f}/s"] = raw_of(runs)
    result.ratios += full_ratios(saturation)
    result.tables = [
        Table("Open loop, from due to visible", COLUMNS, tuple(rows)),
        full(saturation),
    ]
    result.notes = list(NOTES)
    return result


COLUMNS = ("commands/s", "what", "p50 ms", "p99 ms", "p99.9 ms", "CPU ms per command")
NOTES = (
    "A command is a progress report on one of the cases under handling: JWT, idempotency lease, "
    "validation, access table, fold, append, relay, Kafka, Faust, counters and register.",
    "Visible: a change stream on the read model has told the driver; the same for both, some 1 ms.",
    "CPU: user and system time of all processes of a side with mongod and broker; what the other "
    "side has these use while it rests is taken off. The driver, which inserts for the floor, is "
    "not counted.",
    "The floor's topic is not flushed at each message; Duban's topics are, because one broker "
    "alone holds them.",
)


def _saturated(side: Side, size: Size) -> Contender:
    async def run(number: int) -> Run:
        return await side.saturated(size.closed_seconds)

    return run


def _at_rate(side: Side, rate: float, size: Size) -> Contender:
    async def run(number: int) -> Run:
        return await side.at_rate(rate, max(size.open_commands, int(rate * size.open_seconds)))

    return run


def of(runs: Sequence[Run], share: float) -> list[float]:
    return [percentile(run.latencies, share) for run in runs]


def row(rate: float, name: str, runs: Sequence[Run]) -> tuple[str, ...]:
    found = [str(figure(of(runs, share))) for share in (0.5, 0.99)]
    every = sorted(itertools.chain.from_iterable(run.latencies for run in runs))
    cpu = figure(cost(runs))
    rare = short(percentile(every, SHARES["p99.9"])) if len(every) >= ENOUGH else "–"
    return f"{rate:.0f}", name, *found, rare, str(cpu)


def ratios(rate: float, runs: Mapping[str, Sequence[Run]], sixty: bool) -> list[Ratio]:
    ours, floor = runs[OURS], runs[FLOOR]
    if sixty:
        what = f"p99 ms at 60 % of saturation ({rate:.0f}/s)"
        return [Ratio(what, figure(of(ours, 0.99)), 150, at_least=False)]
    goals = {"p50": 2.0, "p99": 4.0} if rate <= CALM else {"p50": 0.0, "p99": 0.0}
    latencies = [
        ratio(
            f"{rate:.0f}/s: {name}, duban / floor", of(ours, share), of(floor, share), goal, False
        )
        for (name, goal), share in zip(goals.items(), SHARES.values(), strict=False)
    ]
    return [*latencies, *costs(f"{rate:.0f}/s", runs, *COSTS.get(rate, (0.0, 0.0)))]


COSTS: Mapping[float, tuple[float, float]] = {20: (14.0, 1.4), 100: (8.0, 0.0)}
"""Rate → goals for the processor time of a command: milliseconds, and times the floor's."""


def costs(name: str, runs: Mapping[str, Sequence[Run]], most_ms: float, most: float) -> list[Ratio]:
    ours, floor = cost(runs[OURS]), cost(runs[FLOOR])
    return [
        Ratio(f"{name}: CPU ms per command", figure(ours), most_ms, at_least=False),
        ratio(f"{name}: CPU per command, duban / floor", ours, floor, most, False),
    ]


def cost(runs: Sequence[Run]) -> list[float]:
    """Returns milliseconds of processor time of each command, by round."""
    return [1e3 * run.server_cpu / run.operations for run in runs]


def full_ratios(runs: Mapping[str, list[Run]]) -> list[Ratio]:
    saturation = Ratio("saturation, commands/s", speed(runs[OURS]), 350)
    return [saturation, *costs("saturated", runs, 4.0, 0.0)]


def full(runs: Mapping[str, list[Run]]) -> Table:
    rows = tuple(
        (name, str(speed(found)), str(figure(cost(found)))) for name, found in runs.items()
    )
    columns = ("what", "commands/s", "CPU ms per command")
    return Table(f"Saturation: {CLIENTS} clients, until the last is visible", columns, rows)


@asynccontextmanager
async def both(lab: Laboratory) -> AsyncIterator[dict[str, Side]]:
    running, size = await lab.installation(), lab.size
    cases = await under_handling(running, size.cases)
    shared = (*lab.parts.mongod, *lab.parts.broker)
    alone = await resting(shared, size.idle_seconds)
    async with running_floor(lab.parts, size.cases) as floor:
        together = await resting(shared, size.idle_seconds)
        register = running.database("portal")["case_register_g1"]
        async with (
            watching(register, ["fullDocument.seen"], seen_by_register) as ours,
            watching(floor.database.cases, FLOOR_FIELDS, seen_by_floor) as theirs,
            reporting(running, cases) as send,
        ):
            yield {
                FLOOR: Side(floor.send, theirs, (*floor.pids, *shared), alone),
                OURS: Side(send, ours, (*running.pids, *shared), max(0.0, together - alone)),
            }


async def resting(pids: tuple[int, ...], seconds: float) -> float:
    await asyncio.sleep(REST_SECONDS)
    return await used_at_rest(pids, seconds)


FLOOR_FIELDS = ("documentKey", "fullDocument.v", "updateDescription")

"""Append: one fact per command, 1, 8 and 64 writers, a few cases hot; beside raw inserts."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from itertools import count

from bench.figures import Ratio, Result, Table, figure, percentile, ratio, short
from bench.hot_cases import Cases, HotHundred
from bench.laboratory import Laboratory
from bench.logs import GROUP, Database, Log, RawInserts
from bench.parts import Parts
from bench.processor import Stopwatch
from bench.rounds import Contender, Run, Runs, raw_of, speed, speeds
from shared.mongo.connect import connect

CASES = 10_000
ALONE = 4
"""Times as many rounds for a single writer, whose round is over in an instant."""
OURS = "duban"
ONE, MANY = "raw insert_one", f"raw insert_many({GROUP})"
Write = Callable[[int, str], Awaitable[None]]


async def append(lab: Laboratory) -> Result:
    parts, size = lab.parts, lab.size
    result = Result("append", "Append to the log", notes=list(NOTES))
    client = connect(parts.mongo_url)
    rows = []
    for writers, commands in size.commands.items():
        cases = HotHundred(CASES, size.seed + writers)
        database = client[f"{parts.space}_append_{writers}"]
        sides = await contenders(database, parts, writers, commands, cases)
        runs = await lab.rounds(sides, size.short_rounds * (ALONE if writers == 1 else 1))
        result.ratios += ratios(writers, runs)
        result.raw[f"{writers} writers"] = raw_of(runs)
        rows += [row(writers, name, rs) for name, rs in runs.items()]
        await client.drop_database(database.name)
    result.tables.append(Table("One fact per command", COLUMNS, tuple(rows)))
    await client.close()
    return result


NOTES = (
    f"duban: a fifth of all commands is for 100 cases, the rest for all {CASES:,}. The raw inserts "
    "carry the same bytes and know no order.",
    "Rounds are short and many, because ratios of long rounds are those of the machine's noise.",
)
COLUMNS = ("writers", "what", "commands/s", "p50 ms", "p99 ms", "commands per client CPU second",
           "store CPU ms per command")  # fmt: skip


def row(writers: int, name: str, runs: list[Run]) -> tuple[str, ...]:
    return (
        str(writers),
        name,
        str(speed(runs)),
        *(_latency(runs, share) for share in (0.5, 0.99)),
        str(figure([run.per_client_cpu for run in runs])),
        short(figure([1e3 * run.server_cpu / run.operations for run in runs]).median),
    )


def _latency(runs: list[Run], share: float) -> str:
    return str(figure([percentile(sorted(run.latencies), share) for run in runs]))


def ratios(writers: int, runs: Runs) -> Iterator[Ratio]:
    ours = speeds(runs[OURS])
    if writers == 1:
        yield ratio("1 writer: duban / raw insert_one", ours, speeds(runs[ONE]), 0.9)
    else:
        goal = 0.5 if writers == GROUP else 0.0
        many = speeds(runs[MANY])
        yield ratio(f"{writers} writers: {OURS} / {MANY}", ours, many, goal)


async def contenders(
    database: Database, parts: Parts, writers: int, commands: int, cases: Cases
) -> dict[str, Contender]:
    log, raw = Log(database), RawInserts(database)
    await log.prepare()
    await raw.prepare()
    numbers = count()

    def plan() -> list[int]:
        return [cases.draw() for _ in range(commands)]

    def writing(write: Write, case: Callable[[], int]) -> Contender:
        async def run(number: int) -> Run:
            planned = [case() for _ in range(commands)]
            return await written(write, planned, writers, parts.mongod, numbers)

        return run

    return {
        OURS: writing(log.write, cases.draw),
        ONE: writing(raw.write, cases.draw),
        MANY: _grouped(raw, plan, parts.mongod, numbers),
    }


def _grouped(
    raw: RawInserts, plan: Callable[[], list[int]], mongod: tuple[int, ...], numbers: Iterator[int]
) -> Contender:
    async def many(number: int) -> Run:
        watch, latencies = Stopwatch(mongod), []
        planned = plan()
        for begin in range(0, len(planned), GROUP):
            group = planned[begin : begin + GROUP]
            began = time.perf_counter()
            await raw.write_group(group, str(next(numbers)))
            latencies += [(time.perf_counter() - began) * 1e3] * len(group)
        return Run(len(planned), watch.seconds, watch.client_cpu, watch.server_cpu, latencies)

    return many


async def written(
    write: Write,
    cases: Sequence[int],
    writers: int,
    mongod: tuple[int, ...],
    numbers: Iterator[int],
) -> Run:
    """Each writer takes the next command as soon as its last one is answered."""
    waiting, latencies = iter(cases), list[float]()

    async def writer() -> None:
        for case in waiting:
            began = time.perf_counter()
            await write(case, f"command-{next(numbers)}")
            latencies.append((time.perf_counter() - began) * 1e3)

    watch = Stopwatch(mongod)
    await asyncio.gather(*[writer() for _ in range(writers)])
    return Run(len(cases), watch.seconds, watch.client_cpu, watch.server_cpu, latencies)

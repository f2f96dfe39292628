"""Append: one fact per command, 1, 8 and 64 writers, a few cases hot; beside raw inserts and a
library."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from itertools import count

from bench.figures import Ratio, Result, Table, figure, percentile, ratio, short
from bench.laboratory import Laboratory
from bench.logs import GROUP, Database, Log, RawInserts
from bench.parts import Parts
from bench.peers import Peer, installed, on_postgresql, on_sqlite
from bench.postgres import missing, running_postgres
from bench.processor import Stopwatch
from bench.rounds import Contender, Run, Runs, raw_of, speed, speeds
from bench.sizes import Size
from bench.zipf import Cases, HotHundred, Zipf
from shared.mongo.connect import connect

CASES = 10_000
ALONE = 4
"""Times as many rounds for a single writer, whose round is over in an instant."""
OURS, STEEP, SPREAD = "duban", "duban, Zipf", "duban, every command on another case"
ONE, MANY = "raw insert_one", f"raw insert_many({GROUP})"
Write = Callable[[int, str], Awaitable[None]]


async def append(lab: Laboratory) -> Result:
    parts, size = lab.parts, lab.size
    result = Result("append", "Append to the log", notes=list(NOTES))
    client = connect(parts.mongo_url)
    peers, absent = peers_of(parts, size)
    result.notes += absent
    rows = []
    with peers as open_peers:
        for writers, commands in size.commands.items():
            cases = HotHundred(CASES, size.seed + writers)
            database = client[f"{parts.space}_append_{writers}"]
            sides = await contenders(database, parts, writers, commands, cases)
            sides |= {n: of_peer(p, writers, commands, cases) for n, p in open_peers.items()}
            runs = await lab.rounds(sides, size.short_rounds * (ALONE if writers == 1 else 1))
            result.ratios += ratios(writers, runs)
            result.raw[f"{writers} writers"] = raw_of(runs)
            rows += [row(writers, name, rs) for name, rs in runs.items()]
            await client.drop_database(database.name)
    result.tables.append(Table("One fact per command", COLUMNS, tuple(rows)))
    await client.close()
    return result


NOTES = (
    f"duban: a fifth of all commands is for 100 cases, the rest for all {CASES:,}; so the public "
    "event store benchmark (pyeventsourcing/eventstore-benchmarks) makes its heavy tail. duban, "
    f"Zipf: exponent 1 over {CASES:,} cases; a tenth of all commands is for one and the same case, "
    "whose commits stand on one another and cannot share a batch, and this queue is what many "
    "writers wait in. The raw inserts know no order.",
    "Rounds are short and many, because ratios of long rounds are those of the machine's noise.",
    "The peers keep aggregates in memory and one writer at a time on each, as the log here does; "
    "they run a tenth of the commands. fsync is on everywhere.",
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
        goal = 0.55 if writers == GROUP else 0.0
        for side in (OURS, STEEP, SPREAD):
            many = speeds(runs[MANY])
            yield ratio(f"{writers} writers: {side} / {MANY}", speeds(runs[side]), many, goal)
    for name in sorted(runs.keys() - {OURS, STEEP, SPREAD, ONE, MANY}):
        goal = 10.0 if (writers, "PostgreSQL" in name) == (GROUP, True) else 1.0
        yield ratio(f"{writers} writers: duban / {name}", ours, speeds(runs[name]), goal)


async def contenders(
    database: Database, parts: Parts, writers: int, commands: int, cases: Cases
) -> dict[str, Contender]:
    log, raw = Log(database), RawInserts(database)
    await log.prepare()
    await raw.prepare()
    numbers, others, steep = count(), count(CASES), Zipf(CASES, writers)

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
        STEEP: writing(log.write, steep.draw),
        SPREAD: writing(log.write, others.__next__),
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


def of_peer(peer: Peer, writers: int, commands: int, cases: Cases) -> Contender:
    """A tenth of the commands: it is slower, and a round should last as long."""

    async def run(number: int) -> Run:
        few = [cases.draw() for _ in range(max(20, commands // 10))]
        return await asyncio.to_thread(peer.run, few, writers)

    return run


def peers_of(parts: Parts, size: Size) -> tuple[AbstractContextManager[dict[str, Peer]], list[str]]:
    if not installed():
        return _opened({}), ["eventsourcing is not installed: `make bench` installs it"]
    absent = missing() if "postgresql" in size.peers else "not at this size"
    notes = [f"eventsourcing + PostgreSQL: {absent}"] if absent else []
    return _running(parts, not absent), notes


@contextmanager
def _opened(peers: dict[str, Peer]) -> Iterator[dict[str, Peer]]:
    yield peers


@contextmanager
def _running(parts: Parts, with_postgres: bool) -> Iterator[dict[str, Peer]]:
    with ExitStack() as stack:
        peers = {"eventsourcing + SQLite": on_sqlite(str(parts.folder / "peer.db"))}
        if with_postgres:
            port = stack.enter_context(running_postgres(parts.folder))
            peers["eventsourcing + PostgreSQL"] = on_postgresql(port, GROUP)
        for peer in peers.values():
            stack.callback(peer.close)
        yield peers

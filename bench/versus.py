"""`python -m bench.versus TREE`: another checkout and this one, in turn, on the same parts."""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from bench.cases import under_handling
from bench.figures import Result, Table, figure, percentile, ratio
from bench.filling import fill, in_turn
from bench.installation import environment_of, inhabited, prepared
from bench.lives import told_again
from bench.parts import Parts, running_parts
from bench.processor import Stopwatch, load
from bench.rebuild import in_a_process
from bench.report import machine, write
from bench.reports import reporting
from bench.rounds import Contender, Run, interleaved, raw_of
from bench.store import operations
from bench.visible import Side
from bench.watching import seen_by_register, watching
from shared.kafka.space import Space
from shared.kafka.topics import CASE_EVENTS

BEFORE, AFTER = "before", "after"
ROUNDS = 3
FACTS = 30_000
CASES = 40
RATE, COMMANDS, SECONDS = 20.0, 120, 6.0
Trees = Mapping[str, Path]
Comparison = Callable[[Parts, Trees], Awaitable[Result]]


async def append(parts: Parts, trees: Trees) -> Result:
    """One writer, then 64; each round in a process of its own."""
    result = Result("append", "Append, before and after")
    for writers, commands in ((1, 200), (64, 3_200)):

        def contender(name: str, writers: int = writers, commands: int = commands) -> Contender:
            async def run(number: int) -> Run:
                database = f"{parts.space}_{name}_{writers}_{number}"
                return await appended(trees[name], parts, database, writers, commands)

            return run

        runs = await interleaved({name: contender(name) for name in trees}, ROUNDS)
        add(result, f"{writers} writers: commands/s", runs, lambda run: run.speed)
        what = f"{writers} writers: commands per client CPU second"
        add(result, what, runs, lambda run: run.per_client_cpu)
    return result


async def appended(tree: Path, parts: Parts, database: str, writers: int, commands: int) -> Run:
    words = ("-m", "bench.appending", parts.mongo_url, database, str(writers), str(commands))
    process = await asyncio.create_subprocess_exec(
        sys.executable, *words, cwd=tree, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    return Run(**json.loads(said))


async def visible(parts: Parts, trees: Trees) -> Result:
    """Two installations side by side: what they cost while nothing happens, while commands come
    calmly, and at full load."""
    result = Result("visible", "From a command to what is visible, before and after")
    async with AsyncExitStack() as stack:
        sides = {
            name: await stack.enter_async_context(inhabited_side(parts, name, tree))
            for name, tree in trees.items()
        }
        idle = await interleaved({n: side.idle for n, side in sides.items()}, 2, warm=False)
        calm = await interleaved({n: side.calm for n, side in sides.items()}, ROUNDS)
        full = await interleaved({n: side.full for n, side in sides.items()}, ROUNDS, warm=False)
    add(result, "idle: % of a core", idle, lambda run: 100 * run.server_cpu / run.seconds)
    add(result, "idle: store operations/s", idle, lambda run: run.store / run.seconds)
    for what, runs in ((f"{RATE:.0f}/s", calm), ("full load", full)):
        cost = f"{what}: CPU ms per command"
        add(result, cost, runs, lambda run: 1e3 * run.server_cpu / run.operations)
        asked = f"{what}: store operations per command"
        add(result, asked, runs, lambda run: run.store / run.operations)
    for name, share in (("p50", 0.5), ("p99", 0.99)):
        what = f"{RATE:.0f}/s: {name} ms"
        add(result, what, calm, lambda run, share=share: percentile(run.latencies, share))  # type: ignore[misc]
    add(result, "full load: commands/s", full, lambda run: run.speed)
    return result


@dataclass(frozen=True)
class Watched:
    """One installation: its side, and how often it has asked the store."""

    side: Side
    asked: Callable[[], Awaitable[int]]

    async def idle(self, number: int) -> Run:
        watch = Stopwatch(self.side.pids)
        before = await self.asked()
        await asyncio.sleep(SECONDS)
        asked = await self.asked() - before
        return Run(1, watch.seconds, server_cpu=watch.server_cpu, store=asked)

    async def calm(self, number: int) -> Run:
        return await self._counted(self.side.at_rate(RATE, COMMANDS))

    async def full(self, number: int) -> Run:
        return await self._counted(self.side.saturated(SECONDS / 2))

    async def _counted(self, running: Awaitable[Run]) -> Run:
        before = await self.asked()
        run = await running
        return replace(run, store=await self.asked() - before)


@asynccontextmanager
async def inhabited_side(parts: Parts, name: str, tree: Path) -> AsyncIterator[Watched]:
    async with inhabited(parts, name, tree) as running:
        cases = await under_handling(running, CASES)
        register = running.database("portal")["case_register_g1"]
        asked = partial(operations, running.mongo, running.settings.space)
        async with (
            watching(register, ["fullDocument.seen"], seen_by_register) as watch,
            reporting(running, cases) as send,
        ):
            yield Watched(Side(send, watch, running.pids), asked)


async def rebuild(parts: Parts, trees: Trees) -> Result:
    """The same facts on the same bus, folded into generation after generation."""
    result = Result("rebuild", "Rebuild of the case register, before and after")
    async with inhabited(parts, "told") as model:
        lives = await told_again(model)
    async with prepared(parts, "again") as running:
        topic = Space(running.settings.space).topic(CASE_EVENTS.name)
        await fill(parts.kafka, topic, in_turn(lives, range(FACTS // len(lives))))

        def contender(name: str) -> Contender:
            async def run(number: int) -> Run:
                found = await in_a_process(environment_of(running.settings), trees[name])
                return Run(int(found["facts"]), found["folded_seconds"], found["cpu_seconds"])

            return run

        runs = await interleaved({name: contender(name) for name in trees}, ROUNDS, warm=False)
    add(result, "facts/s", runs, lambda run: run.speed)
    add(result, "facts per CPU second", runs, lambda run: run.per_client_cpu)
    return result


def add(
    result: Result, what: str, runs: Mapping[str, list[Run]], value: Callable[[Run], float]
) -> None:
    """A ratio, and a row with both sides."""
    values = {name: [value(run) for run in found] for name, found in runs.items()}
    result.ratios.append(ratio(f"{what}: after / before", values[AFTER], values[BEFORE], 0.0))
    row = (what, str(figure(values[BEFORE])), str(figure(values[AFTER])))
    rows = result.tables[0].rows if result.tables else ()
    result.tables = [Table("Both", ("what", BEFORE, AFTER), (*rows, row))]
    result.raw[what] = raw_of(runs)


COMPARISONS: Mapping[str, Comparison] = {"append": append, "visible": visible, "rebuild": rebuild}


async def compared(parts: Parts, trees: Trees, names: list[str]) -> list[Result]:
    return [await COMPARISONS[name](parts, trees) for name in names or COMPARISONS]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.versus", description=__doc__)
    parser.add_argument("tree", type=Path)
    parser.add_argument("names", nargs="*", choices=[*COMPARISONS, []])
    asked = parser.parse_args()
    trees = {BEFORE: asked.tree.resolve(), AFTER: Path.cwd()}
    before = load()
    with running_parts() as parts:
        results = asyncio.run(compared(parts, trees, asked.names))
    surroundings = {
        "machine": f"{os.cpu_count()} cores, {machine()}",
        "load average before": before,
        "load average after": load(),
    }
    page = write(Path(".duban/bench/versus"), surroundings, results)
    sys.stdout.write(page.read_text())


if __name__ == "__main__":
    main()

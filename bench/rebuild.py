"""Rebuild of the case register from the bus, beside raw consume and raw bulk write; the fold
alone."""

import asyncio
import json
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer
from pymongo import UpdateOne

from bench.figures import Ratio, Result, Table, figure, ratio, short
from bench.filling import fill, in_turn
from bench.folding import folds
from bench.installation import Installation, environment_of, prepared
from bench.laboratory import Laboratory
from bench.lives import name_of
from bench.processor import Stopwatch
from bench.rounds import Contender, Run, per_cpu, raw_of, speed, speeds
from shared.kafka.namespace import Namespace
from shared.kafka.topics import CASE_EVENTS
from shared.mongo.read_models.model import MAJORITY

OURS, CONSUME, WRITE = "duban rebuild", "raw consume", "raw bulk write"
BATCH = 500
MOST_ROUNDS = 3
MOST_WRITES = 50_000
NOTES = (
    "The facts of one case, recorded by the real services, told again under other names; 2,000 "
    "cases lie interleaved on the 24 partitions of the bus.",
    "duban rebuild: a process of its own reads the bus from its beginning, folds the case register "
    "with its counters beside the live generation; facts/s until all are folded. Before the "
    "pointer flips, both generations are compared, document by document.",
    "Raw consume: aiokafka `getmany`, nothing is decoded. Raw bulk write: one upsert of a version "
    f"for each fact, {BATCH} in a batch, w: majority.",
)


async def rebuild(lab: Laboratory) -> Result:
    size = lab.size
    result = Result("rebuild", "Rebuild of a read model", notes=list(NOTES))
    details: list[dict[str, float]] = []
    lives = await lab.lives()
    async with prepared(lab.parts, "rebuild") as running:
        topic = Namespace(running.settings.space).topic(CASE_EVENTS.name)
        cases = max(1, size.facts // len(lives))
        began = time.monotonic()
        facts = await fill(lab.parts.kafka, topic, in_turn(lives, range(cases)))
        result.notes.append(f"{facts:,} facts of {cases:,} cases, on the bus within "
                            f"{time.monotonic() - began:.0f} s.")  # fmt: skip
        contenders = {
            CONSUME: consuming(lab.parts.kafka, topic, facts),
            WRITE: _write(running, lab, len(lives), cases),
            OURS: _rebuild(running, details),
        }
        runs = await lab.rounds(contenders, min(size.rounds, MOST_ROUNDS), warm=False)
    details = details[-len(runs[OURS]) :]
    fold_ratios, fold_table = await folds(lives, size)
    result.ratios = [*ratios(runs), memory_ratio(details), *fold_ratios]
    result.tables = [
        Table("Facts", COLUMNS, tuple(row(n, found) for n, found in runs.items())),
        Table("The rebuilding process", tuple(DETAILS.values()), tuple(map(detail, details))),
        fold_table,
    ]
    result.raw = {"runs": raw_of(runs), "rebuilding": details}
    return result


def ratios(runs: Mapping[str, list[Run]]) -> Iterator[Ratio]:
    for name, goal in ((WRITE, 0.8), (CONSUME, 0.0)):
        yield ratio(f"facts/s: {OURS} / {name}", speeds(runs[OURS]), speeds(runs[name]), goal)


def memory_ratio(details: Sequence[Mapping[str, float]]) -> Ratio:
    return Ratio(
        "memory at the end / at a quarter of the facts",
        figure([one["mb_at_end"] / one["mb_at_quarter"] for one in details]),
        1.2,
        at_least=False,
    )


COLUMNS = ("what", "facts/s", "facts per CPU second of the client")
DETAILS = {
    "folded_seconds": "folded after s",
    "flipped_seconds": "flipped after s",
    "cpu_seconds": "CPU s",
    "mb_at_quarter": "MB at a quarter",
    "mb_at_end": "MB at the end",
    "mb_peak": "peak MB",
}


def row(name: str, runs: list[Run]) -> tuple[str, ...]:
    return name, str(speed(runs)), str(per_cpu(runs))


def detail(one: dict[str, float]) -> tuple[str, ...]:
    return tuple(short(one[name]) for name in DETAILS)


def consuming(kafka: str, topic: str, facts: int) -> Contender:
    async def run(number: int) -> Run:
        consumer = AIOKafkaConsumer(
            topic,
            bootstrap_servers=kafka,
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            max_partition_fetch_bytes=1024 * 1024,
        )
        await consumer.start()
        watch, count = Stopwatch(), 0
        while count < facts:
            found = await consumer.getmany(timeout_ms=1_000)
            count += sum(map(len, found.values()))
        done = Run(facts, watch.seconds, watch.client_cpu)
        await consumer.stop()
        return done

    return run


def _write(running: Installation, lab: Laboratory, each: int, cases: int) -> Contender:
    collection = running.database("raw").get_collection("facts", write_concern=MAJORITY)

    async def run(number: int) -> Run:
        await collection.drop()
        await collection.database.create_collection("facts")
        watch, count = Stopwatch(lab.parts.mongod), 0
        for batch in _batches(each, cases):
            await collection.bulk_write(batch, ordered=False)
            count += len(batch)
            if count >= MOST_WRITES:
                break
        return Run(count, watch.seconds, watch.client_cpu, watch.server_cpu)

    return run


def _batches(each: int, cases: int) -> Iterator[Sequence[UpdateOne]]:
    """Names of cases as they come on one partition, a fact of each."""
    for begin in range(0, cases, BATCH):
        names = [name_of(number) for number in range(begin, min(begin + BATCH, cases))]
        for version in range(1, each + 1):
            yield [UpdateOne({"_id": n}, {"$max": {"v": version}}, upsert=True) for n in names]


def _rebuild(running: Installation, details: list[dict[str, float]]) -> Contender:
    async def run(number: int) -> Run:
        found = await in_a_process(environment_of(running.settings))
        details.append(found)
        return Run(int(found["facts"]), found["folded_seconds"], found["cpu_seconds"])

    return run


async def in_a_process(
    environment: Mapping[str, str], tree: Path | None = None, module: str = "bench.rebuilding"
) -> dict[str, float]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        env={**os.environ, **environment},
        cwd=tree,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        said, complained = await process.communicate()
    finally:
        if process.returncode is None:  # there is no time left for it
            process.kill()
    if process.returncode:
        raise RuntimeError(complained.decode()[-2_000:])
    found: dict[str, Any] = json.loads(said)
    return found

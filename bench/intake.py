"""HTTP intake: papers are registered as fast as it goes, beside FastAPI doing next to nothing."""

import asyncio
import itertools
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from bench import city
from bench.figures import Result, Table, figure, percentile, ratio
from bench.installation import Installation
from bench.laboratory import Laboratory
from bench.processor import cpu_seconds
from bench.rounds import Contender, Run, raw_of, speed, speeds
from bench.stillness import standing_still
from shared.ops.base.ports import free_port
from shared.ops.base.process import Server
from shared.ops.installation.processes import url

OURS, ALONE = "duban", "duban, its workers standing still"
NOTHING, PARSED = "FastAPI no-op", "FastAPI, body parsed"
CLIENTS = 16
START_WITHIN = 60.0
Post = Callable[[], Awaitable[None]]
NOTES = (
    f"{CLIENTS} clients, each posts again as soon as it is answered; the same body for all.",
    "Registration: JWT, actor from the directory, idempotency lease, validation, vault key, "
    "sealing of title, text and phone, access table, decision, append by majority, answer kept. "
    "Meanwhile relay, reactions and projections work on what was registered; once the workers "
    "stand still, and what is left is the API with its relay.",
    "CPU is that of the one process that answers.",
)


async def intake(lab: Laboratory) -> Result:
    running, size = await lab.installation(), lab.size
    result = Result("intake", "HTTP intake", notes=list(NOTES))
    async with no_op(lab) as nothing, aiohttp.ClientSession() as http:
        papers, noop = itertools.count(), nothing.pid or 0

        def posting(address: str, headers: dict[str, str], pid: int) -> Contender:
            return answering(http, address, headers, pid, size.requests, papers)

        ours = posting(
            f"{running.urls['api']}/intake/v1/cases",
            running.bearer(city.REGISTRAR),
            running.pid("api"),
        )
        contenders = {
            NOTHING: posting(f"{nothing.address}/nothing", {}, noop),
            PARSED: posting(f"{nothing.address}/parsed", {}, noop),
            OURS: settled(running, ours),
            ALONE: settled(running, alone(running, ours)),
        }
        runs = await lab.rounds(contenders, size.rounds)
    for side, name, goal in ((OURS, NOTHING, 0.5), (ALONE, NOTHING, 0.5), (ALONE, PARSED, 0.0)):
        result.ratios.append(
            ratio(f"requests/s: {side} / {name}", speeds(runs[side]), speeds(runs[name]), goal)
        )
    result.tables.append(Table("Requests", COLUMNS, tuple(row(n, rs) for n, rs in runs.items())))
    result.raw = raw_of(runs)
    return result


COLUMNS = ("what", "requests/s", "p50 ms", "p99 ms", "CPU ms per request")


def row(name: str, runs: list[Run]) -> tuple[str, ...]:
    shares = [figure([percentile(sorted(r.latencies), s) for r in runs]) for s in (0.5, 0.99)]
    cpu = figure([1e3 * run.server_cpu / run.operations for run in runs])
    return name, str(speed(runs)), *map(str, shares), str(cpu)


def settled(running: Installation, contender: Contender) -> Contender:
    """What came of it is over before the next one is measured."""

    async def run(number: int) -> Run:
        found = await contender(number)
        await running.settle()
        return found

    return run


def alone(running: Installation, contender: Contender) -> Contender:
    async def run(number: int) -> Run:
        with standing_still(running, "reactions", "projections"):
            return await contender(number)

    return run


def answering(
    http: aiohttp.ClientSession,
    address: str,
    headers: dict[str, str],
    pid: int,
    requests: int,
    numbers: "itertools.count[int]",
) -> Contender:
    async def post() -> None:
        number = next(numbers)
        key = {"Idempotency-Key": f"intake-{number}"}
        body = city.paper(number)
        async with http.post(address, json=body, headers=headers | key) as answer:
            if not answer.ok:
                raise RuntimeError(f"{address}: {await answer.text()}")
            await answer.read()

    async def run(number: int) -> Run:
        return await posted(post, requests, pid)

    return run


async def posted(post: Post, requests: int, pid: int) -> Run:
    latencies: list[float] = []
    waiting = iter(range(requests))

    async def client() -> None:
        for _ in waiting:
            began = time.perf_counter()
            await post()
            latencies.append((time.perf_counter() - began) * 1e3)

    cpu, began = cpu_seconds([pid]), time.perf_counter()
    await asyncio.gather(*[client() for _ in range(CLIENTS)])
    took = time.perf_counter() - began
    return Run(requests, took, server_cpu=cpu_seconds([pid]) - cpu, latencies=latencies)


class NoOp(Server):
    address = ""


@asynccontextmanager
async def no_op(lab: Laboratory) -> AsyncIterator[NoOp]:
    port = free_port()
    log = lab.parts.folder / "no-op.log"
    server = NoOp("no-op", (sys.executable, "-m", "bench.noop", str(port)), log, lambda: True)
    server.address = url(port)
    server.launch()
    try:
        await answers(f"{server.address}/readyz")
        yield server
    finally:
        server.kill()


async def answers(address: str) -> Any:
    async with aiohttp.ClientSession() as http, asyncio.timeout(START_WITHIN):
        while True:
            try:
                async with http.get(address) as answer:
                    return await answer.json()
            except aiohttp.ClientError:
                await asyncio.sleep(0.05)

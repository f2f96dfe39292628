"""Peers: progress reports with what a team would take instead, beside Duban in the same run.

`eventsourcing` includes HTTP, token, an aggregate in memory, append with fsync, and one projection
with its position, all in one process. DBOS includes a durable workflow of two transactions, and no
events. Neither has a bus, keys of requests, an access table, sealed texts, several services, a hash
chain or a second process.
"""

import asyncio
import itertools
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import jwt

from bench import city
from bench.arrivals import Send, closed_loop, open_loop
from bench.cases import under_handling
from bench.figures import Ratio, Result, Table, figure, percentile, short
from bench.laboratory import Laboratory
from bench.peers.postgres import Postgres, running_postgres
from bench.processor import family_seconds
from bench.reports import reporting
from bench.rounds import Contender, Run, speed
from bench.visible import CLIENTS, MOST_ROUNDS, cost
from bench.watching import seen_by_register, watching
from shared.ops.base.ports import free_port
from shared.ops.base.process import Server, tail

HERE = Path(__file__).parent
HOME = Path(".duban/bench/peers")
"""The environment of the peers, made once."""
PROGRAMS = {
    "eventsourcing + PostgreSQL": "eventsourcing_app.py",
    "DBOS + PostgreSQL": "dbos_app.py",
}
OURS = "duban"
RATE = 20
SECRET = "a secret of the benchmark that is long enough"
COLUMNS = ("what", "most commands/s", "CPU ms then", "CPU ms at 20/s", "p50 ms", "p99 ms")
NOTES = (
    "CPU: all processes of a side with its store and bus, until the last command is visible; also "
    "what they do at rest, and of mongod and broker what Duban at rest asks of them.",
    "p50 and p99: from due to answered, at 20 a second.",
    __doc__.split("\n\n")[1].replace("\n", " "),
)
START_WITHIN = 60.0


@dataclass(frozen=True)
class Peer:
    """One side: how to send, how to wait until all is visible, and its processes."""

    send: Send
    visible: Any
    pids: tuple[int, ...]

    async def saturated(self, seconds: float) -> Run:
        before, began = family_seconds(self.pids), time.perf_counter()
        sent = await closed_loop(CLIENTS, seconds, self.send)
        await self.visible(sent)
        took = time.perf_counter() - began
        return Run(len(sent), took, server_cpu=family_seconds(self.pids) - before)

    async def at_rate(self, count: int) -> Run:
        before = family_seconds(self.pids)
        sent = await open_loop(RATE, count, self.send)
        await self.visible(sent)
        latencies = sorted((each.answered - each.due) * 1e3 for each in sent)
        used = family_seconds(self.pids) - before
        return Run(count, count / RATE, server_cpu=used, latencies=latencies)


async def peers(lab: Laboratory) -> Result:
    result = Result("peers", "Beside what a team would take instead", notes=list(NOTES))
    async with AsyncExitStack() as stack:
        sides = {OURS: await stack.enter_async_context(own_side(lab))}
        for name, program in PROGRAMS.items():
            sides[name] = await stack.enter_async_context(peer_side(lab, name, program))
        full = await lab.rounds({n: _saturated(s, lab) for n, s in sides.items()}, MOST_ROUNDS)
        calm = await lab.rounds({n: _at_rate(s, lab) for n, s in sides.items()}, MOST_ROUNDS, False)
    result.tables = [Table("Progress reports", COLUMNS, tuple(rows(full, calm)))]
    result.ratios = [
        Ratio(f"20/s: CPU, duban / {name}", figure(shares(calm, name)), 0.0, at_least=False)
        for name in PROGRAMS
    ]
    return result


def _saturated(side: Peer, lab: Laboratory) -> Contender:
    async def run(number: int) -> Run:
        return await side.saturated(lab.size.closed_seconds)

    return run


def _at_rate(side: Peer, lab: Laboratory) -> Contender:
    async def run(number: int) -> Run:
        return await side.at_rate(lab.size.open_commands)

    return run


def shares(runs: Mapping[str, list[Run]], name: str) -> list[float]:
    pairs = zip(cost(runs[OURS]), cost(runs[name]), strict=True)
    return [ours / theirs for ours, theirs in pairs if theirs]


def rows(full: Mapping[str, list[Run]], calm: Mapping[str, list[Run]]) -> list[tuple[str, ...]]:
    return [
        (
            name,
            str(speed(full[name])),
            str(figure(cost(full[name]))),
            str(figure(cost(calm[name]))),
            *(short(figure(at(calm[name], share)).median) for share in (0.5, 0.99)),
        )
        for name in full
    ]


def at(runs: list[Run], share: float) -> list[float]:
    return [percentile(run.latencies, share) for run in runs]


@asynccontextmanager
async def own_side(lab: Laboratory) -> AsyncIterator[Peer]:
    running = await lab.installation()
    cases = await under_handling(running, lab.size.cases)
    register = running.database("portal")["case_register_g1"]
    async with (
        watching(register, ["fullDocument.seen"], seen_by_register) as watch,
        reporting(running, cases) as send,
    ):
        yield Peer(send, watch.all_visible, (*running.pids, *lab.parts.mongod, *lab.parts.broker))


@asynccontextmanager
async def peer_side(lab: Laboratory, name: str, program: str) -> AsyncIterator[Peer]:
    """Each with a PostgreSQL of its own."""
    await asyncio.to_thread(prepare)
    with running_postgres() as postgres:
        server = server_of(program, postgres, lab.parts.folder)
        server.launch()
        try:
            base = f"http://127.0.0.1:{server.environment['PORT']}"
            async with aiohttp.ClientSession(base) as http:
                await answering(http, server)
                yield Peer(*client_of(http, lab.size.cases), (server.pid or 0, postgres.pid))
        finally:
            server.kill()


def server_of(program: str, postgres: Postgres, folder: Path) -> Server:
    environment = {
        "PORT": str(free_port()),
        "SECRET": SECRET,
        "POSTGRES_URL": postgres.url,
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": "postgres",
        "POSTGRES_HOST": "127.0.0.1",
        "POSTGRES_PORT": str(postgres.port),
        "POSTGRES_USER": "postgres",
        "POSTGRES_PASSWORD": "none",
        "AGGREGATE_CACHE_MAXSIZE": "1000",
    }
    argv = (str(HOME.resolve() / "bin" / "python"), str(HERE / program))
    return Server(program, argv, folder / f"{program}.log", lambda: True, environment)


def prepare() -> None:
    """Makes the environment of the peers. Raises CalledProcessError where it cannot be had."""
    wanted = HERE / "requirements.txt"
    mark = HOME / "ready"
    if mark.exists() and mark.read_text() == wanted.read_text():
        return
    subprocess.run((sys.executable, "-m", "venv", "--clear", str(HOME)), check=True)
    pip = (str(HOME / "bin" / "python"), "-m", "pip", "install", "--quiet", "-r", str(wanted))
    subprocess.run(pip, check=True)
    mark.write_text(wanted.read_text())


async def answering(http: aiohttp.ClientSession, server: Server) -> None:
    """Returns when the peer answers. Raises TimeoutError with its last words."""
    end = time.monotonic() + START_WITHIN
    while time.monotonic() < end:
        try:
            async with http.get("/visible") as answer:
                if answer.ok:
                    return
        except aiohttp.ClientError:
            pass
        await asyncio.sleep(0.1)
    raise TimeoutError(f"{server.name} does not answer:\n{tail(server.log, 20)}")


def client_of(http: aiohttp.ClientSession, cases: int) -> tuple[Send, Any]:
    numbers, last = itertools.count(), [0] * cases
    claims = {"sub": "p-1", "aud": "bench", "exp": int(time.time()) + 3600}
    bearer = {"Authorization": f"Bearer {jwt.encode(claims, SECRET)}"}

    async def send(number: int) -> tuple[str, int]:
        case = next(numbers) % cases
        path = f"/cases/c{case}/progress"
        async with http.post(path, json=city.progress(), headers=bearer) as answer:
            said = await answer.json()
        last[case] = max(last[case], said["version"])
        return path, said["version"]

    async def visible(sent: Any) -> None:
        while True:
            async with http.get("/visible") as answer:
                if await answer.json() >= sum(last):
                    return
            await asyncio.sleep(0.02)

    return send, visible

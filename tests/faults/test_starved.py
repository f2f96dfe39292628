"""A process that gets too little (F17): file descriptors, memory, a processor, or its own loop. It
refuses or is slow, nothing acknowledged is lost, and it is as well as before when it gets them."""

import asyncio
import os
import resource
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from itertools import count
from pathlib import Path

import pytest

from shared.ops.base.process import Server
from shared.testing.eventually import eventually
from tests.faults.clients import HEALS_WITHIN
from tests.faults.injecting import injected, needs_strace
from tests.faults.serving import Callers, office, started

pytestmark = pytest.mark.on_change("broker and disk faults")

MEBIBYTE = 1 << 20
BLOCKED_SECONDS = 10


@asynccontextmanager
async def busy_office(
    mongo_url: str, kafka_bootstrap: str, space: str, folder: Path
) -> AsyncIterator[tuple[Server, Callers]]:
    """One API process with callers; its relay publishes."""
    async with office(mongo_url, kafka_bootstrap, space, folder) as here:
        server = await started(here.api())
        async with Callers(here, [server]).at_work() as callers:
            await callers.hear(20)
            await here.remember(server)
            yield server, callers
            await callers.hear(20)
        assert await here.objections() == []


@contextmanager
def limited(server: Server, what: int, most: int) -> Iterator[None]:
    """A soft limit of the running process; the hard one stays, so that it can be lifted again."""
    assert server.pid is not None
    before = resource.prlimit(server.pid, what)
    resource.prlimit(server.pid, what, (most, before[1]))
    try:
        yield
    finally:
        if server.pid is not None:
            resource.prlimit(server.pid, what, before)


def lowest_free(server: Server) -> int:
    """Returns the limit below which the process has every file descriptor in use."""
    used = set(map(int, os.listdir(f"/proc/{server.pid}/fd")))
    return next(number for number in count() if number not in used)


async def takes_nobody(server: Server) -> bool:
    """Limits the process to the descriptors that it has by now, of which a connection that ended
    since may have left one free, and returns whether a new connection fails."""
    assert server.pid is not None
    hard = resource.prlimit(server.pid, resource.RLIMIT_NOFILE)[1]
    resource.prlimit(server.pid, resource.RLIMIT_NOFILE, (lowest_free(server), hard))
    return not await asyncio.to_thread(server.is_ready)


async def test_no_file_descriptors_are_left(
    mongo_url: str, kafka_bootstrap: str, space: str, tmp_path: Path
) -> None:
    """New connections are not taken; the ones that it has go on."""
    async with busy_office(mongo_url, kafka_bootstrap, space, tmp_path) as (server, callers):
        with limited(server, resource.RLIMIT_NOFILE, lowest_free(server)):
            await eventually(lambda: takes_nobody(server), within=HEALS_WITHIN)
            await callers.hear(20)
        await eventually(lambda: asyncio.to_thread(server.is_ready), within=HEALS_WITHIN)
        assert server.log.stat().st_size < MEBIBYTE, "it has other things to do than to complain"


@pytest.mark.long
async def test_no_memory_is_left(
    mongo_url: str, kafka_bootstrap: str, space: str, tmp_path: Path
) -> None:
    """Work beyond the limit is refused or ends the process, which is started again."""
    async with busy_office(mongo_url, kafka_bootstrap, space, tmp_path) as (server, callers):
        with limited(server, resource.RLIMIT_AS, address_space(server)):
            await asyncio.sleep(BLOCKED_SECONDS)
        if server.pid is None:
            await started(server)
        await callers.hear(20)


def address_space(server: Server) -> int:
    pages = Path(f"/proc/{server.pid}/statm").read_text().split()[0]
    return int(pages) * os.sysconf("SC_PAGE_SIZE") + MEBIBYTE


@pytest.mark.long
async def test_every_processor_is_busy(
    mongo_url: str, kafka_bootstrap: str, space: str, tmp_path: Path
) -> None:
    async with busy_office(mongo_url, kafka_bootstrap, space, tmp_path) as (_, callers):
        with spinning(4 * (os.cpu_count() or 1)):
            await callers.hear(50)


@contextmanager
def spinning(number: int) -> Iterator[None]:
    words = (sys.executable, "-c", "while True: pass")
    processes = [subprocess.Popen(words) for _ in range(number)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


@needs_strace
@pytest.mark.long
async def test_its_loop_stands_still_for_ten_seconds(
    mongo_url: str, kafka_bootstrap: str, space: str, tmp_path: Path
) -> None:
    """Longer than the lease of its relay: another process takes over, and it gives way."""
    async with office(mongo_url, kafka_bootstrap, space, tmp_path) as here:
        servers = [await started(here.api("one")), await started(here.api("two"))]
        async with Callers(here, servers).at_work() as callers:
            await callers.hear(20)
            await here.remember(*servers)
            assert servers[0].pid is not None
            delay = f"delay_enter={BLOCKED_SECONDS}s:when=1"
            with injected(servers[0].pid, "epoll_wait", delay, threads=False):
                assert not await asyncio.to_thread(servers[0].is_ready)
                await asyncio.sleep(BLOCKED_SECONDS)
            await callers.hear(20)
        assert await here.objections() == []

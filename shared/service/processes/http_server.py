"""HTTP beside other work in one process, drained when the process is asked to stop."""

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Awaitable, Iterator, Sequence
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from shared.cancelling import end
from shared.http.health import Health

LINGER_SECONDS = 1.0
"""Not ready any more, and still let in: who sends requests here has to hear of it first."""
DRAIN_SECONDS = 6
"""With the second before, less than the nine after which a supervisor kills."""
LAST_RESORT_SECONDS = 20.0
NOT_DRAINED = 70

log = logging.getLogger(__name__)


def server_of(app: ASGIApp, host: str, port: int) -> uvicorn.Server:
    """Its signals are ours: readiness has to turn first."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=DRAIN_SECONDS,
        timeout_keep_alive=30,
        h11_max_incomplete_event_size=32 * 1024,
    )
    return _Quiet(config)


class _Quiet(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """The process has its own handlers, for all that it runs."""
        yield


async def run_until_stopped(
    server: uvicorn.Server,
    health: Health,
    work: Sequence[Awaitable[None]] = (),
    linger: float = 0.0,
) -> None:
    """Serves beside `work` until SIGTERM or SIGINT, and for `linger` seconds longer; raises what
    ended a piece of work."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    tasks = [asyncio.ensure_future(piece) for piece in work]
    serving = asyncio.create_task(server.serve())
    stopping = asyncio.create_task(stop.wait())
    try:
        done, _ = await asyncio.wait(
            [serving, stopping, *tasks], return_when=asyncio.FIRST_COMPLETED
        )
    finally:
        health.draining = True
        end_anyhow_after(LAST_RESORT_SECONDS)
        await asyncio.wait([serving], timeout=linger)
        server.should_exit = True
        await asyncio.wait([serving])
        await end([stopping, *tasks])
    for task in done - {stopping, serving}:
        task.result()


def end_anyhow_after(seconds: float) -> None:
    """A thread of a library that does not end keeps a process for ever, and nothing of what it has
    not acknowledged is lost by its end."""
    timer = threading.Timer(seconds, _end, [seconds])
    timer.daemon = True
    timer.start()


def _end(seconds: float) -> None:
    log.critical("still not drained after %g s: the process ends itself", seconds)
    logging.shutdown()
    os._exit(NOT_DRAINED)

"""An HTTP server with background tasks, drained at SIGTERM."""

import asyncio
import logging
import os
import signal
import socket
import threading
from collections.abc import Awaitable, Iterator, Sequence
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from shared.cancelling import end
from shared.http.front import Front, Fronted, is_loopback
from shared.http.health import Health
from shared.http.source_rate import SourceRate
from shared.service.observability.first_series import begin_front
from shared.service.observability.metrics import REFUSED_AT_FRONT
from shared.service.processes.connection import BoundedConnection
from shared.service.settings import ServiceSettings

LINGER_SECONDS = 1.0
"""Not ready, but still serving: load balancers need this long to notice."""
DRAIN_SECONDS = 6
"""With the second before, less than the 9 s after which a supervisor kills."""
LAST_RESORT_SECONDS = 20.0
NOT_DRAINED = 70
"""Exit code."""
WAITING = 2048
"""Connections that the kernel keeps until they are taken."""

log = logging.getLogger(__name__)


def front_of(settings: ServiceSettings, *more: str) -> Front:
    """Returns the front of a public server; `more`: names under which it is reached as well. One
    that listens on the loopback alone is reached by its names alone."""
    begin_front()
    named = frozenset({*settings.host_names, *more})
    is_open = not named and not is_loopback(settings.host)
    return Front(
        hosts=None if is_open else named,
        proxies=settings.proxy_networks,
        rate=SourceRate(settings.source_rate),
        on_refusal=lambda rule: REFUSED_AT_FRONT.labels(rule).inc(),
    )


def server_of(app: ASGIApp, host: str, port: int, front: Front | None = None) -> uvicorn.Server:
    """Returns a server without signal handlers: readiness has to change before it stops."""
    config = uvicorn.Config(
        Fronted(app, front or Front()),
        http=BoundedConnection,
        ws="none",
        proxy_headers=False,
        host=host,
        port=port,
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=DRAIN_SECONDS,
        timeout_keep_alive=30,
        h11_max_incomplete_event_size=32 * 1024,
        backlog=1,  # asyncio takes so many at once, see `startup`
    )
    return _ServerWithoutSignals(config)


class _ServerWithoutSignals(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Lets many connections wait and takes them one by one. Where no file descriptor is left,
        asyncio would fail, log and schedule a retry as often as connections may wait, and all
        retries would do so again: the process did nothing else (python/cpython#151615)."""
        await super().startup(sockets)
        for server in getattr(self, "servers", ()):
            for listening in server.sockets:
                with listening.dup() as same:
                    same.listen(WAITING)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leaves signals to `run_until_stopped`."""
        yield


async def run_until_stopped(
    server: uvicorn.Server,
    health: Health,
    work: Sequence[Awaitable[None]] = (),
    linger: float = 0.0,
) -> None:
    """Serves and runs `work` until SIGTERM or SIGINT, and `linger` seconds longer. Raises the error
    that ended a piece of work."""
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
        exit_after(LAST_RESORT_SECONDS)
        await asyncio.wait([serving], timeout=linger)
        server.should_exit = True
        await asyncio.wait([serving])
        await end([stopping, *tasks])
    for task in done - {stopping, serving}:
        task.result()


def exit_after(seconds: float) -> None:
    """Ends the process with exit code 70: a stuck library thread would keep it alive. Exiting is
    safe: unacknowledged work is repeated."""
    timer = threading.Timer(seconds, _exit, [seconds])
    timer.daemon = True
    timer.start()


def _exit(seconds: float) -> None:
    log.critical("still not drained after %g s: the process ends itself", seconds)
    logging.shutdown()
    os._exit(NOT_DRAINED)

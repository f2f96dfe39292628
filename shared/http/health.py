"""`/livez /readyz /metrics /version`, the same in every process."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

log = logging.getLogger(__name__)

Check = Callable[[], Awaitable[str | None]]
"""None when all is well, else what is missing."""


@dataclass
class Health:
    """`draining` is set first when the process is asked to stop, so that nobody sends more work."""

    version: str
    checks: dict[str, Check] = field(default_factory=dict)
    draining: bool = False
    on_look: Callable[[bool], None] = lambda ready: None

    async def missing(self) -> Mapping[str, str]:
        """What keeps the process from taking work; whoever measures is told."""
        found = {"process": "draining"} if self.draining else await self._asked()
        self.on_look(not found)
        return found

    async def _asked(self) -> Mapping[str, str]:
        found = {name: await _outcome(check) for name, check in self.checks.items()}
        return {name: reason for name, reason in found.items() if reason}


def health_routes(health: Health) -> list[Route]:
    async def alive(request: Request) -> Response:
        """The event loop turns; nothing else is asked."""
        return JSONResponse({"status": "alive"})

    async def ready(request: Request) -> Response:
        missing = await health.missing()
        status = "not ready" if missing else "ready"
        return JSONResponse({"status": status, "missing": missing}, 503 if missing else 200)

    async def metrics(request: Request) -> Response:
        await health.missing()
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    async def version(request: Request) -> Response:
        return JSONResponse({"version": health.version})

    answers = {"livez": alive, "readyz": ready, "metrics": metrics, "version": version}
    return [Route(f"/{name}", answer) for name, answer in answers.items()]


async def _outcome(check: Check) -> str | None:
    try:
        return await check()
    except Exception as error:
        # What a driver says names hosts; it is for operators, and whoever asks need not be one.
        log.warning("not ready: %s: %s", type(error).__name__, error)
        return type(error).__name__

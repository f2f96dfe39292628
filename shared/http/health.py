"""Health routes of every process: `/livez /readyz /metrics /version`."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

log = logging.getLogger(__name__)

Check = Callable[[], Awaitable[str | None]]
"""Returns None, or the missing condition."""


@dataclass
class Health:
    """Readiness of a process. `draining` is set before it stops, so that load balancers leave it;
    `on_look(ready)` updates the metric."""

    version: str
    checks: dict[str, Check] = field(default_factory=dict)
    draining: bool = False
    on_look: Callable[[bool], None] = lambda ready: None

    async def missing(self) -> Mapping[str, str]:
        """Returns the missing conditions by name; empty when the process is ready."""
        missing = {"process": "draining"} if self.draining else await self._failed_checks()
        self.on_look(not missing)
        return missing

    async def _failed_checks(self) -> Mapping[str, str]:
        reasons = {name: await _outcome(check) for name, check in self.checks.items()}
        return {name: reason for name, reason in reasons.items() if reason}


def health_routes(health: Health) -> list[Route]:
    async def alive(request: Request) -> Response:
        """Answers as long as the event loop turns."""
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
        # A driver's message names hosts: it is for the log of operators, not for the answer.
        log.warning("not ready: %s: %s", type(error).__name__, error)
        return type(error).__name__

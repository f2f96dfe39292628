"""Health of a public process on a port that only operators reach."""

from collections.abc import Awaitable, Sequence

from fastapi import FastAPI
from starlette.applications import Starlette

from shared.http.health import Health, health_routes
from shared.service.observability.metrics import BUILD
from shared.service.processes.http_server import server_of
from shared.service.settings import ServiceSettings
from shared.version import VERSION


def add_health(
    app: FastAPI, health: Health, settings: ServiceSettings
) -> Sequence[Awaitable[None]]:
    """Adds health routes to `app` if it serves their port, else returns the server to run."""
    BUILD.info({"version": VERSION})
    routes = health_routes(health)
    if settings.health_port in (None, settings.port):
        app.routes.extend(routes)
        return []
    return [server_of(Starlette(routes=routes), settings.host, settings.health_port).serve()]

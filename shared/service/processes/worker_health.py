"""Health and metrics of a worker, on a port of its own."""

from collections.abc import Awaitable

from starlette.applications import Starlette

from shared.http.health import Check, Health, health_routes
from shared.service.observability.metrics import BUILD, READY
from shared.service.processes.http_server import run_until_stopped, server_of
from shared.service.processes.store_probe import watch_store
from shared.service.resources.process_resources import ProcessResources
from shared.service.subscriptions.worker_host import WorkerHost
from shared.version import VERSION


async def serve_health(
    resources: ProcessResources, host: WorkerHost, *background: Awaitable[None]
) -> None:
    """Serves health and runs background tasks until SIGTERM."""

    async def groups_missing() -> str | None:
        waiting = [group.group for group in host.health() if not group.ready]
        return f"waiting: {', '.join(sorted(waiting))}" if waiting else None

    checks: dict[str, Check] = {"store": resources.store_missing, "groups": groups_missing}
    health = Health(VERSION, checks, on_look=READY.set)
    BUILD.info({"version": VERSION})
    app = Starlette(routes=health_routes(health))
    settings = resources.settings
    server = server_of(app, settings.host, settings.worker_port)
    await run_until_stopped(server, health, [watch_store(resources), *background])

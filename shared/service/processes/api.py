"""The API process: every chosen service's routes, log and relay, under one root."""

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack

from fastapi import FastAPI

from shared.http.gateway import Gateway
from shared.http.health import Health
from shared.service.api.app import add_catalogue, root_app, service_app
from shared.service.api.authentication import Authentication
from shared.service.definition import ServiceDefinition
from shared.service.eventlog.chain_audit import Audit
from shared.service.eventlog.outbox import Outbox
from shared.service.observability.metrics import READY
from shared.service.processes.composition import Runtime, open_service
from shared.service.processes.health_port import tell_health
from shared.service.processes.http_server import LINGER_SECONDS, run_until_stopped, server_of
from shared.service.processes.registry import charter_of
from shared.service.processes.store_probe import watch_vitals
from shared.service.resources.platform import open_platform, tokens_of
from shared.service.resources.start_checks import refuse_backups, refuse_lost_keys
from shared.service.settings import ServiceSettings
from shared.version import VERSION


async def serve_api(settings: ServiceSettings, definitions: Sequence[ServiceDefinition]) -> None:
    """Until SIGTERM; StartRefused, and whatever ends a relay for good."""
    async with AsyncExitStack() as stack:
        platform = await stack.enter_async_context(open_platform(settings, "api"))
        await refuse_backups(platform.ground, definitions)
        await refuse_lost_keys(platform.ground, platform.masters(), definitions)
        runtimes = [
            await stack.enter_async_context(open_service(platform, definition))
            for definition in definitions
        ]
        health = Health(VERSION, {"store": platform.store_missing}, on_look=READY.set)
        root = api_app(runtimes, settings.gateway)
        stack.push_async_callback(root.state.gateway.close)
        logs = [definition.name for definition in definitions if definition.streams]
        beside = [
            *tell_health(root, health, settings),
            watch_vitals(platform.ground),
            *(Outbox(name, platform.ground).run() for name in logs),
            *(Audit(name, platform.ground).run() for name in logs),
        ]
        server = server_of(root, settings.host, settings.port)
        await run_until_stopped(server, health, beside, LINGER_SECONDS)


def api_app(runtimes: Sequence[Runtime], elsewhere: Mapping[str, str] | None = None) -> FastAPI:
    """`elsewhere`: addresses of services that other processes serve, for gateways."""
    apps = {
        runtime.name: service_app(
            runtime.definition, authentication_of(runtime), charter_of(runtime.name)
        )
        for runtime in runtimes
    }
    return with_all_routes(apps, elsewhere)


def with_all_routes(
    apps: Mapping[str, FastAPI], elsewhere: Mapping[str, str] | None = None
) -> FastAPI:
    """Everything that can be asked of an API process, but for its health."""
    root = root_app(apps)
    root.state.gateway = Gateway(root, apps.keys(), elsewhere)
    for app in apps.values():
        app.state.gateway = root.state.gateway
    add_catalogue(root, apps)
    return root


def authentication_of(runtime: Runtime) -> Authentication:
    tokens = tokens_of(runtime.platform.settings, runtime.name)
    return Authentication(runtime.backstage, tokens, runtime.actors.actor_of, runtime.requests)

"""The API process: routes, log and relay of every chosen service, under one root."""

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from fastapi import FastAPI

from shared.http.gateway import Admission, AdmissionOf, Gateway
from shared.http.health import Health
from shared.http.idempotency import Requests
from shared.service.api.app import REMEMBERED, root_app, service_app
from shared.service.api.authentication import Authentication, tokens_of
from shared.service.api.catalogue import add_catalogue
from shared.service.api.edge_route import admission_of
from shared.service.api.request_trace import Auditor, Entries, Sessions, Tracing, trace_read
from shared.service.commands.runtime import ServiceRuntime
from shared.service.config.audit_policy import load_audit_policy
from shared.service.config.production_checks import check_audit, check_names
from shared.service.definition import ServiceDefinition
from shared.service.observability.metrics import READY
from shared.service.processes.composition import open_service
from shared.service.processes.console import open_console
from shared.service.processes.health_port import add_health
from shared.service.processes.http_server import (
    LINGER_SECONDS,
    front_of,
    run_until_stopped,
    server_of,
)
from shared.service.processes.logs import own_logs
from shared.service.processes.registry import charter_of
from shared.service.processes.store_probe import watch_store
from shared.service.progress.condition import Conditions
from shared.service.resources.audit_trail import open_audit_store, start_of, trail_of
from shared.service.resources.process_resources import ProcessResources, open_resources
from shared.service.resources.start_checks import explained, refuse_backups, refuse_lost_keys
from shared.service.settings import ServiceSettings
from shared.version import VERSION


async def serve_api(settings: ServiceSettings, definitions: Sequence[ServiceDefinition]) -> None:
    """Serves until SIGTERM. Raises StartRefused, and the error that ended a relay for good."""
    check_audit(settings)
    async with AsyncExitStack() as stack:
        resources = await stack.enter_async_context(open_resources(settings, "api"))
        check_names(settings)
        await refuse_backups(resources, definitions)
        await refuse_lost_keys(resources, resources.masters(), definitions)
        entries = await stack.enter_async_context(open_audit_store(settings))
        trail = trail_of(entries)
        trail.note(start_of("api", settings.policies))
        logs = await own_logs(resources, definitions)
        opened = [open_service(resources, each, trace_read, logs.watch) for each in definitions]
        runtimes = [await stack.enter_async_context(service) for service in opened]
        health = Health(VERSION, {"store": resources.store_missing}, on_look=READY.set)
        root = api_app(resources, runtimes, trail, entries)
        stack.push_async_callback(close_connections, root)
        background = [
            *add_health(root, health, settings),
            watch_store(resources),
            trail.run(),
            *logs.work(),
            *await open_console(root, resources, trail, definitions),
        ]
        server = server_of(root, settings.host, settings.port, front_of(settings))
        await run_until_stopped(server, health, background, LINGER_SECONDS)


async def close_connections(root: FastAPI) -> None:
    """Ends the connections of the application to other processes and to the bus."""
    await root.state.gateway.close()
    await root.state.conditions.close()


def api_app(
    resources: ProcessResources,
    runtimes: Sequence[ServiceRuntime],
    trail: Tracing,
    entries: Entries,
) -> FastAPI:
    """Returns the routes of all services. `settings.gateway` has the addresses of services in
    other processes."""
    with explained():
        policy = load_audit_policy(resources.settings.policies)
    settings, sessions = resources.settings, Sessions()

    def auditor(name: str) -> Auditor:
        return Auditor(name, trail, policy, entries, sessions)

    def admission(name: str) -> Admission:
        return admission_of(tokens_of(settings, name), auditor(name))

    apps = {
        runtime.name: service_app(
            runtime.definition,
            authentication_of(resources, runtime, auditor(runtime.name)),
            charter_of(runtime.name),
        )
        for runtime in runtimes
    }
    people = None if settings.in_production else settings.people_file
    conditions = Conditions(resources, [runtime.definition for runtime in runtimes])
    for app in apps.values():
        app.state.condition_of = conditions.of
    root = root_with_gateway(apps, settings.gateway, people, admission)
    root.state.conditions = conditions
    return root


def root_with_gateway(
    apps: Mapping[str, FastAPI],
    elsewhere: Mapping[str, str] | None = None,
    people: Path | None = None,
    admission: AdmissionOf | None = None,
) -> FastAPI:
    """Returns the root application without the routes of health. The services of other processes
    are found at the same paths as those of this one, where requests to them have an admission."""
    root = root_app(apps)
    root.state.gateway = Gateway(root, apps.keys(), elsewhere)
    passages = root.state.gateway.elsewhere(admission) if admission else {}
    for name, passage in passages.items():
        root.mount(f"/{name}/v1", passage, name=name)
    for app in apps.values():
        app.state.gateway = root.state.gateway
    add_catalogue(root, apps, REMEMBERED, people)
    return root


def authentication_of(
    resources: ProcessResources, runtime: ServiceRuntime, auditor: Auditor
) -> Authentication:
    return Authentication(
        runtime,
        tokens=tokens_of(resources.settings, runtime.name),
        actor_of=runtime.actor_of,
        requests=Requests(),
        auditor=auditor,
    )

"""No endpoint without an authorization row, and no row that nobody asks: all routes are walked."""

from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import Mount

from services.portal.console import BEFORE_SIGN_IN, CALLS, Console, add_console, console_of
from services.portal.my import BEFORE_SIGN_IN as MY_BEFORE_SIGN_IN
from services.portal.my import ROUTES as MY_ROUTES
from services.portal.my import add_my_pages
from services.portal.settings import PortalSettings
from shared.http.gateway import Gateway
from shared.http.health import Health
from shared.kernel.actor import Actor
from shared.mongo.clock_store import real_time
from shared.mongo.connect import connect
from shared.mongo.read_models.reader import connect_reader
from shared.service.api.app import routers_of, service_app
from shared.service.processes.api import root_with_gateway
from shared.service.processes.health_port import add_health
from shared.service.processes.registry import SERVICES, definition_of
from shared.service.settings import ServiceSettings
from shared.testing.audit import MemoryTrail
from tests.component.access.least import least
from tests.component.access.world import INSIDER, STRANGER, Asked, Walked, way_to
from tests.unit.portal.browsers import MemorySessions

pytestmark = pytest.mark.asyncio(loop_scope="module")

PUBLIC = {
    "/": "leads to the console",
    "/docs": "the catalogue of the APIs",
    "/docs/all/": "how all APIs are called",
    "/docs/all/docs/oauth2-redirect": "part of that page",
    "/docs/all/openapi.json": "how all APIs are called",
    "/docs/all/static-offline-docs": "scripts and styles of that page",
    "/livez": "asked by the supervisor, says nothing of cases",
    "/readyz": "asked by the supervisor, says nothing of cases",
    "/version": "the release",
    "/metrics": "numbers for Prometheus, in the inner network only",
    "/*/v1/docs": "how the API is called",
    "/*/v1/docs/oauth2-redirect": "part of that page",
    "/*/v1/openapi.json": "how the API is called",
    "/*/v1/static-offline-docs": "scripts and styles of that page",
}
"""Answered without a token, each for a reason."""
HIDDEN = {403, 404}
MORE = {"period": "2025", "group": "purpose", "q": "教育", "title": "电梯"}
"""Parameters of statistics, of which some rows are asked for some only, and of searches."""


def routes_in(routes: Iterable[Any]) -> Iterator[APIRoute]:
    """Yields routes, also those of routers that are included."""
    for route in routes:
        if inner := getattr(route, "original_router", None):
            yield from routes_in(inner.routes)
        elif isinstance(route, APIRoute):
            yield route


ROUTES = [
    (name, method, route)
    for name in SERVICES
    for router in routers_of(definition_of(name))
    for route in routes_in(router.routes)
    for method in sorted(route.methods)
]


def named(case: Any) -> str | None:
    return case.path if isinstance(case, APIRoute) else None


@asynccontextmanager
async def all_services(mongo_url: str, **how: Any) -> AsyncIterator[dict[str, Walked]]:
    client: Any = connect_reader(mongo_url)
    space = f"t{uuid4().hex[:10]}"
    services = {name: Walked(name, client[f"{space}_{name}"], **how) for name in SERVICES}
    for service in services.values():
        await service.tell()
    services["intake"].own_app.state.gateway = way_to(services, "intake", "directory")
    async with connect(mongo_url) as keeping:
        for name in ("intake", "portal"):
            services[name].runtime.kept = keeping[f"{space}_{name}"]
        yield services
        for service in services.values():
            await service.own_app.state.gateway.close()
            await client.drop_database(service.database.name)
    client.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def walked(mongo_url: str) -> AsyncIterator[dict[str, Walked]]:
    async with all_services(mongo_url) as services:
        yield services


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def without_rows(mongo_url: str) -> AsyncIterator[dict[str, Walked]]:
    async with all_services(mongo_url, without_rows=True) as services:
        yield services


async def asked_by(
    service: Walked, method: str, route: APIRoute, who: Actor
) -> tuple[httpx.Response, list[Asked]]:
    """The least request that the route understands, and what it made the table answer."""
    described = service.own_app.openapi()
    operation = described["paths"][route.path_format][method.lower()]
    path = route.path_format.format_map(service.named)
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    schemas = described.get("components", {}).get("schemas", {})
    sent = least(body["schema"], schemas) if body else None
    before = len(service.table.asked)
    if method == "GET":
        answer = await service.get(path, as_=who, **MORE)
    else:
        answer = await service.send(method, path, sent, as_=who)
    return answer, service.table.asked[before:]


@pytest.mark.parametrize(("name", "method", "route"), ROUTES, ids=named)
async def test_every_route_asks_the_access_table(
    walked: dict[str, Walked], name: str, method: str, route: APIRoute
) -> None:
    """A stranger gets in only where a row says so, and never by mistake in the request."""
    answer, asked = await asked_by(walked[name], method, route, STRANGER)
    assert asked, f"{answer.status_code} {answer.text}: no row of access/{name}.yaml was asked"
    assert answer.status_code in HIDDEN or any(one.allowed for one in asked), answer.text


@pytest.mark.parametrize(("name", "method", "route"), ROUTES, ids=named)
async def test_without_rows_nobody_may_do_or_read_anything(
    without_rows: dict[str, Walked], name: str, method: str, route: APIRoute
) -> None:
    """Not even who holds every role everywhere."""
    answer, _ = await asked_by(without_rows[name], method, route, INSIDER)
    assert answer.status_code in HIDDEN, answer.text


@pytest.mark.parametrize(("name", "method", "route"), ROUTES, ids=named)
async def test_nobody_gets_in_without_a_token(
    walked: dict[str, Walked], name: str, method: str, route: APIRoute
) -> None:
    path = route.path_format.format_map(walked[name].named)
    answer = await walked[name].http.request(method, path, params=MORE)
    assert answer.status_code == 401


@pytest.mark.parametrize("name", SERVICES)
async def test_every_row_is_asked_by_a_route(walked: dict[str, Walked], name: str) -> None:
    """Buttons ask for every action; what they show must be asked again where it is done."""
    service = walked[name]
    asked: list[Asked] = []
    for where, method, route in ROUTES:
        if where == name and not route.path.endswith("/actions"):
            asked += (await asked_by(service, method, route, INSIDER))[1]
    dead = [row for row in service.table.rows if not any(one.hears(row) for one in asked)]
    assert dead == []


def paths(routes: Any, prefix: str = "") -> Iterator[str]:
    """Of an application and all that is mounted in it."""
    for route in routes:
        if inner := getattr(route, "original_router", None):
            yield from paths(inner.routes, prefix)
        elif isinstance(route, Mount) and hasattr(route.app, "openapi"):
            yield from paths(route.routes, prefix + route.path)
        else:
            yield prefix + route.path


async def test_all_other_routes_are_public_for_a_reason() -> None:
    apps = {name: service_app(definition_of(name)) for name in SERVICES}
    root = root_with_gateway(apps)
    settings = PortalSettings(_env_file=None)
    add_console(root, console(settings))
    add_my_pages(root, console(settings), settings)
    assert add_health(root, Health("test"), ServiceSettings(_env_file=None)) == []
    guarded = {f"/{name}/v1{route.path}" for name, _, route in ROUTES}
    others = set(paths(root.routes)) - guarded
    await root.state.gateway.close()
    for name in SERVICES:
        others = {path.replace(f"/{name}/v1/", "/*/v1/", 1) for path in others}
    asking_for_a_session = {f"/console{CALLS}", *(f"/my{path}" for _, path in MY_ROUTES)}
    before_sign_in = BEFORE_SIGN_IN | MY_BEFORE_SIGN_IN | {"/my": "leads to the pages"}
    assert others == set(PUBLIC) | set(before_sign_in) | asking_for_a_session
    assert all(before_sign_in.values())


def console(settings: PortalSettings) -> Console:
    """Asked for nothing here: `tests/component/portal` asks every endpoint with and without a
    session."""
    gateway = Gateway(FastAPI(), [])
    return console_of(settings, MemorySessions(), gateway, MemoryTrail(), real_time)

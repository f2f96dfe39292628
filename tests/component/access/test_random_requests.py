"""No request ends in an error of ours, or in a status that the API's pages do not name."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from fastapi.routing import APIRoute

from tests.component.access.random_requests import Chance
from tests.component.access.test_every_route import ROUTES, all_services, named
from tests.component.access.world import INSIDER, Walked

pytestmark = pytest.mark.asyncio(loop_scope="module")

SAMPLE, MORE, MANY = 8, 30, 150


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def walked(mongo_url: str) -> AsyncIterator[dict[str, Walked]]:
    async with all_services(mongo_url) as services:
        yield services


async def ask(service: Walked, method: str, route: APIRoute, seed: str) -> httpx.Response:
    described = service.own_app.openapi()
    operation = described["paths"][route.path_format][method.lower()]
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    chance, schemas = Chance(seed), described.get("components", {}).get("schemas", {})
    return await service.http.request(
        method,
        chance.path(route.path_format, service.named),
        params=chance.query(operation),
        content=chance.body(content["schema"], schemas) if content else None,
        headers={**service._headers(INSIDER), **chance.headers()},
    )


def documented(service: Walked, method: str, route: APIRoute) -> set[int]:
    operation = service.own_app.openapi()["paths"][route.path_format][method.lower()]
    return {int(status) for status in operation["responses"]}


async def undocumented(
    walked: dict[str, Walked], name: str, method: str, route: APIRoute, numbers: range
) -> list[str]:
    """An error that nobody expected is raised here, and not answered."""
    service = walked[name]
    known = documented(service, method, route)
    found = []
    for number in numbers:
        seed = f"{name} {method} {route.path} {number}"
        answer = await ask(service, method, route, seed)
        problem = answer.status_code < 400 or "problem+json" in answer.headers["content-type"]
        if answer.status_code not in known or answer.status_code >= 500 or not problem:
            found.append(f"{seed}: {answer.status_code} {answer.text[:200]}")
    return found


@pytest.mark.parametrize(("name", "method", "route"), ROUTES, ids=named)
async def test_random_requests_get_documented_answers(
    walked: dict[str, Walked], name: str, method: str, route: APIRoute
) -> None:
    assert await undocumented(walked, name, method, route, range(SAMPLE)) == []


@pytest.mark.on_change("random requests")
@pytest.mark.parametrize(("name", "method", "route"), ROUTES, ids=named)
async def test_more_random_requests_get_documented_answers(
    walked: dict[str, Walked], name: str, method: str, route: APIRoute
) -> None:
    assert await undocumented(walked, name, method, route, range(SAMPLE, MORE)) == []


@pytest.mark.long
@pytest.mark.parametrize(("name", "method", "route"), ROUTES, ids=named)
async def test_many_random_requests_get_documented_answers(
    walked: dict[str, Walked], name: str, method: str, route: APIRoute
) -> None:
    assert await undocumented(walked, name, method, route, range(MORE, MANY)) == []


async def test_chance_repeats_itself() -> None:
    one, again, other = (Chance(seed) for seed in ("a", "a", "b"))
    schema = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}
    bodies = [[chance.body(schema, {}) for _ in range(20)] for chance in (one, again, other)]
    assert bodies[0] == bodies[1] != bodies[2]

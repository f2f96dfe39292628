"""A stranger cannot tell an existing case from one that is not there: every route with a case in
its path, every kind of stranger, and requests of every shape."""

import json
from collections.abc import AsyncIterator, Iterator
from hashlib import sha256
from itertools import cycle
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi.routing import APIRoute

from shared.kernel.access import POSTS
from shared.kernel.actor import Actor, Post
from tests.component.access.least import least
from tests.component.access.test_every_route import ROUTES, all_services, named
from tests.component.access.world import CASE, Walked

pytestmark = pytest.mark.asyncio(loop_scope="module")

NONE = "f" * 32
ABOUT_CASES = [each for each in ROUTES if "{case_id}" in each[2].path]
STRANGERS = (
    Actor("p-stranger"),
    Actor("p-foreign", tuple(Post(role, "u-foreign", ("u-foreign",)) for role in sorted(POSTS))),
    Actor("p-deputy", deputy=True),
    Actor("c-foreign", client_of="u-foreign"),
    Actor("c-same-agency", client_of="u-city"),
)
OPENED = {"text": "联系电话 0576-85111111，13805761234", "title": "来电 12345", "form": "full"}
"""Words that a rule about texts could look at before access is known."""


FORMS = {400, 404, 412, 422}
"""Statuses for a wrong form of a request, or for no such case. A rule (409) would tell
that there is one; only versions that did not arrive may."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def walked(mongo_url: str) -> AsyncIterator[dict[str, Walked]]:
    async with all_services(mongo_url, patience=0.0) as services:
        yield services


def shapes(sent: Any, stream: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Requests by name: keywords of `httpx`; `stream` is of the case that the request names."""
    yield "plain", {"json": sent}
    yield "empty", {"content": b""}
    yield "no object", {"json": []}
    for version in ('"1"', '"99"', f'"{stream}@1"', f'"{stream}@99"', "nonsense"):
        yield f"If-Match {version}", {"json": sent, "headers": {"If-Match": version}}
    for version in (1, 99):
        yield f"at_least {version}", {"json": sent, "params": {"at_least": f"{stream}@{version}"}}
    for flag in ("check", "actions"):
        yield flag, {"json": sent, "params": {flag: "true"}}
    if isinstance(sent, dict):
        opened = {name: text for name, text in OPENED.items() if name in sent or name != "title"}
        yield "words", {"json": sent | {"mode": "open"} | opened}


async def ask(
    service: Walked, method: str, route: APIRoute, case_id: str
) -> dict[str, tuple[Any, ...]]:
    """The answers by stranger and shape, with all that names the case or the request taken out. All
    strangers send the plain request, and take turns with the others."""
    operation = service.own_app.openapi()["paths"][route.path_format][method.lower()]
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    schemas = service.own_app.openapi().get("components", {}).get("schemas", {})
    sent = least(content["schema"], schemas) if content else {}
    prefix = service.definition.streams[0].prefix if service.definition.streams else "intake"
    (plain, how), *others = shapes(sent, f"{prefix}-{case_id}")
    asked = [(who, plain, how) for who in STRANGERS]
    asked += [(who, *one) for who, one in zip(cycle(STRANGERS), others, strict=False)]
    answers = {}
    for who, shape, request in asked:
        path = route.path_format.format_map(
            {**service.named, "case_id": case_id, "signer": who.sub}
        )
        kept = {k: v for k, v in request.items() if method == "POST" or k in ("headers", "params")}
        key = {"Idempotency-Key": sha256(f"{who.sub} {path} {shape}".encode()).hexdigest()}
        headers = {**service._headers(who), **key, **kept.pop("headers", {})}
        answer = await service.http.request(method, path, headers=headers, **kept)
        name = f"{who.sub}: {shape}".replace(case_id, "CASE")
        answers[name] = comparable(answer, case_id)
    return answers


def comparable(answer: httpx.Response, case_id: str) -> tuple[Any, ...]:
    body = answer.json() if answer.content else None
    if isinstance(body, dict):
        body = {
            k: v for k, v in body.items() if k not in ("instance", "trace_id", "correlation_id")
        }
    headers = sorted(set(answer.headers) - {"content-length", "date"})
    return answer.status_code, json.dumps(body).replace(case_id, "CASE"), headers


@pytest.mark.parametrize(("name", "method", "route"), ABOUT_CASES, ids=named)
async def test_a_stranger_gets_the_answer_of_a_case_that_is_not_there(
    walked: dict[str, Walked], name: str, method: str, route: APIRoute
) -> None:
    service = walked[name]
    kept = len(service.store.documents), len(service.vault_store.keys)
    there = await ask(service, method, route, CASE)
    absent = await ask(service, method, route, NONE)
    assert {
        name: (there[name], absent[name]) for name in there if there[name] != absent[name]
    } == {}
    rules = {name: one for name, one in there.items() if one[0] not in FORMS}
    assert all("at_least" in name for name in rules), rules
    assert (len(service.store.documents), len(service.vault_store.keys)) == kept

"""A service of another process has the same address as one of this process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpx
import pytest
from fastapi import FastAPI, Request, Response

from shared.http.auth import development_token
from shared.http.gateway import Admission
from shared.ops.base.ports import LOOPBACK, free_port
from shared.service.api.edge_route import admission_of
from shared.service.processes import http_server
from shared.service.processes.api import root_with_gateway
from shared.testing.audit import MemoryTrail, auditor_of
from shared.testing.eventually import eventually
from shared.testing.service import SECRET, TOKENS

HEARD = ("authorization", "idempotency-key", "cookie")


def other_process() -> FastAPI:
    """Says what it heard."""
    app = FastAPI()

    @app.post("/intake/v1/cases/{name}")
    async def register(name: str, request: Request) -> Response:
        headers = {one: request.headers.get(one) for one in HEARD}
        said = f"{name} {request.url.query} {(await request.body()).decode()} {headers}"
        return Response(said, 201, {"etag": '"1"', "set-cookie": "a=b"})

    return app


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[str]:
    port = free_port()
    server = http_server.server_of(app, LOOPBACK, port)
    running = asyncio.create_task(server.serve())
    await eventually(lambda: server.started)
    yield f"http://{LOOPBACK}:{port}"
    server.should_exit = True
    await running


TRAIL = MemoryTrail()


def admission(service: str) -> Admission:
    return admission_of(TOKENS, auditor_of(service, TRAIL))


def token(subject: str) -> str:
    issued = int(datetime.now(UTC).timestamp())
    made = development_token(SECRET, subject, issuer="tests", audience="duban", issued=issued)
    return f"Bearer {made}"


@asynccontextmanager
async def caller(elsewhere: dict[str, str]) -> AsyncIterator[httpx.AsyncClient]:
    root = root_with_gateway({}, elsewhere, admission=admission)
    transport = httpx.ASGITransport(root)
    async with httpx.AsyncClient(transport=transport, base_url="http://duban.test") as client:
        yield client
    await root.state.gateway.close()


async def test_what_is_asked_of_another_process_is_answered_by_it() -> None:
    given = token("p-office")
    sent = {"Authorization": given, "Idempotency-Key": "k", "Cookie": "secret"}
    async with served(other_process()) as address, caller({"intake": address}) as client:
        answer = await client.post("/intake/v1/cases/a%20b?c=1", content="body", headers=sent)
    heard = {"authorization": given, "idempotency-key": "k", "cookie": None}
    assert (answer.status_code, answer.text) == (201, f"a b c=1 body {heard}")
    assert (answer.headers["etag"], answer.headers.get("set-cookie")) == ('"1"', None)


async def test_a_body_without_a_token_is_not_read() -> None:
    async with served(other_process()) as address, caller({"intake": address}) as client:
        answer = await client.post("/intake/v1/cases/a", content="body")
    assert answer.text.startswith("a   {")


async def endless(taken: list[int]) -> AsyncIterator[bytes]:
    while True:
        taken.append(1)
        yield b"x"
        await asyncio.sleep(0)


@pytest.mark.parametrize("given", ["Bearer t", "Basic eDp5", ""])
async def test_a_body_behind_a_false_token_is_not_read_either(given: str) -> None:
    """The other process never sees the request; the refusal stands in the trail of this one."""
    taken: list[int] = []
    before = len(TRAIL.entries)
    async with served(other_process()) as address, caller({"intake": address}) as client:
        sent = {"Authorization": given}
        answer = await client.post("/intake/v1/cases/a", content=endless(taken), headers=sent)
    assert (answer.status_code, taken) == (401, [])
    [entry] = TRAIL.entries[before:]
    assert (entry.kind, entry.service, entry.action) == ("refusal", "intake", "authenticate")


async def test_a_service_that_does_not_answer_is_to_be_asked_again() -> None:
    async with caller({"intake": f"http://{LOOPBACK}:{free_port()}"}) as client:
        answer = await client.post("/intake/v1/cases/a", content="body")
        assert (answer.status_code, answer.json()["rule"]) == (503, "unavailable")


async def test_nothing_but_the_public_api_of_a_service_is_reached() -> None:
    async with served(other_process()) as address, caller({"intake": address}) as client:
        for path in ("/handling/v1/cases/a", "/intake/v1/%2e%2e/metrics", "/intake/v2/cases/a"):
            assert (await client.get(path)).status_code == 404

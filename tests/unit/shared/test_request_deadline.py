"""A server that ends answers everybody: what it cannot finish may be asked again."""

import asyncio
import os
import signal

import httpx
import pytest

from shared.http import request_deadline
from shared.http.health import Health, health_routes
from shared.ops.base.ports import LOOPBACK, free_port
from shared.service.api.app import root_app
from shared.service.processes import http_server
from shared.testing.eventually import eventually


async def test_what_outlasts_the_servers_patience_is_to_be_asked_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(http_server, "DRAIN_SECONDS", 1)
    app, port, arrived = root_app({}), free_port(), asyncio.Event()

    @app.get("/endless")
    async def endless() -> None:
        arrived.set()
        await asyncio.Event().wait()

    server = http_server.server_of(app, LOOPBACK, port)
    running = asyncio.create_task(server.serve())
    await eventually(lambda: server.started)
    async with httpx.AsyncClient(trust_env=False, timeout=10) as client:
        asking = asyncio.create_task(client.get(f"http://{LOOPBACK}:{port}/endless"))
        await arrived.wait()
        server.should_exit = True
        answer = await asking
    await running
    assert (answer.status_code, answer.json()["rule"]) == (503, "unavailable")
    assert answer.headers["Retry-After"] == "1"
    assert "traceparent" in answer.headers


async def test_nobody_waits_longer_than_a_caller_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also who waits in a queue that has no bound of its own."""
    monkeypatch.setattr(request_deadline, "LONGEST_SECONDS", 0.05)
    app, let_go = root_app({}), asyncio.Event()

    @app.get("/endless")
    async def endless() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            let_go.set()

    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://duban.test") as client:
        answer = await client.get("/endless")
        page = await client.get("/endless", headers={"accept": "text/html,*/*;q=0.8"})
    assert (answer.status_code, answer.json()["rule"]) == (503, "unavailable")
    assert (page.status_code, page.headers["retry-after"]) == (503, "1")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert let_go.is_set()


async def test_who_has_not_heard_yet_that_a_process_ends_is_still_let_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(http_server, "exit_after", lambda seconds: None)
    app, port, health = root_app({}), free_port(), Health("1")
    app.routes.extend(health_routes(health))
    server = http_server.server_of(app, LOOPBACK, port)
    running = asyncio.create_task(http_server.run_until_stopped(server, health, linger=2))
    await eventually(lambda: server.started)
    os.kill(os.getpid(), signal.SIGTERM)
    await eventually(lambda: health.draining)
    async with httpx.AsyncClient(trust_env=False, timeout=10) as client:
        answers = [
            await client.get(f"http://{LOOPBACK}:{port}/{page}") for page in ("readyz", "livez")
        ]
    await running
    assert [answer.status_code for answer in answers] == [503, 200]

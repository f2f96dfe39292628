"""Health and metrics are apart from what the public is shown where there are two ports."""

import asyncio
import os
import signal

import httpx
import pytest

from shared.http.health import Health
from shared.ops.base.ports import LOOPBACK, free_port
from shared.service.api.app import root_app
from shared.service.processes import http_server
from shared.service.processes.health_port import add_health
from shared.service.settings import ServiceSettings
from shared.testing.eventually import eventually

PAGES = ("livez", "readyz", "metrics", "version")


async def statuses(port: int, asked: int, health_port: int | None) -> set[int]:
    """What the port `asked` answers for each page while the process runs; then it ends."""
    settings = ServiceSettings(_env_file=None, port=port, health_port=health_port)
    app, health = root_app({}), Health("1")
    beside = add_health(app, health, settings)
    server = http_server.server_of(app, settings.host, settings.port)
    running = asyncio.create_task(http_server.run_until_stopped(server, health, beside))
    async with httpx.AsyncClient(trust_env=False, timeout=10) as client:

        async def status(page: str) -> int:
            return (await client.get(f"http://{LOOPBACK}:{asked}/{page}")).status_code

        await eventually(lambda: server.started)
        found = {await status(page) for page in PAGES}
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.wait_for(running, 10)
    return found


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_server, "exit_after", lambda seconds: None)


async def test_the_public_port_says_nothing_of_health_where_that_has_its_own() -> None:
    port, own = free_port(), free_port()
    assert await statuses(port, asked=port, health_port=own) == {404}
    port, own = free_port(), free_port()
    assert await statuses(port, asked=own, health_port=own) == {200}


async def test_with_one_port_health_is_beside_the_routes() -> None:
    port = free_port()
    assert await statuses(port, asked=port, health_port=port) == {200}
    assert await statuses(port, asked=port, health_port=None) == {200}

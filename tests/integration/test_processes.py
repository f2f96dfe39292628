"""The processes as the supervisor starts them: they come up, work together, drain, and refuse."""

import asyncio
import os
import re
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx
import pytest
from prometheus_client import Counter, Histogram
from prometheus_client.parser import text_string_to_metric_families

from shared.kafka.broker_access import BrokerAccess
from shared.kafka.namespace import Namespace
from shared.kafka.topic_admin import create_topics
from shared.kafka.topics import TOPICS
from shared.mongo.connect import connect
from shared.ops.base.dev_tokens import token_for
from shared.ops.base.ports import LOOPBACK, free_port
from shared.service.observability import metrics
from shared.service.processes.registry import SERVICES
from shared.service.settings import ServiceSettings
from shared.testing.eventually import eventually

pytestmark = pytest.mark.on_change("supervised processes")

SERVE = (sys.executable, "-m", "shared.service.processes.main")
CITY = {
    "unit": "u-city", "title": "市政府", "short": "市", "level": "city", "agency": "u-city",
    "valid_from": "2024-01-01",
}  # fmt: skip
LI = {"person": "p-li", "title": "李四", "agency": "u-city"}
ADMIN = {"role": "system-admin", "person": "p-li", "valid_from": "2024-01-01"}


CASE = "/cases/0123456789abcdef0123456789abcdef"
READS = dict.fromkeys(SERVICES, CASE) | {"directory": "/units", "reminder": "/due"}
"""A read of every service, which it answers only to people whom it knows."""


@asynccontextmanager
async def running(
    *role: str, environment: dict[str, str]
) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(*SERVE, *role, env={**os.environ, **environment})
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def drained(process: asyncio.subprocess.Process) -> float:
    """Seconds from SIGTERM to a clean end."""
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 10) == 0
    return time.monotonic() - began


@pytest.fixture
async def environment(
    mongo_url: str, kafka_bootstrap: str, space: str, tmp_path: Path
) -> AsyncIterator[dict[str, str]]:
    named = Namespace(space)
    topics = [type(t)(named.topic(t.name), t.partitions, t.compacted) for t in TOPICS]
    await asyncio.to_thread(create_topics, BrokerAccess(kafka_bootstrap), topics)
    yield {
        "MONGO_URL": mongo_url,
        "KAFKA_BOOTSTRAP_SERVERS": kafka_bootstrap,
        "DUBAN_SPACE": space,
        "DUBAN_VAULT_KEY_FILE": str(tmp_path / "vault.key"),
    }
    client = connect(mongo_url)
    for name in await client.list_database_names():
        if name.startswith(f"{space}_"):
            await client.drop_database(name)
    await client.close()


BEGINS_WHERE_A_SERVICE_DELIVERS = {"duban_deliveries"}
"""None of the deployed services does; the sender's own tests see its counter."""


def declared_counters() -> set[str]:
    """Returns the labelled counters and histograms: a rate needs each from its process's start."""
    found = [each for each in vars(metrics).values() if isinstance(each, Counter | Histogram)]
    return {each._name for each in found if each._labelnames}


class Installation:
    """Three processes of all services, and a client that asks them."""

    def __init__(self, client: httpx.AsyncClient, ports: dict[str, int]) -> None:
        self.client = client
        self.ports = ports

    async def ready(self, role: str) -> bool:
        try:
            return (await self.client.get(self.url(role, "/readyz"))).is_success
        except httpx.TransportError:
            return False

    async def post(self, path: str, body: dict[str, str]) -> int:
        url = self.url("api", f"/directory/v1{path}")
        answer = await self.client.post(url, json=body, headers=self.headers("p-admin"))
        return answer.status_code

    async def roles(self, person: str) -> list[str]:
        url = self.url("api", "/portal/v1/me")
        answer = await self.client.get(url, headers=self.headers(person))
        found: list[str] = answer.json().get("roles", [])
        return found

    async def refuses(self, service: str, person: str) -> bool:
        """Returns whether the service does not know the person (any more)."""
        url = self.url("api", f"/{service}/v1{READS[service]}")
        answer = await self.client.get(url, headers=self.headers(person))
        return answer.status_code == 403 and answer.json()["rule"] == "unknown-subject"

    async def counters(self) -> set[str]:
        """Returns the labelled counters and histograms of which some process has a series."""
        texts = [(await self.client.get(self.url(role, "/metrics"))).text for role in self.ports]
        families = [each for text in texts for each in text_string_to_metric_families(text)]
        named = {sample.name for each in families for sample in each.samples if sample.labels}
        return {re.sub("_(total|count)$", "", name) for name in named}

    def headers(self, sub: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {token_for(sub, ServiceSettings())}"}

    def url(self, role: str, path: str) -> str:
        return f"http://{LOOPBACK}:{self.ports[role]}{path}"


async def test_a_post_filled_over_the_api_gives_rights_in_every_service(
    environment: dict[str, str],
) -> None:
    ports = {role: free_port() for role in ("api", "worker reactions", "worker projections")}
    async with AsyncExitStack() as stack:
        processes = []
        for role, port in ports.items():
            own = {"DUBAN_PORT": str(port), "DUBAN_HEALTH_PORT": str(port)}
            started = running(*role.split(), environment={**environment, **own})
            processes.append(await stack.enter_async_context(started))
        client = await stack.enter_async_context(httpx.AsyncClient(trust_env=False, timeout=60))
        duban = Installation(client, ports)
        for role in ports:
            await eventually(lambda role=role: duban.ready(role), within=120)
        assert declared_counters() - await duban.counters() == BEGINS_WHERE_A_SERVICE_DELIVERS
        assert await duban.post("/units", CITY) == 201
        assert await duban.post("/persons", LI) == 201
        assert await duban.post("/units/u-city/posts", ADMIN) == 201
        await eventually(lambda: duban.roles("p-li"))
        assert await duban.roles("p-li") == ["system-admin"]
        assert await duban.post("/persons/p-li/block", {}) == 201
        for service in SERVICES:
            await eventually(lambda service=service: duban.refuses(service, "p-li"))
        assert max([await drained(process) for process in processes]) < 9


async def test_the_public_site_needs_neither_log_nor_bus(mongo_url: str, space: str) -> None:
    port = free_port()
    environment = {
        "MONGO_URL": mongo_url,
        "KAFKA_BOOTSTRAP_SERVERS": f"{LOOPBACK}:1",
        "DUBAN_SPACE": space,
        "DUBAN_PORT": str(port),
    }
    async with (
        running("site", environment=environment) as process,
        httpx.AsyncClient(timeout=60) as client,
    ):
        duban = Installation(client, {"site": port})
        await eventually(lambda: duban.ready("site"), within=60)
        page = await client.get(duban.url("site", "/"))
        assert page.status_code == 200
        assert "<script" not in page.text
        assert await drained(process) < 9


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, "DUBAN_AUDIT_MONGO_URL"),
        ({"DUBAN_AUDIT_MONGO_URL": "mongodb://audit@127.0.0.1:1"}, "DUBAN_JWKS"),
    ],
)
async def test_production_with_defaults_is_refused_in_one_sentence(
    given: dict[str, str], missing: str
) -> None:
    process = await asyncio.create_subprocess_exec(
        *SERVE,
        "api",
        env={**os.environ, "DUBAN_ENVIRONMENT": "production", **given},
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    assert process.returncode == 78
    assert missing in said.decode()
    assert "Traceback" not in said.decode()

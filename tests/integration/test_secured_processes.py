"""The processes of a deployment, each with its own account and in production's mode: they work."""

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.ops.base.ports import LOOPBACK, free_port
from shared.testing.eventually import eventually
from tests.integration.secured import Secured, prepare

pytestmark = pytest.mark.on_change("secured installation")

ISSUER = "https://identity.example"
CITY = {
    "unit": "u-city", "title": "市政府", "short": "市", "level": "city", "agency": "u-city",
    "valid_from": "2024-01-01",
}  # fmt: skip
LI = {"person": "p-li", "title": "李四", "agency": "u-city"}
ADMIN = {"role": "system-admin", "person": "p-li", "valid_from": "2024-01-01"}

Account = str
Role = str
PROCESSES: tuple[tuple[Account, Role], ...] = (
    ("directory", "api"),
    ("portal", "api"),
    ("portal", "worker projections"),
    ("reminder", "worker reactions"),
    ("disclosure", "worker projections"),
    ("site", "site"),
)


class Identity:
    """An identity provider: its key set, and the tokens that it signs."""

    def __init__(self, folder: Path) -> None:
        self._key = Ed25519PrivateKey.generate()
        public: dict[str, Any] = jwt.algorithms.OKPAlgorithm.to_jwk(self._key.public_key(), True)
        self.key_set = folder / "jwks.json"
        self.key_set.write_text(json.dumps({"keys": [{**public, "kid": "k1", "alg": "EdDSA"}]}))

    def headers(self, sub: str) -> dict[str, str]:
        now = int(time.time())
        claims = {"sub": sub, "iss": ISSUER, "aud": "duban", "iat": now, "exp": now + 600}
        token = jwt.encode(claims, self._key, algorithm="EdDSA", headers={"kid": "k1"})
        return {"Authorization": f"Bearer {token}"}


@dataclass(frozen=True)
class Deployment:
    identity: Identity
    client: httpx.AsyncClient
    ports: Mapping[tuple[Account, Role], int]
    health_ports: Mapping[tuple[Account, Role], int]

    def url(self, account: Account, role: Role, path: str) -> str:
        return f"http://{LOOPBACK}:{self.ports[account, role]}{path}"

    async def ready(self, account: Account, role: Role) -> bool:
        url = f"http://{LOOPBACK}:{self.health_ports[account, role]}/readyz"
        try:
            return (await self.client.get(url)).is_success
        except httpx.TransportError:
            return False

    async def post(self, path: str, body: Mapping[str, str]) -> int:
        url = self.url("directory", "api", f"/directory/v1{path}")
        headers = self.identity.headers("p-admin")
        return (await self.client.post(url, json=body, headers=headers)).status_code

    async def roles(self, person: str) -> list[str]:
        url = self.url("portal", "api", "/portal/v1/me")
        answer = await self.client.get(url, headers=self.identity.headers(person))
        found: list[str] = answer.json().get("roles", [])
        return found


@asynccontextmanager
async def process(
    parts: Secured, key_set: Path, account: Account, role: Role, port: int, health_port: int
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Who asks it to end is waited with here, until it has."""
    environment = {
        **os.environ,
        **parts.environment(account),
        "DUBAN_ENVIRONMENT": "production",
        "DUBAN_JWKS": str(key_set),
        "DUBAN_JWT_ISSUER": ISSUER,
        "DUBAN_BOOTSTRAP_ADMIN": "p-admin",
        "DUBAN_HOSTS": "duban.example",
        "DUBAN_PRIVATE_NETWORK": "true",
        "DUBAN_SITE_URL": "https://gongkai.example",
        "DUBAN_VAULT_KEY_FILE": str(parts.key_file),
        "DUBAN_PORT": str(port),
        "DUBAN_HEALTH_PORT": str(health_port),
    }
    own = () if account == "site" else ("--services", account)
    command = (sys.executable, "-m", "shared.service.processes.main", *role.split(), *own)
    running = await asyncio.create_subprocess_exec(*command, env=environment)
    try:
        yield running
    finally:
        assert await asyncio.wait_for(running.wait(), 15) == 0


def end_all(running: Sequence[asyncio.subprocess.Process]) -> None:
    for one in running:
        if one.returncode is None:
            one.terminate()


@asynccontextmanager
async def deployed(
    parts: Secured, folder: Path, processes: tuple[tuple[Account, Role], ...]
) -> AsyncIterator[Deployment]:
    """Returns when all are ready."""
    identity = Identity(folder)
    ports, health_ports = ({one: free_port() for one in processes} for _ in range(2))
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(httpx.AsyncClient(trust_env=False, timeout=60))
        running = [
            await stack.enter_async_context(
                process(parts, identity.key_set, *one, port, health_ports[one])
            )
            for one, port in ports.items()
        ]
        stack.callback(end_all, running)
        duban = Deployment(identity, client, ports, health_ports)
        for one in processes:
            await eventually(partial(duban.ready, *one), within=120)
        yield duban


async def test_processes_work_with_no_more_rights_than_they_were_given(
    secured_parts: Secured, tmp_path: Path
) -> None:
    await asyncio.to_thread(prepare, secured_parts)  # once more: an upgrade does so, too
    async with deployed(secured_parts, tmp_path, PROCESSES) as duban:
        assert await duban.post("/units", CITY) == 201
        assert await duban.post("/persons", LI) == 201
        assert await duban.post("/units/u-city/posts", ADMIN) == 201
        await eventually(lambda: duban.roles("p-li"))
        assert await duban.roles("p-li") == ["system-admin"]
        assert (await duban.client.get(duban.url("site", "site", "/"))).is_success
        for account, role in (("site", "site"), ("portal", "api")):
            hidden = await duban.client.get(duban.url(account, role, "/metrics"))
            assert hidden.status_code == 404

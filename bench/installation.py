"""One installation as `make run` starts it: the processes of Duban on the benchmark's own parts."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from pymongo import AsyncMongoClient

from bench import city
from bench.parts import Parts
from bench.processor import cpu_seconds
from shared.kafka.namespace import Namespace
from shared.kafka.topic_admin import create_topics
from shared.kafka.topics import topics_in
from shared.ledger_import.client import Api
from shared.ledger_import.directory import load_directory
from shared.mongo.connect import connect
from shared.ops.base.dev_tokens import token_for
from shared.ops.base.ports import free_port
from shared.ops.base.process import Server, tail
from shared.ops.installation.processes import SERVE, url
from shared.service.processes.registry import SERVICES, definition_of
from shared.service.progress.lag import Lags
from shared.service.resources.connections import Connections, broker_access
from shared.service.settings import ServiceSettings
from shared.testing.signatures import KEYS, put_keys

ROLES: Mapping[str, tuple[str, ...]] = {
    "api": ("api",),
    "reactions": ("worker", "reactions"),
    "projections": ("worker", "projections"),
    "site": ("site",),
    "api of intake": ("api", "--services", "intake"),
    "api of portal": ("api", "--services", "portal"),
}
START_WITHIN = 120.0


@dataclass
class Installation:
    settings: ServiceSettings
    folder: Path
    mongo: AsyncMongoClient[dict[str, Any]]
    lags: Lags
    servers: dict[str, Server] = field(default_factory=dict)
    urls: dict[str, str] = field(default_factory=dict)
    start_cpu: dict[str, float] = field(default_factory=dict)
    """Processor seconds from its launch until it was ready, by role."""
    environment: dict[str, str] = field(default_factory=dict)
    """Further settings of the processes that are launched."""

    def pid(self, role: str) -> int:
        """Raises RuntimeError with its last words when the process has ended."""
        server = self.servers[role]
        if server.pid is None:
            end = f"{role} has ended with {server.exit_code}"
            raise RuntimeError(f"{end}:\n{tail(server.log, 20)}")
        return server.pid

    @property
    def pids(self) -> tuple[int, ...]:
        return tuple(server.pid for server in self.servers.values() if server.pid)

    def launch(self, *roles: str) -> None:
        """From the main thread: Linux ends a process together with the thread that started it."""
        for role in roles:
            port = free_port()
            self.urls[role] = url(port)
            ports = {"DUBAN_PORT": str(port), "DUBAN_HEALTH_PORT": str(port)}
            ports["DUBAN_ORDINAL"] = str(len(self.servers))
            log = self.folder / f"{self.settings.space}-{role.replace(' ', '-')}.log"
            environment = {**environment_of(self.settings), **self.environment, **ports}
            server = Server(role, (*SERVE, *ROLES[role]), log, lambda: True, environment)
            server.launch()
            self.servers[role] = server

    async def ready(self, *roles: str) -> None:
        async with aiohttp.ClientSession() as http:
            await asyncio.gather(*(self._ready(http, role) for role in roles))

    async def _ready(self, http: aiohttp.ClientSession, role: str) -> None:
        end = time.monotonic() + START_WITHIN
        while time.monotonic() < end:
            try:
                async with http.get(f"{self.urls[role]}/readyz") as answer:
                    if answer.ok:
                        self.start_cpu[role] = cpu_seconds([self.pid(role)])
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.05)
        raise TimeoutError(f"{role} is not ready:\n{tail(self.servers[role].log, 20)}")

    async def stop(self, *roles: str) -> None:
        for role in roles or tuple(self.servers):
            server = self.servers.pop(role)
            server.ask_to_stop()
            await asyncio.to_thread(server.wait_until_stopped)

    async def settle(self, patience: float = 120.0) -> None:
        """Until every group has come to the end of the bus, twice in a row."""
        end, before = time.monotonic() + patience, None
        while (found := await self.lags.look()) != before or found.missing:
            if time.monotonic() > end:
                raise TimeoutError(f"waited in vain for {found.missing}")
            before = found
            await asyncio.sleep(0.1)

    def database(self, name: str) -> Any:
        return self.mongo[self.settings.database(name)]

    def bearer(self, who: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {token_for(who, self.settings)}"}

    def api(self) -> Api:
        return Api(self.urls["api"], lambda sub: token_for(sub, self.settings))


def environment_of(settings: ServiceSettings) -> dict[str, str]:
    return {
        "MONGO_URL": settings.mongo_url,
        "KAFKA_BOOTSTRAP_SERVERS": settings.kafka_bootstrap_servers,
        "DUBAN_SPACE": settings.space,
        "DUBAN_VAULT_KEY_FILE": str(settings.vault_key_file),
        "DUBAN_SOURCE_RATE": "0",  # one address is all the load
    }


@asynccontextmanager
async def prepared(parts: Parts, space: str) -> AsyncIterator[Installation]:
    """Topics and connections; whoever uses it launches what it needs. Nothing runs afterwards."""
    settings = ServiceSettings(
        mongo_url=parts.mongo_url,
        kafka_bootstrap_servers=parts.kafka,
        space=f"{parts.space}{space}",
        vault_key_file=parts.folder / "vault.key",
        signing_keys=put_keys(parts.folder / "signing"),
    )
    access = broker_access(settings)
    await asyncio.to_thread(create_topics, access, topics_in(Namespace(settings.space)))
    mongo = connect(parts.mongo_url)
    connections = Connections(access, mongo, Namespace(settings.space), keys=KEYS)
    lags = Lags(connections, [definition_of(name) for name in SERVICES])
    running = Installation(settings, parts.folder, mongo, lags)
    try:
        yield running
    finally:
        await running.stop()
        await lags.close()
        await mongo.close()


@asynccontextmanager
async def inhabited(parts: Parts, space: str) -> AsyncIterator[Installation]:
    """With its processes ready and its directory known to everybody."""
    async with prepared(parts, space) as running:
        roles = ("api", "reactions", "projections")
        running.launch(*roles)
        await running.ready(*roles)
        async with running.api() as api:
            await load_directory(api, city.ADMIN, city.directory(), running.settle)
        yield running

"""An API process of the directory on parts of the test's own, and callers that use it by HTTP."""

import asyncio
import random
import string
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx

from services.directory.app import SERVICE
from shared.http.auth import development_token
from shared.kafka.namespace import Namespace
from shared.kafka.topic_admin import create_topics
from shared.kafka.topics import topics_in
from shared.kernel import ids
from shared.mongo.connect import connect
from shared.ops.base.ports import free_port
from shared.ops.base.process import Server
from shared.ops.installation.processes import SERVE, url
from shared.service.processes.registry import with_actors
from shared.service.resources.connections import Connections, broker_access
from shared.service.settings import ServiceSettings
from shared.testing.eventually import eventually
from shared.testing.faults.checkers import findings
from shared.testing.faults.collector import Collector
from shared.testing.faults.evidence import Evidence, Finding, Vitals
from shared.testing.faults.history import History
from shared.testing.faults.vitals import vitals_of
from shared.testing.signatures import KEYS, put_keys
from tests.faults.clients import HEALS_WITHIN, report

ADMIN = "p-admin"
DIRECTORY = with_actors(SERVICE)
LOG_ALONE = replace(SERVICE, listens=frozenset(), projections=())
BUSY = frozenset({"unavailable", "request-in-flight", "not-yet-known"})


@dataclass
class Office:
    """One installation of the directory: settings, connections, and what its callers have heard."""

    settings: ServiceSettings
    connections: Connections
    logs: Path
    history: History = field(default_factory=History)
    servers: list[Server] = field(default_factory=list)
    calm: dict[str, Vitals] = field(default_factory=dict)
    """Of the servers that are to be as well afterwards as they are now."""

    async def remember(self, *servers: Server) -> None:
        self.calm = {server.name: await self._vitals(server) for server in servers}

    async def _vitals(self, server: Server) -> Vitals:
        assert server.pid is not None
        return vitals_of(server.pid, await asyncio.to_thread(server.is_ready))

    def api(self, name: str = "api", **more: str) -> Server:
        """Not started yet; `more` goes into its environment."""
        port = free_port()
        return self._server(name, ("api",), port, {"DUBAN_PORT": str(port), **more})

    def projections(self, **more: str) -> Server:
        port = free_port()
        ports = {"DUBAN_HEALTH_PORT": str(port), **more}
        return self._server("projections", ("worker", "projections"), port, ports)

    def environment(self) -> dict[str, str]:
        return {
            "MONGO_URL": self.settings.mongo_url,
            "KAFKA_BOOTSTRAP_SERVERS": self.settings.kafka_bootstrap_servers,
            "DUBAN_SPACE": self.settings.space,
            "DUBAN_VAULT_KEY_FILE": str(self.settings.vault_key_file),
        }

    def _server(self, name: str, role: Sequence[str], port: int, more: Mapping[str, str]) -> Server:
        server = Server(
            name=name,
            argv=[*SERVE, *role, "--services", DIRECTORY.name],
            log=self.logs / f"{name}.log",
            is_ready=lambda: answers(f"{url(port)}/readyz"),
            environment={**self.environment(), **more},
        )
        self.servers.append(server)
        return server

    async def evidence(self, within: float = HEALS_WITHIN, consumers: bool = False) -> Evidence:
        """`consumers`: when its projections run."""
        definition = DIRECTORY if consumers else LOG_ALONE
        collector = Collector(self.connections, [definition])
        await collector.quiet(within)
        known = {server.name: server for server in self.servers}
        vitals = {name: (was, await self._vitals(known[name])) for name, was in self.calm.items()}
        return replace(await collector.collect(), vitals=vitals)

    async def objections(self, consumers: bool = False) -> list[Finding]:
        found = findings(await self.evidence(consumers=consumers), self.history)
        report(self.history, found)
        return found


@asynccontextmanager
async def office(store: str, bus: str, space: str, folder: Path) -> AsyncIterator[Office]:
    """Its processes are killed at the end, whatever state they are in."""
    settings = ServiceSettings(
        mongo_url=store,
        kafka_bootstrap_servers=bus,
        space=space,
        vault_key_file=folder / "vault.key",
        signing_keys=put_keys(folder / "signing"),
    )
    access = broker_access(settings)
    await asyncio.to_thread(create_topics, access, topics_in(Namespace(space)))
    async with connect(store) as client:
        made = Office(settings, Connections(access, client, Namespace(space), keys=KEYS), folder)
        try:
            yield made
        finally:
            for server in made.servers:
                server.kill()


async def started(server: Server) -> Server:
    server.launch()
    await asyncio.to_thread(server.wait_until_ready)
    return server


def answers(address: str) -> bool:
    with suppress(httpx.HTTPError):
        return httpx.get(address, timeout=5, trust_env=False).is_success
    return False


def port_of(server: Server) -> int:
    return int(server.environment["DUBAN_PORT"])


@dataclass
class Callers:
    """Each changes a unit of his own and one that all share, and asks again under the same key
    until he is told what became of it."""

    office: Office
    servers: Sequence[Server]
    callers: int = 4
    acknowledged: int = 0
    _working: asyncio.Future[Any] = field(init=False)
    refused: int = 0
    """How often the answer was 503."""
    passing: frozenset[str] = BUSY
    """Rules by which a caller is refused for the moment only."""
    issued: Callable[[], int] = lambda: int(time.time())
    """When the identity provider says that it is, in seconds."""
    run: str = field(default_factory=lambda: "".join(random.choices(string.ascii_lowercase, k=6)))
    """Letters alone, for it is a part of names and codes, whose forms count digits."""

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator["Callers"]:
        stop = asyncio.Event()
        async with httpx.AsyncClient(timeout=30, trust_env=False) as http:
            await self._ask(http, 0, f"{self.run}-city", "/units", CITY)
            await self._ask(http, 0, f"{self.run}-shared", "/units", registered("u-shared"))
            self._working = asyncio.gather(
                *[self._call(http, n, stop) for n in range(self.callers)]
            )
            try:
                yield self
            except BaseException:
                self._working.cancel()
                raise
            finally:
                stop.set()
            async with asyncio.timeout(HEALS_WITHIN):
                await self._working

    async def hear(self, more: int = 10) -> None:
        wanted = self.acknowledged + more
        await eventually(
            lambda: self.acknowledged >= wanted or self._working.done(), within=HEALS_WITHIN
        )
        assert not self._working.done(), "somebody was told what nobody may be told"

    async def _call(self, http: httpx.AsyncClient, number: int, stop: asyncio.Event) -> None:
        own, asked = f"u-own-{self.run}-{number}", 0
        while not stop.is_set():
            key = f"{self.run}-{number}-{asked}"
            if asked == 0:
                await self._ask(http, number, key, "/units", registered(own))
            else:
                unit = "u-shared" if asked % 3 == 0 else own
                await self._ask(http, number, key, f"/units/{unit}/changes", changed(key, asked))
            asked += 1

    async def _ask(
        self, http: httpx.AsyncClient, number: int, key: str, path: str, body: Any
    ) -> None:
        history, command = self.office.history, ids.http_command(ADMIN, key)
        while True:
            bearer = {"Authorization": f"Bearer {self._token()}"}
            server = self.servers[number % len(self.servers)]
            address = f"{url(port_of(server))}/directory/v1{path}"
            history.note("invoke", command)
            try:
                answer = await http.post(
                    address, json=body, headers={**bearer, "Idempotency-Key": key}
                )
            except httpx.TransportError as error:
                history.note("unknown", command, why=repr(error))
                await asyncio.sleep(0.05)
                continue
            if self._heard(command, answer):
                return
            await asyncio.sleep(0.05)

    def _token(self) -> str:
        settings = self.office.settings
        return development_token(
            settings.jwt_secret.get_secret_value(),
            ADMIN,
            issuer=settings.jwt_issuer,
            audience=settings.jwt_audience,
            issued=self.issued(),
        )

    def _heard(self, command: str, answer: httpx.Response) -> bool:
        """Whether this was the last word."""
        said = answer.json()
        if answer.is_success:
            done = {"stream": said["stream"], "version": said["version"]}
            self.office.history.note("ok", command, **done, facts=tuple(said["facts"]))
            self.acknowledged += 1
            return True
        final = said["rule"] not in self.passing
        self.refused += answer.status_code == httpx.codes.SERVICE_UNAVAILABLE
        assert not final or answer.status_code == httpx.codes.CONFLICT, said
        self.office.history.note("fail" if final else "unknown", command, why=said["rule"])
        return final


CITY = {
    "unit": "u-city",
    "title": "市政府",
    "short": "市",
    "level": "city",
    "agency": "u-city",
    "valid_from": "2024-01-01",
}


def registered(unit: str) -> dict[str, Any]:
    return {
        "unit": unit,
        "title": "市教育局",
        "short": "教育局",
        "level": "bureau",
        "parent": "u-city",
        "agency": "u-city",
        "valid_from": "2024-01-01",
    }


def changed(key: str, day: int) -> dict[str, Any]:
    """Another name each time, from a later day on."""
    return {
        "title": f"市教育局 {key}",
        "short": "教育局",
        "parent": "u-city",
        "valid_from": f"{2025 + day // 336:04}-{1 + day % 336 // 28:02}-{1 + day % 28:02}",
    }

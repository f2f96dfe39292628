"""One running installation with a small city in it: its APIs, clock, processes and data."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from pymongo import AsyncMongoClient

from shared.demo.stage import next_due
from shared.kafka.namespace import Namespace
from shared.kafka.topic_admin import admin_of, create_topics
from shared.kafka.topics import topics_in
from shared.kernel.calendar import BUSINESS_ZONE
from shared.ledger_import.client import Api
from shared.ledger_import.directory import load_directory
from shared.mongo.clock_store import ClockStore
from shared.mongo.connect import connect
from shared.ops.base.dev_tokens import token_for
from shared.service.processes.registry import SERVICES, definition_of
from shared.service.progress.lag import Lags
from shared.service.progress.simulation import Stepper
from shared.service.resources.connections import broker_access, connections_of
from shared.service.settings import ServiceSettings
from shared.testing.isolation import drop_databases
from shared.testing.signatures import put_keys
from tests.e2e.organisation import FOUNDER, directory
from tests.e2e.processes import Processes, processes

Directory = dict[str, list[dict[str, Any]]]
BEGINNING = "2025-01-06T09:00:00+08:00"


@dataclass(frozen=True)
class World:
    settings: ServiceSettings
    processes: Processes
    api: Api
    http: httpx.AsyncClient
    stepper: Stepper
    clock: ClockStore
    mongo: AsyncMongoClient[dict[str, Any]]
    began: int
    """In seconds of real time."""

    @property
    def space(self) -> Namespace:
        return Namespace(self.settings.space)

    async def settle(self) -> None:
        """Until everybody has caught up with everything."""
        await self.stepper.settle()

    async def now(self) -> datetime:
        return (await self.clock.now()).astimezone(BUSINESS_ZONE)

    async def until(self, moment: datetime) -> None:
        """Business time goes on, from one due moment to the next."""
        await self.stepper.advance(moment)

    async def pass_days(self, days: int) -> None:
        await self.until(await self.now() + timedelta(days=days))

    async def page(self, path: str) -> httpx.Response:
        """As the public sees it: no token, no script."""
        return await self.http.get(f"{self.processes.urls['site']}{path}")

    async def ask(self, method: str, path: str, who: str, **more: Any) -> httpx.Response:
        """One request to the API, as it is answered."""
        headers = {**self.bearer(who), **more.pop("headers", {})}
        url = f"{self.processes.urls['api']}{path}"
        return await self.http.request(method, url, headers=headers, **more)

    def bearer(self, who: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {token_for(who, self.settings)}"}


def settings_in(
    folder: Path, mongo_url: str, bootstrap: str, policies: Path = Path("deploy/policies")
) -> ServiceSettings:
    """Returns the settings of an installation of its own, whose keys lie in the folder."""
    return ServiceSettings(
        mongo_url=mongo_url,
        kafka_bootstrap_servers=bootstrap,
        space=f"e{uuid4().hex[:10]}",
        vault_key_file=folder / "vault.key",
        policies=policies,
        signing_keys=put_keys(folder / "signing"),
    )


@asynccontextmanager
async def running_world(
    settings: ServiceSettings, logs: Path, rows: Directory | None = None
) -> AsyncIterator[World]:
    """With its directory loaded; when it ends, nothing of it is left anywhere."""
    access, topics = broker_access(settings), topics_in(Namespace(settings.space))
    await asyncio.to_thread(create_topics, access, topics)
    mongo = connect(settings.mongo_url)
    running = processes(environment_of(settings), logs)
    try:
        await running.start()
        async with at_work(settings, running, mongo, rows or directory()) as world:
            yield world
    finally:
        await running.stop()
        await forget(settings, mongo)
        await mongo.close()


def environment_of(settings: ServiceSettings) -> dict[str, str]:
    return {
        "MONGO_URL": settings.mongo_url,
        "KAFKA_BOOTSTRAP_SERVERS": settings.kafka_bootstrap_servers,
        "DUBAN_SPACE": settings.space,
        "DUBAN_POLICIES": str(settings.policies),
        "DUBAN_VAULT_KEY_FILE": str(settings.vault_key_file),
        "DUBAN_CLOCK": "simulated",
        "DUBAN_CLOCK_BASE": BEGINNING,
        "DUBAN_CLOCK_RATE": "0",
    }


@asynccontextmanager
async def at_work(
    settings: ServiceSettings,
    running: Processes,
    mongo: AsyncMongoClient[dict[str, Any]],
    rows: Directory,
) -> AsyncIterator[World]:
    connections = connections_of(settings, mongo)
    lags = Lags(connections, [definition_of(name) for name in SERVICES])
    clock = ClockStore(connections.database("control"))
    api = Api(running.urls["api"], lambda sub: token_for(sub, settings))
    http = httpx.AsyncClient(timeout=60, trust_env=False)

    stepper = Stepper(clock, partial(next_due, connections), lags.look, patience=90)
    began = int(time.time())
    try:
        await load_directory(api, FOUNDER, rows, stepper.settle)
        yield World(settings, running, api, http, stepper, clock, mongo, began)
    finally:
        await lags.close()
        await http.aclose()
        await api.__aexit__()


async def forget(settings: ServiceSettings, mongo: AsyncMongoClient[dict[str, Any]]) -> None:
    await drop_databases(mongo, settings.space)

    def delete_topics() -> None:
        with admin_of(broker_access(settings)) as admin:
            admin.delete_topics([topic.name for topic in topics_in(Namespace(settings.space))])

    await asyncio.to_thread(delete_topics)

"""Runs the floor: its two processes, and the raw insert that stands for a command."""

import asyncio
import os
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from pymongo import ASCENDING

from bench.parts import Parts
from shared.kafka.broker_access import BrokerAccess
from shared.kafka.topic_admin import admin_of
from shared.mongo.connect import connect
from shared.ops.base.process import Server, tail

PARTITIONS = 12
FACT = {"type": "case.assigned.v1", "data": {"text": "y" * 300}}
START_WITHIN = 60.0


@dataclass
class Floor:
    database: Any
    servers: tuple[Server, ...]
    cases: int
    _versions: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def pids(self) -> tuple[int, ...]:
        return tuple(server.pid for server in self.servers if server.pid)

    async def send(self, number: int) -> tuple[str, int]:
        case = f"c{number % self.cases}"
        self._versions[case] += 1
        version = self._versions[case]
        document = {"case": case, "v": version, "events": [FACT]}
        await self.database.commits.insert_one(document)
        return case, version

    async def ready(self) -> None:
        """A fact comes through from one end to the other."""
        end = time.monotonic() + START_WITHIN
        while not await self.database.cases.find_one({"_id": "c0"}):
            if time.monotonic() > end:
                raise TimeoutError("\n".join(tail(server.log) for server in self.servers))
            if await self.database.state.find_one({"_id": "relay"}):
                await self.send(0)
            await asyncio.sleep(0.2)


PROGRAMS = {
    "relay": ("bench.floor.relay",),
    "projector": ("bench.floor.projector", "worker", "-l", "error", "--without-web"),
}


@asynccontextmanager
async def running_floor(parts: Parts, cases: int, label: str = "") -> AsyncIterator[Floor]:
    """Starts it; `label` tells one floor of a run from another."""
    name = f"{parts.space}_floor{label}"
    await asyncio.to_thread(create_topic, parts.kafka, name)
    client = connect(parts.mongo_url)
    database = client[name]
    await database.create_collection("cases")
    await database.commits.create_index([("case", ASCENDING), ("v", ASCENDING)], unique=True)
    floor = Floor(database, servers_of(parts, name), cases)
    try:
        for server in floor.servers:
            server.launch()
        await floor.ready()
        yield floor
    finally:
        for server in floor.servers:
            server.kill()
        await client.close()


def servers_of(parts: Parts, name: str) -> tuple[Server, ...]:
    environment = {
        "MONGO_URL": parts.mongo_url,
        "KAFKA": parts.kafka,
        "FLOOR": name,
        "FLOOR_FOLDER": str(parts.folder / "faust"),
        "PYTHONPATH": os.getcwd(),
    }
    return tuple(
        Server(
            f"floor-{role}",
            (sys.executable, "-m", *words),
            parts.folder / f"floor-{role}.log",
            lambda: True,
            environment,
        )
        for role, words in PROGRAMS.items()
    )


def create_topic(bootstrap: str, name: str) -> None:
    with admin_of(BrokerAccess(bootstrap)) as admin:
        request = {"num_partitions": PARTITIONS, "replication_factor": 1}
        admin.create_topics({name: request}, wait_for_metadata=True)

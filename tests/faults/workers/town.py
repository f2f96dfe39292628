"""A town of one small service: its workers are real processes, and a test says what the others tell
it, in which order and how often."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx

from shared.kafka.envelope import to_messages
from shared.kafka.message import Outgoing
from shared.kernel.messages import Event
from shared.mongo.clock_store import real_time
from shared.mongo.commits import commits_of
from shared.mongo.parking import ParkedCase, Parking
from shared.ops.base.ports import free_port
from shared.ops.installation.processes import url
from shared.ops.supervision.child import Child
from shared.ops.supervision.supervisor import Supervisor
from shared.service.resources.connections import Connections
from shared.testing.eventually import eventually
from shared.testing.faults.checkers import findings
from shared.testing.faults.collector import Collector
from shared.testing.faults.evidence import Evidence, Finding
from shared.testing.faults.history import History
from shared.testing.isolation import Tap
from shared.testing.signatures import put_keys
from shared.testing.stories import Story, numbered
from tests.e2e.processes import AT_ONCE
from tests.faults.toy import TOY

HEALS_WITHIN = 120.0
"""Seconds; the machine may be busy with other tests."""
SERVICE = TOY.name
ELSEWHERE = replace(TOY, name="intake", listens=frozenset(), projections=())
"""Only its log is looked at."""


def told(text: str, number: int = 1) -> Event:
    """A fact of intake that says so."""
    return numbered(number).model_copy(update={"label": text})


@dataclass
class Member:
    """One worker under a supervisor of its own."""

    child: Child
    supervisor: Supervisor
    task: asyncio.Task[None]
    address: str

    @property
    def pid(self) -> int:
        pid = self.supervisor.doing[self.child.name].pid
        assert pid is not None
        return pid

    @property
    def deaths(self) -> int:
        return self.supervisor.doing[self.child.name].restarts

    @property
    def last_exit(self) -> int | None:
        return self.supervisor.doing[self.child.name].last_exit

    def signal(self, number: signal.Signals) -> None:
        os.killpg(self.pid, number)

    async def is_ready(self) -> bool:
        async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
            try:
                return (await client.get(f"{self.address}/readyz")).is_success
            except httpx.HTTPError:
                return False


@dataclass
class Town:
    connections: Connections
    tap: Tap
    environment: Mapping[str, str]
    logs: Path
    members: dict[str, Member] = field(default_factory=dict)
    stories: dict[str, Story] = field(default_factory=dict)
    expected: set[tuple[str, str]] = field(default_factory=set)
    meddled: set[str] = field(default_factory=set)
    """Cases whose facts a test has put on the bus in another order, or broken."""

    # Workers

    async def join(self, ordinal: int = 0, name: str = "", **environment: str) -> Member:
        """Ready when it returns; with the same ordinal it waits until the one before is gone."""
        member = await self.begin(ordinal, name, **environment)
        await eventually(member.is_ready, within=HEALS_WITHIN, every=0.1)
        return member

    async def begin(self, ordinal: int = 0, name: str = "", **environment: str) -> Member:
        name, port = name or f"worker-{ordinal}", free_port()
        own = {**self.environment, **environment, "DUBAN_HEALTH_PORT": str(port)}
        argv = (sys.executable, "-m", "tests.faults.workers.worker")
        child = Child(name, argv, own, ordinal=ordinal)
        supervisor = Supervisor([child], self.logs, AT_ONCE)
        task = asyncio.create_task(supervisor.run())
        self.members[name] = Member(child, supervisor, task, url(port))
        await eventually(lambda: supervisor.doing[name].pid, within=HEALS_WITHIN)
        return self.members[name]

    async def leave(self, *names: str) -> None:
        gone = [self.members.pop(name) for name in names or list(self.members)]
        for member in gone:
            member.supervisor.stop()
        await asyncio.gather(*(member.task for member in gone))

    # What others tell

    async def recorded(self, case: str, *events: Event) -> list[Outgoing]:
        """In the log of intake, and not yet on the bus."""
        story = self.stories.setdefault(case, Story(f"intake-{case}"))
        document = story.tell(*events, case_id=case)
        await commits_of(self.connections.database("intake")).insert_one(dict(document))
        return to_messages(document)

    async def tell(self, case: str, *texts: str) -> None:
        """On the bus, one commit each."""
        for text in texts:
            await self.tap.put_raw(*await self.recorded(case, told(text)))

    # What came of it

    async def notes(self, case: str) -> list[str]:
        """In the order of the log."""
        commits = commits_of(self.connections.database(SERVICE)).find(
            {"stream": f"handling-{case}"}
        )
        return [
            fact["data"].get("text", "")
            async for commit in commits.sort("first", 1)
            for fact in commit["facts"]
        ]

    async def noted(self, *cases: str) -> int:
        wanted = {"stream": {"$in": [f"handling-{case}" for case in cases]}} if cases else {}
        return await commits_of(self.connections.database(SERVICE)).count_documents(wanted)

    async def passes(self, case: str, text: str) -> float:
        """Seconds from the bus to the log until a fact of that case was done."""
        before, began = await self.noted(case), time.monotonic()
        await self.tell(case, text)
        await eventually(lambda: self._more(case, before), within=HEALS_WITHIN, every=0.005)
        return time.monotonic() - began

    async def _more(self, case: str, before: int) -> bool:
        return await self.noted(case) > before

    async def heads(self) -> dict[str, ParkedCase]:
        """Of the reactions, by case."""
        consumer = self.connections.reactions_consumer(SERVICE)
        return {head.key: head for head in await self.all_heads() if head.consumer == consumer}

    async def all_heads(self) -> list[ParkedCase]:
        return await Parking(self.connections.database(SERVICE), real_time).cases()

    async def evidence(self) -> Evidence:
        """Intake has no relay here: nothing is announced of it."""
        collector = Collector(self.connections, [TOY, ELSEWHERE])
        quiet = Collector(self.connections, [TOY])
        await quiet.quiet(HEALS_WITHIN)
        evidence = await collector.collect()
        announced = {name: head for name, head in evidence.announced.items() if name == SERVICE}
        return replace(evidence, announced=announced, expected=frozenset(self.expected))

    async def objections(self) -> list[Finding]:
        found = findings(await self.evidence(), History())
        return [finding for finding in found if not self._is_ours(finding)]

    def _is_ours(self, finding: Finding) -> bool:
        """It is about the bus, on which a relay would not have put what the test has put there."""
        case = finding.place.partition("@")[0].removeprefix("intake-")
        by_relay = finding.rule in ("out of order", "not published")
        return finding.checker == "C3" and by_relay and case in self.meddled


@asynccontextmanager
async def a_town(connections: Connections, mongo_url: str, folder: Path) -> AsyncIterator[Town]:
    tap = Tap(connections)
    environment = {
        "DUBAN_SIGNING_KEYS": str(put_keys(folder / "signing")),
        "MONGO_URL": mongo_url,
        "KAFKA_BOOTSTRAP_SERVERS": ",".join(connections.access.servers),
        "DUBAN_SPACE": connections.namespace.name,
        "DUBAN_VAULT_KEY_FILE": str(folder / "vault.key"),
    }
    town = Town(connections, tap, environment, folder)
    try:
        yield town
    finally:
        for member in town.members.values():
            member.supervisor.stop()
            member.supervisor.stop()
        await asyncio.gather(*(member.task for member in town.members.values()))
        await tap.close()

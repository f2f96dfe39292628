"""Reminder on a real log and a real bus, at a time set by the test, with workers run by hand."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from bson import Timestamp
from pymongo.asynchronous.database import AsyncDatabase

from services.reminder.app import TIMER
from services.reminder.domain.projections import RUNNING_CLOCKS
from shared.contracts.case_event import CaseEvent
from shared.contracts.directory import PersonRegistered, PostFilled, UnitRegistered
from shared.contracts.handling import CaseReplied, TaskOpened
from shared.contracts.reminder import CaseEscalated, ReminderSent
from shared.kernel.log_position import Checkpoint, LogHead
from shared.kernel.messages import Event, Recorded
from shared.kernel.policy import Due
from shared.kernel.ports import Now
from shared.mongo.checkpoints import Checkpoints
from shared.mongo.clock_store import real_time
from shared.mongo.connect import Document
from shared.mongo.consumer_progress import ConsumerProgress
from shared.ops.base.dev_tokens import token_for
from shared.service.commands.runtime import ServiceRuntime
from shared.service.identity.actors_projection import ACTORS
from shared.service.processes.api import api_app
from shared.service.processes.composition import open_service
from shared.service.processes.registry import definition_of
from shared.service.progress.lag import Lags
from shared.service.resources.process_resources import ProcessResources, open_resources
from shared.service.settings import ServiceSettings
from shared.service.timers.freshness import Freshness
from shared.service.timers.scheduler import Ticking
from shared.testing.audit import MemoryTrail, two_sides
from shared.testing.fold import folded, recorded
from shared.testing.isolation import Tap, isolated
from shared.testing.signatures import put_keys
from shared.testing.stories import Story

MONDAY = datetime.fromisoformat("2025-03-03T01:00:00Z")
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
MARK: dict[str, Any] = {
    "agency": "u-city",
    "kind": "suggestion",
    "channel": "session",
    "period": "2025",
}


@dataclass
class FixedClock:
    """Business time as set by the test."""

    moment: datetime
    simulated: bool = False
    label: str = "real"

    def now(self) -> datetime:
        return self.moment


def case(number: int) -> str:
    return f"{number:032x}"


@dataclass
class Reminding:
    resources: ProcessResources
    runtime: ServiceRuntime
    clock: FixedClock
    tap: Tap
    timers: list[Ticking] = field(default_factory=list)

    @property
    def database(self) -> AsyncDatabase[Document]:
        return self.resources.database("reminder")

    def timer(self, real: Now = real_time) -> Ticking:
        """Returns a timer as another worker has it, whose machine may have another clock."""
        freshness = Freshness(self.resources, self.runtime.definition, real)
        self.timers.append(Ticking(TIMER, self.runtime, freshness))
        return self.timers[-1]

    async def get(self, path: str, as_: str) -> httpx.Response:
        transport = httpx.ASGITransport(
            api_app(self.resources, [self.runtime], *two_sides(MemoryTrail()))
        )
        sent = {"Authorization": f"Bearer {token_for(as_, self.resources.settings)}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://duban.test") as client:
            return await client.get(f"/reminder/v1{path}", headers=sent)

    async def close(self) -> None:
        await self.tap.close()
        for timer in self.timers:
            await timer.freshness.close()

    def due(self, rule: str = "reply") -> Due:
        policies = self.runtime.policies
        return policies.resolve("u-city", "suggestion", "session", MONDAY).due(rule, MONDAY)

    async def hear(self, event: CaseEvent, number: int = 1, version: int = 1) -> None:
        """Reacts to a fact of handling as the reactions worker does."""
        fact = Recorded(
            id=f"handling-{number}-{version}", stream=f"handling-{case(number)}", version=version,
            event=event, source="handling", agency="u-city", actor="p-1", recorded_at=MONDAY,
            correlation_id="c" * 32, case_id=case(number),
        )  # fmt: skip
        for reaction in self.runtime.definition.react(fact):
            await self.runtime.dispatch(reaction, fact)

    async def opened(self, number: int = 1, at: datetime = MONDAY) -> None:
        task = {"task": "a" * 12, "unit": "u-hou", "part": "lead", "due": self.due()}
        await self.hear(TaskOpened.model_validate({**MARK, "at": at, **task}), number)
        await self.project()

    async def replied(self, number: int, at: datetime) -> None:
        reply = {"number": "临建字〔2025〕1号", "letter": "A", "meaning": "solved", "on_time": True}
        work = {"task": "a" * 12, "unit": "u-hou", "part": "lead"}
        await self.hear(CaseReplied.model_validate({**MARK, "at": at, **work, **reply}), number, 2)
        await self.project()

    async def facts(self, number: int = 1) -> list[Event]:
        commits = await self.runtime.store.read(f"clocks-{case(number)}")
        return [fact.event for commit in commits for fact in recorded(commit)]

    async def reached(self, number: int = 1) -> list[ReminderSent | CaseEscalated]:
        """Returns the facts of rungs in their order."""
        facts = await self.facts(number)
        return [fact for fact in facts if isinstance(fact, ReminderSent | CaseEscalated)]

    async def rungs(self, number: int = 1) -> list[str]:
        return [fact.rung for fact in await self.reached(number)]

    async def project(self) -> None:
        """Folds the reminder's own facts as the projections worker does."""
        streams = await self.database["commits"].distinct("stream")
        facts = [
            fact
            for stream in streams
            for commit in await self.runtime.store.read(stream)
            for fact in recorded(commit)
        ]
        await self._replace("running_clocks_g1", folded(RUNNING_CLOCKS, facts))

    async def staffed(self, *facts: tuple[str, Event]) -> None:
        """Folds facts of the directory as the projections worker does."""
        versions: dict[str, int] = {}
        facts_of_directory = []
        for stream, event in facts:
            versions[stream] = versions.get(stream, 0) + 1
            facts_of_directory.append(of_directory(stream, versions[stream], event))
        await self._replace("actors_g1", folded(ACTORS, facts_of_directory))

    async def _replace(self, name: str, documents: dict[str, dict[str, Any]]) -> None:
        await self.database[name].delete_many({})
        if documents:
            await self.database[name].insert_many(list(documents.values()))

    async def caught_up(self) -> None:
        """Records that all groups of reminder have applied everything on the bus."""
        here = self.resources
        lags = Lags(here, [self.runtime.definition])
        progress = ConsumerProgress(here.database("control"))
        ends = await lags.ends()
        for group, topics in await lags.readings(self.runtime.definition):
            for (topic, partition), end in ends.items():
                if topic in topics:
                    progress.note(group, topic, partition, end)
        await progress.write()
        await lags.close()

    async def published(self) -> None:
        """Records that the relay of handling has published every commit."""
        database = self.resources.database("handling")
        [last] = await database["commits"].find().sort("seq", -1).limit(1).to_list()
        head = LogHead(last["_id"], last["hash"], seq_of(last))
        await Checkpoints(database).save(Checkpoint(None, last["seq"], head))

    async def unpublished(self, recorded: timedelta, stream: str = "handling-" + case(9)) -> None:
        """Records a commit of handling, `recorded` ago, that its relay did not publish."""
        story = Story(stream)
        story.tells(1)
        commit = {**story.documents[-1], "seq": Timestamp(0, 0)}
        at = real_time() - recorded
        commit["recorded_at"] = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        await self.resources.database("handling")["commits"].insert_one(commit)


def of_directory(stream: str, version: int, event: Event) -> Recorded:
    return Recorded(
        id=f"{stream}-{version}", stream=stream, version=version, event=event, source="directory",
        agency="u-city", actor="p-admin", recorded_at=MONDAY, correlation_id="k",
    )  # fmt: skip


def seq_of(commit: dict[str, Any]) -> list[int]:
    return [commit["seq"].time, commit["seq"].inc]


def posts(*held: tuple[str, str, date]) -> Sequence[tuple[str, Event]]:
    """Returns facts: the housing bureau, its people, and their posts with the first day."""
    unit = UnitRegistered.model_validate(
        {
            "at": MONDAY, "unit": "u-hou", "title": "住建局", "short": "住建", "level": "bureau",
            "agency": "u-city", "parent": None, "valid_from": "2020-01-01",
        }
    )  # fmt: skip
    filled = [
        PostFilled.model_validate(
            {"at": MONDAY, "unit": "u-hou", "role": role, "person": person, "valid_from": since}
        )
        for role, person, since in held
    ]
    people = [
        PersonRegistered.model_validate(
            {"at": MONDAY, "person": person, "title": person, "agency": "u-city"}
        )
        for _, person, _ in held
    ]
    return [
        *(("unit-u-hou", event) for event in (unit, *filled)),
        *((f"person-{each.person}", each) for each in people),
    ]


@asynccontextmanager
async def reminding(
    mongo_url: str, bootstrap: str, space: str, folder: Path
) -> AsyncIterator[Reminding]:
    settings = ServiceSettings(
        _env_file=None, mongo_url=mongo_url, kafka_bootstrap_servers=bootstrap, space=space,
        vault_key_file=folder / "vault.key", signing_keys=put_keys(folder / "signing"),
    )  # fmt: skip
    async with (
        isolated(mongo_url, bootstrap, space) as here,
        open_resources(settings, "reactions") as opened,
    ):
        clock = FixedClock(MONDAY)
        resources = replace(opened, clock=clock)  # type: ignore[arg-type]
        async with open_service(resources, definition_of("reminder")) as runtime:
            made = Reminding(resources, runtime, clock, Tap(here))
            try:
                yield made
            finally:
                await made.close()

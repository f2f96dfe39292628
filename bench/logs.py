"""The ways of writing one command's fact that are compared: the log, and its raw limits."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from bson.raw_bson import RawBSONDocument
from pymongo.asynchronous.database import AsyncDatabase

from shared.kernel.commit import Commit, Draft, NewFact, to_document
from shared.mongo.commits import commits_of, encoded
from shared.mongo.event_store import MongoEventStore
from shared.testing.signatures import sign

MONDAY = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
SAID = {
    "agency": "u-city", "kind": "suggestion", "channel": "session", "period": "2025", "round": 1,
    "task": "92330016d2f8", "unit": "u-housing", "by": "p-housing-handler", "phase": "before",
    "mode": "visit", "on": "2025-03-20",
    "summary": "当面听取领衔代表意见，介绍管网改造的工期与资金安排，商定现场踏勘的时间。" * 2,
}  # fmt: skip
GROUP = 64

Database = AsyncDatabase[dict[str, Any]]


def draft(stream: str, command: str, before: Commit | None = None) -> Draft:
    """One fact of a common kind."""
    return Draft(
        stream=stream,
        expected=before.last if before else 0,
        prev_hash=before.hash if before else "",
        command_id=command,
        fingerprint="f" * 64,
        facts=(NewFact("case.contacted.v1", MONDAY, SAID),),
        agency="u-city",
        actor="p-housing-handler",
        correlation_id="c" * 32,
        case_id=stream.partition("-")[2],
    )


def stream_of(case: int) -> str:
    return f"handling-{case:032x}"


class Log:
    """The event store, used as the command edge uses it: one at a time on each stream."""

    def __init__(self, database: Database) -> None:
        self.store = MongoEventStore(database, sign)
        self._heads: dict[str, Commit] = {}
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def prepare(self) -> None:
        await self.store.prepare()

    async def write(self, case: int, command: str) -> None:
        stream = stream_of(case)
        async with self._turns[stream]:
            before = self._heads.get(stream)
            self._heads[stream] = await self.store.append(draft(stream, command, before))


class RawInserts:
    """`insert_one` of the same bytes with majority and journal; nothing is checked."""

    def __init__(self, database: Database) -> None:
        self._raw = commits_of(database).database.get_collection(
            "raw", write_concern=commits_of(database).write_concern
        )

    async def prepare(self) -> None:
        await self._raw.insert_one({"_id": "first"})

    async def write(self, case: int, command: str) -> None:
        await self._raw.insert_one(document(case, command))

    async def write_group(self, cases: Sequence[int], command: str) -> None:
        documents = [document(case, f"{command}-{n}") for n, case in enumerate(cases)]
        await self._raw.insert_many(documents, ordered=False)


TEMPLATE = to_document(draft(stream_of(1), "0" * 36), MONDAY)


def document(case: int, command: str) -> RawBSONDocument:
    """Returns as many bytes as a commit has, without the work that makes it one."""
    return encoded({**TEMPLATE, "_id": f"{stream_of(case)}@{command}"})

"""Marks of what a person has seen: by case the last news at its opening, and a floor below which
all is seen (ADR 53)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pymongo import ASCENDING, DESCENDING, UpdateOne
from pymongo.asynchronous.database import AsyncDatabase

from services.portal.queries import Filter
from shared.kernel.errors import RuleViolated
from shared.kernel.moment import stamp
from shared.mongo.clock_store import real_time
from shared.mongo.connect import Document
from shared.mongo.read_models.reader import ReadCollection
from shared.mongo.transient import patiently
from shared.service.api.request_context import ServiceEdge

COLLECTION = "seen_marks"
DAYS_OF_NEWS = 30
"""Older news is seen, whether or not the case was opened."""
MOST_KEPT = 2_000
"""Marks of one person; with a further one the floor rises to the oldest."""
MOST_AT_ONCE = 2_000
DAY_SECONDS = 24 * 3600
TIDIED_SECONDS = 2 * DAYS_OF_NEWS * DAY_SECONDS
"""The store removes a mark so long after it was made: its news has long been too old to count."""
Seen = Mapping[str, str]
"""Case → its news (`news_at`) that was seen."""


@patiently
async def prepare(database: AsyncDatabase[Document]) -> None:
    marks = database[COLLECTION]
    await marks.create_index([("person", ASCENDING), ("at", DESCENDING)])
    await marks.create_index([("made", ASCENDING)], expireAfterSeconds=TIDIED_SECONDS)


@dataclass(frozen=True)
class Reader:
    """The marks of one person. `oldest`: the moment from which news counts."""

    person: str
    database: AsyncDatabase[Document]
    oldest: str

    @classmethod
    def of(cls, edge: ServiceEdge) -> "Reader":
        oldest = stamp(edge.now() - timedelta(days=DAYS_OF_NEWS))
        return cls(edge.actor.sub, edge.runtime.kept, oldest)

    async def unseen(self, cases: ReadCollection) -> Filter:
        """Returns the filter for the cases with news, by somebody else, since this person opened
        them last."""
        floor = self._floor(await self._marks.find_one({"_id": self.person}))
        rows = self._marks.find({"person": self.person, "at": {"$gt": floor}}).limit(MOST_KEPT)
        seen = {row["case"]: row["at"] async for row in rows}
        read = [
            case["_id"]
            async for case in cases.find({"_id": {"$in": sorted(seen)}}, {"news_at": 1})
            if case["news_at"] <= seen[case["_id"]]
        ]
        news = {"news_at": {"$gt": floor}, "news_by": {"$ne": self.person}}
        return {**news, "_id": {"$nin": sorted(read)}}

    async def seen_of(self, rows: Sequence[Document]) -> frozenset[str]:
        """Returns those of these cases that have no news for the person."""
        keys = [self.person, *(self._key(row["_id"]) for row in rows)]
        marks = [mark async for mark in self._marks.find({"_id": {"$in": keys}})]
        floor = self._floor(next((mark for mark in marks if mark["_id"] == self.person), None))
        seen = {mark["case"]: mark["at"] for mark in marks if "case" in mark}
        return frozenset(row["_id"] for row in rows if self._is_seen(row, floor, seen))

    async def saw(self, seen: Seen) -> None:
        """Keeps the marks, of which none goes back, and no more than `MOST_KEPT` of them."""
        if not seen:
            return
        made = real_time()
        await self._marks.bulk_write(
            [self._marked(case, at, made) for case, at in seen.items()], ordered=False
        )
        newest = [("at", DESCENDING), ("_id", ASCENDING)]
        beyond = self._marks.find({"person": self.person}).sort(newest).skip(MOST_KEPT).limit(1)
        async for mark in beyond:
            await self.saw_all(mark["at"])

    async def saw_all(self, until: str) -> None:
        """Raises the floor first: a crash before the marks below it are gone changes no answer."""
        raised = {"$max": {"until": until, "made": real_time()}}
        await self._marks.update_one({"_id": self.person}, raised, upsert=True)
        await self._marks.delete_many({"person": self.person, "at": {"$lte": until}})

    def _marked(self, case: str, at: str, made: datetime) -> UpdateOne:
        change = {"$max": {"at": at, "made": made}, "$set": {"person": self.person, "case": case}}
        return UpdateOne({"_id": self._key(case)}, change, upsert=True)

    def _is_seen(self, row: Mapping[str, Any], floor: str, seen: Seen) -> bool:
        since = max(floor, seen.get(row["_id"], ""))
        return bool(row["news_at"] <= since or row["news_by"] == self.person)

    def _floor(self, kept: Document | None) -> str:
        return max(self.oldest, kept["until"] if kept else "")

    def _key(self, case: str) -> str:
        return f"{self.person}|{case}"

    @property
    def _marks(self) -> Any:
        return self.database[COLLECTION]


async def news_in(cases: ReadCollection, conditions: Collection[Filter]) -> Seen:
    """Returns the news of the cases. Raises RuleViolated for more than `MOST_AT_ONCE`."""
    found = cases.find({"$and": list(conditions)}, {"news_at": 1}).limit(MOST_AT_ONCE + 1)
    news = {case["_id"]: case["news_at"] async for case in found}
    if len(news) > MOST_AT_ONCE:
        sentence = f"筛选出的未读超过 {MOST_AT_ONCE} 件，请缩小筛选范围，或不加筛选全部标为已读"
        raise RuleViolated("seen-too-many", sentence)
    return news


async def newest_of(cases: ReadCollection, conditions: Collection[Filter]) -> str | None:
    """Returns the newest news of the cases, None where there is no case."""
    first = [("news_at", DESCENDING)]
    newest = await cases.find_one({"$and": list(conditions)}, {"news_at": 1}, sort=first)
    return str(newest["news_at"]) if newest else None

"""The collection of browser sessions."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING
from pymongo.asynchronous.database import AsyncDatabase

from services.portal.console.sessions import Session
from shared.mongo.connect import Document
from shared.mongo.transient import patiently

COLLECTION = "browser_sessions"
TIDIED_SECONDS = 24 * 3600
"""Records that no process has ended are removed by the store so long after their absolute end; it
decides nothing."""


class MongoSessions:
    def __init__(self, database: AsyncDatabase[Document]) -> None:
        self._sessions = database[COLLECTION]

    @patiently
    async def prepare(self) -> None:
        await self._sessions.create_index([("person", ASCENDING), ("began", DESCENDING)])
        await self._sessions.create_index([("seen", ASCENDING)])
        await self._sessions.create_index([("until", ASCENDING)], expireAfterSeconds=TIDIED_SECONDS)

    async def put(self, session: Session) -> None:
        document = asdict(session)
        await self._sessions.insert_one({"_id": document.pop("id"), **document})

    async def find(self, id_: str) -> Session | None:
        return session_of(await self._sessions.find_one({"_id": id_}))

    async def note(self, id_: str, seen: datetime) -> None:
        await self._sessions.update_one({"_id": id_}, {"$max": {"seen": seen}})

    async def remove(self, id_: str) -> Session | None:
        return session_of(await self._sessions.find_one_and_delete({"_id": id_}))

    async def of_person(self, person: str) -> Sequence[str]:
        newest = [("began", DESCENDING), ("_id", ASCENDING)]
        cursor = self._sessions.find({"person": person}, {"_id": 1}).sort(newest)
        return [document["_id"] async for document in cursor]

    async def over(self, idle_since: datetime, now: datetime) -> Sequence[str]:
        ended = {"$or": [{"seen": {"$lte": idle_since}}, {"until": {"$lte": now}}]}
        return [document["_id"] async for document in self._sessions.find(ended, {"_id": 1})]


def session_of(document: dict[str, Any] | None) -> Session | None:
    if document is None:
        return None
    fields = {name: value for name, value in document.items() if name != "_id"}
    return Session(id=document["_id"], **{**fields, "token": bytes(fields["token"])})

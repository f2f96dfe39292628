"""The collection `requests`: leases and answers of requests with an Idempotency-Key."""

import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pymongo
from pymongo import ASCENDING, WriteConcern
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError, PyMongoError

from shared.http.idempotency import (
    LEASE_SECONDS,
    RETENTION_SECONDS,
    Finished,
    in_flight,
    other_request,
)
from shared.mongo.connect import Document
from shared.mongo.transient import patiently

RELEASE_SECONDS = 1.0


LIFE = secrets.token_hex(8)
"""The life of this process: another one begins with every start."""


@dataclass(frozen=True)
class Holder:
    """The process that holds a lease: its place (host and port) and its life."""

    place: str = ""
    life: str = LIFE

    def outlived(self, entry: Mapping[str, Any]) -> bool:
        """Returns whether the lease belongs to a process that was in this place before."""
        return bool(self.place) and entry["place"] == self.place and entry["life"] != self.life


class MongoRequests:
    """`real_time` is never the simulated clock: leases belong to processes. Writes need no
    majority: the log still answers for a lost entry. `place` is where the process listens: no two
    that live have the same one."""

    def __init__(
        self, database: AsyncDatabase[Document], real_time: Callable[[], datetime], place: str = ""
    ) -> None:
        self._holder = Holder(place)
        self._requests = database.get_collection("requests", write_concern=WriteConcern(1))
        self._real_time = real_time

    @patiently
    async def prepare(self) -> None:
        await self._requests.create_index([("expires", ASCENDING)], expireAfterSeconds=0)

    async def begin(self, name: str, digest: str, owner: str) -> Finished | None:
        while True:
            lease = self._lease(digest, owner)
            try:
                await self._requests.insert_one({"_id": name, **lease})
                return None
            except DuplicateKeyError:
                entry = await self._requests.find_one({"_id": name})
            if entry is None:
                continue
            if answer := answer_of(entry, digest, self._real_time(), self._holder):
                return answer
            expired = {"_id": name, "owner": entry["owner"], "answer": None}
            if (await self._requests.replace_one(expired, lease)).modified_count:
                return None

    async def finish(self, name: str, owner: str, answer: Finished) -> None:
        stored = {"status": answer.status, "body": answer.body, "headers": dict(answer.headers)}
        await self._requests.update_one({"_id": name, "owner": owner}, {"$set": {"answer": stored}})

    async def release(self, name: str, owner: str) -> None:
        with suppress(PyMongoError), pymongo.timeout(RELEASE_SECONDS):
            await self._requests.delete_one({"_id": name, "owner": owner, "answer": None})

    def _lease(self, digest: str, owner: str) -> Document:
        now = self._real_time()
        return {
            "digest": digest,
            "owner": owner,
            "place": self._holder.place,
            "life": self._holder.life,
            "until": now + timedelta(seconds=LEASE_SECONDS),
            "expires": now + timedelta(seconds=RETENTION_SECONDS),
            "answer": None,
        }


def answer_of(
    entry: Mapping[str, Any], digest: str, now: datetime, holder: "Holder"
) -> Finished | None:
    """Returns the finished answer; None when the lease has expired, or its process has died and
    this one has taken its place: then the log answers. Raises Refused (409, 422) as
    `Requests.begin`."""
    answer = entry["answer"]
    if not answer and (entry["until"] <= now or holder.outlived(entry)):
        return None
    if entry["digest"] != digest:
        raise other_request()
    if not answer:
        raise in_flight()
    return Finished(answer["status"], answer["body"], answer["headers"])

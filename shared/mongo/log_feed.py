"""The feed of a relay: the tail of the log, and after lost history the sweep that brings what the
tail missed."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Protocol

from bson import Timestamp
from pymongo.asynchronous.database import AsyncDatabase

from shared.mongo.change_tail import Change, ChangeTail, HistoryLost
from shared.mongo.checkpoints import Checkpoints
from shared.mongo.connect import Document
from shared.mongo.transient import is_transient

log = logging.getLogger(__name__)

OVERLAP_SECONDS = 3600
PAUSE_SECONDS = 0.5
MOST_REMEMBERED = 10_000


class Place(Protocol):
    """Where to go on: after the token, or, without one, by a sweep of what is not much older than
    `at`."""

    @property
    def token(self) -> Any: ...
    @property
    def at(self) -> Timestamp | None: ...


@dataclass(frozen=True, slots=True)
class Beyond:
    token: Any
    at: Timestamp | None


class LogFeed:
    def __init__(self, database: AsyncDatabase[Document]) -> None:
        self._tail = ChangeTail(database)
        self._checkpoints = Checkpoints(database)

    async def changes(self, begin: Place) -> AsyncGenerator[Change, None]:
        """Without end; whoever takes a change answers for it: it comes again only to the next
        caller."""
        place: Place = begin
        while True:
            try:
                async with aclosing(self._once(place)) as changes:
                    async for change in changes:
                        yield change
                        place = _beyond(place, change)
            except Exception as error:
                place = _after(error, place)
            await asyncio.sleep(PAUSE_SECONDS)

    async def _once(self, place: Place) -> AsyncGenerator[Change, None]:
        async with self._tail.open(place.token) as changes:
            swept: set[str] = set()
            if place.token is None:
                async for commit in self._swept(_an_hour_before(place.at)):
                    swept = swept if len(swept) < MOST_REMEMBERED else set()
                    swept.add(commit["_id"])
                    yield Change(commit, None, None)
            async for change in changes:
                known = change.commit is not None and change.commit["_id"] in swept
                yield Change(None, change.token, change.at) if known else change

    async def _swept(self, since: Timestamp) -> AsyncGenerator[Document, None]:
        """What came before the tail was opened, and some of what the tail will bring again."""
        await self._checkpoints.barrier()
        async for commit in self._tail.sweep(since):
            yield commit


def _beyond(place: Place, change: Change) -> Place:
    return Beyond(change.token, change.at or place.at) if change.token is not None else place


def _after(error: Exception, place: Place) -> Place:
    """Where to go on after the tail broke; what will not pass is raised."""
    if isinstance(error, HistoryLost):
        log.warning("the tail has lost its place, sweeping: %s", error)
        return Beyond(None, place.at)
    if not is_transient(error):
        raise error
    log.warning("the tail broke, opening it again: %s", error)
    return place


def _an_hour_before(at: Timestamp | None) -> Timestamp:
    return Timestamp(max(0, at.time - OVERLAP_SECONDS), 0) if at else Timestamp(0, 0)

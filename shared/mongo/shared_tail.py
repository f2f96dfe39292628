"""A shared tail: one change stream for all logs that a process publishes (ADR 70)."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from typing import Any

from pymongo import AsyncMongoClient
from pymongo.asynchronous.change_stream import AsyncChangeStream
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.errors import AutoReconnect, OperationFailure

from shared.cancelling import end
from shared.kernel.log_position import LogChange
from shared.mongo.change_tail import ENDINGS, HistoryLost, changed, lost_history
from shared.mongo.commits import COMMITS, UNAUTHORIZED
from shared.mongo.connect import Document
from shared.mongo.transient import is_transient, patiently
from shared.pauses import waiting_out

MOST_WAITING = 2_000
"""Changes that a relay may leave; a slower one begins again at its own token."""
BEAT_SECONDS = 1.0
"""So often every relay is told how far the stream is, also while others write."""

ATTENDANCE = "."
"""The name of the place that is no relay's: no database has a point in its name."""

Token = Mapping[str, Any]


class Place:
    """The place of one relay: the token after which it reads, and the changes that wait for it.

    Tokens of one deployment are ordered as their texts are.
    """

    def __init__(self, after: Token | None) -> None:
        self.after = after
        self._waiting: asyncio.Queue[LogChange | BaseException] = asyncio.Queue()

    @property
    def position(self) -> str:
        return str(self.after["_data"]) if self.after else ""

    def put(self, change: LogChange) -> None:
        """Adds a change that is beyond the place, or a heartbeat at it. Raises AutoReconnect for a
        relay too slow."""
        token = str(change.token["_data"]) if change.token else ""
        if token < self.position or (change.commit and token == self.position):
            return
        if self._waiting.qsize() >= MOST_WAITING:
            raise AutoReconnect("the relay leaves too many changes")
        self.after = change.token
        self._waiting.put_nowait(change)

    def fail(self, error: BaseException) -> None:
        """Ends the changes after those that wait."""
        self._waiting.put_nowait(error)

    async def changes(self) -> AsyncIterator[LogChange]:
        while True:
            item = await self._waiting.get()
            if isinstance(item, BaseException):
                raise item
            yield item


class SharedTail:
    """Reads the logs in some databases by one change stream, for one relay each."""

    def __init__(
        self,
        client: AsyncMongoClient[Document],
        databases: Collection[str],
        heartbeat_ms: int = 1_000,
    ) -> None:
        self._client = client
        self._pipeline = _pipeline(databases)
        self._heartbeat_ms = heartbeat_ms
        self._places: dict[str, Place] = {}
        self._reading: asyncio.Task[None] | None = None
        self._position: Token | None = None
        self._listeners: dict[str, Callable[[LogChange], None]] = {}
        self._changing = asyncio.Lock()

    @patiently
    async def is_allowed(self) -> bool:
        """Returns whether the account may watch the whole deployment. Raises PyMongoError."""
        try:
            async with await self._client.watch(self._pipeline, max_await_time_ms=1):
                return True
        except OperationFailure as error:
            if error.code == UNAUTHORIZED:
                return False
            raise

    def listen(self, database: str, listener: Callable[[LogChange], None]) -> None:
        """Has the listener called with every change of the log and every heartbeat, before any
        relay has them."""
        self._listeners[database] = listener

    async def attend(self) -> None:
        """Reads for the listeners for ever, also while another process has the relays; after an
        error that passes it goes on where it was. Raises PyMongoError."""
        last: Token | None = None

        async def listening() -> None:
            nonlocal last
            async with self.open(ATTENDANCE, last) as changes:
                async for _ in changes:
                    last = self._position

        def passes(error: BaseException) -> bool:
            nonlocal last
            lost = isinstance(error, HistoryLost)
            last = None if lost else self._position or last
            return lost or is_transient(error)

        await waiting_out(listening, passes, "the tail for listeners")

    @asynccontextmanager
    async def open(
        self, database: str, after: Token | None = None
    ) -> AsyncIterator[AsyncIterator[LogChange]]:
        """Yields the changes of one log after the token, or from now on. Raises as `ChangeTail`."""
        place = Place(after)
        try:
            async with self._changing:
                await self._enter(database, place)
            yield place.changes()
        finally:
            async with self._changing:
                await self._leave(database, place)

    async def _enter(self, database: str, place: Place) -> None:
        """A stream that is beyond the place ends before the place is known to it, and would move
        it."""
        goes_on = self._goes_on_for(place)
        if not goes_on:
            await self._end()
        self._places[database] = place
        if not goes_on:
            await self._begin()
        if place.after is None:
            place.after = self._position

    def _goes_on_for(self, place: Place) -> bool:
        if self._reading is None or self._reading.done():
            return False
        position = str(self._position["_data"]) if self._position else ""
        return place.after is None or place.position >= position

    async def _end(self) -> None:
        if self._reading:
            await end([self._reading])

    async def _leave(self, database: str, place: Place) -> None:
        if self._places.get(database) is place:
            del self._places[database]
        if not self._places:
            await self._end()

    async def _begin(self) -> None:
        """Opens the stream at the earliest of all places; others skip what they have. A place that
        is lost is lost to its own relay."""
        self._position = None
        session = self._client.start_session(causal_consistency=False)
        try:
            stream = await self._watch_earliest(session)
        except BaseException as error:
            await session.end_session()
            passes = AutoReconnect("the stream was not opened")
            self._fail_all(error if isinstance(error, Exception) else passes)
            raise
        self._position = stream.resume_token
        self._reading = asyncio.create_task(self._read(stream, session))

    async def _watch_earliest(self, session: AsyncClientSession) -> AsyncChangeStream[Document]:
        while True:
            known = {name: place for name, place in self._places.items() if place.after}
            first = min(known, key=lambda name: known[name].position, default=None)
            try:
                return await self._watch(known[first].after if first else None, session)
            except HistoryLost as error:
                if first is None:
                    raise
                self._give_up(first, error)

    async def _watch(
        self, after: Token | None, session: AsyncClientSession
    ) -> AsyncChangeStream[Document]:
        with lost_history():
            return await self._client.watch(
                self._pipeline,
                resume_after=after,
                max_await_time_ms=self._heartbeat_ms,
                session=session,
            )

    async def _read(self, stream: AsyncChangeStream[Document], session: AsyncClientSession) -> None:
        try:
            async with session, stream:
                await self._route_for_ever(stream, session)
        except Exception as error:
            self._fail_all(error)

    async def _route_for_ever(
        self, stream: AsyncChangeStream[Document], session: AsyncClientSession
    ) -> None:
        beaten = time.monotonic()
        while stream.alive:
            with lost_history():
                change = await stream.try_next()
            if change is not None:
                self._position = change["_id"]
                self._route(change)
                if time.monotonic() - beaten < BEAT_SECONDS:
                    continue
            elif not stream.alive or stream.resume_token is None:
                continue
            else:
                self._position = stream.resume_token
            beaten = time.monotonic()
            self._beat(LogChange(None, self._position, session.operation_time))
        raise HistoryLost("the change stream has ended")

    def _route(self, change: Document) -> None:
        database = change["ns"]["db"]
        try:
            found = changed(change)
            if listener := self._listeners.get(database):
                listener(found)
            if place := self._places.get(database):
                place.put(found)
        except (HistoryLost, AutoReconnect) as error:
            self._give_up(database, error)

    def _beat(self, heartbeat: LogChange) -> None:
        for listener in self._listeners.values():
            listener(heartbeat)
        for database, place in list(self._places.items()):
            try:
                place.put(heartbeat)
            except AutoReconnect as error:
                self._give_up(database, error)

    def _give_up(self, database: str, error: BaseException) -> None:
        if place := self._places.pop(database, None):
            place.fail(error)

    def _fail_all(self, error: BaseException) -> None:
        for database in list(self._places):
            self._give_up(database, error)


def _pipeline(databases: Collection[str]) -> list[Document]:
    return [
        {
            "$match": {
                "ns.db": {"$in": sorted(databases)},
                "operationType": {"$in": ["insert", *ENDINGS]},
                "$or": [{"ns.coll": COMMITS}, {"ns.coll": {"$exists": False}}],
            }
        }
    ]

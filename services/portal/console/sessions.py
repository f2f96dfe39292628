"""Sessions of browsers: begun, found, kept alive and ended by their record and a clock."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from services.portal.console.secret import Secret
from services.portal.console.sign_in import SignedIn

NOTED_EVERY = 30
"""The last request of a session is stored once in a thirtieth of the idle time at most."""


@dataclass(frozen=True)
class Session:
    """A stored record. `until` is its absolute end; `token` is sealed by the browser's secret."""

    id: str
    person: str
    token: bytes
    began: datetime
    seen: datetime
    until: datetime


@dataclass(frozen=True)
class Live:
    """A session that lasts, with the opened token of its person."""

    secret: Secret
    session: Session
    token: str


class Store(Protocol):
    """The stored records; `session_store.MongoSessions` keeps them. Raises PyMongoError."""

    async def put(self, session: Session) -> None:
        """Returns when a majority has the record."""
        ...

    async def find(self, id_: str) -> Session | None: ...

    async def note(self, id_: str, seen: datetime) -> None:
        """Stores a later request; a record that is gone stays gone."""
        ...

    async def remove(self, id_: str) -> Session | None:
        """Returns the record to one of several callers, and None to the others."""
        ...

    async def of_person(self, person: str) -> Sequence[str]:
        """Returns the ids of a person's records, the newest first."""
        ...

    async def over(self, idle_since: datetime, now: datetime) -> Sequence[str]:
        """Returns ids of records last seen before `idle_since`, or whose end has come."""
        ...


@dataclass(frozen=True)
class Bounds:
    """`most`: live sessions of one person."""

    idle: timedelta
    longest: timedelta
    most: int


class Sessions:
    """`now` is real time: tokens and browsers know no other."""

    def __init__(self, store: Store, bounds: Bounds, now: Callable[[], datetime]) -> None:
        self._store, self.bounds, self._now = store, bounds, now

    async def begin(self, signed_in: SignedIn) -> Live:
        """Returns a new session, whose record is stored: its cookie may be sent."""
        now, secret = self._now(), Secret.new()
        until = min(now + self.bounds.longest, signed_in.until)
        sealed = secret.sealed(signed_in.token)
        session = Session(secret.id, signed_in.person, sealed, now, now, until)
        await self._store.put(session)
        return Live(secret, session, signed_in.token)

    async def end_oldest(self, person: str) -> list[Session]:
        """Removes the oldest sessions of a person who has too many, and returns those that this
        call has removed; killed before, the next sign-in does that."""
        too_many = (await self._store.of_person(person))[self.bounds.most :]
        removed = [await self._store.remove(each) for each in too_many]
        return [session for session in removed if session]

    async def find(self, secret: Secret) -> Live | None:
        """Returns the session; None for one that is over, also where its record is still there."""
        session = await self._store.find(secret.id)
        if session is None or self._is_over(session):
            return None
        token = secret.opened(session.token)
        return Live(secret, session, token) if token else None

    async def keep_alive(self, live: Live) -> Live:
        """Returns the session as used now; stores that once in a while only."""
        now = self._now()
        if now - live.session.seen < self.bounds.idle / NOTED_EVERY:
            return live
        await self._store.note(live.session.id, now)
        return replace(live, session=replace(live.session, seen=now))

    async def end(self, live: Live) -> bool:
        """Returns whether this call ended it: two may try."""
        return await self._store.remove(live.session.id) is not None

    async def expire(self) -> list[Session]:
        """Removes the sessions that are over, and returns those that this call has removed."""
        now = self._now()
        over = await self._store.over(now - self.bounds.idle, now)
        removed = [await self._store.remove(each) for each in over]
        return [session for session in removed if session]

    def ends_at(self, session: Session) -> datetime:
        """Returns the moment of its end, if no request comes."""
        return min(session.until, session.seen + self.bounds.idle)

    def _is_over(self, session: Session) -> bool:
        return self.ends_at(session) <= self._now()

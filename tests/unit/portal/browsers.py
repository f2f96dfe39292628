"""Sessions of browsers in memory, and a clock that a test moves."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from services.portal.console.sessions import Session
from shared.mongo.clock_store import real_time


class Watch:
    """Real time, moved by the test."""

    def __init__(self) -> None:
        self.moved = timedelta()

    def now(self) -> datetime:
        return real_time() + self.moved

    def elapsed(self) -> float:
        """Returns the seconds by which the test has moved it: they do not run by themselves."""
        return self.moved.total_seconds()

    def later(self, **by: float) -> None:
        self.moved += timedelta(**by)


class MemorySessions:
    def __init__(self) -> None:
        self.kept: dict[str, Session] = {}
        self.notes = 0

    async def put(self, session: Session) -> None:
        self.kept[session.id] = session

    async def find(self, id_: str) -> Session | None:
        return self.kept.get(id_)

    async def note(self, id_: str, seen: datetime) -> None:
        self.notes += 1
        if session := self.kept.get(id_):
            self.kept[id_] = replace(session, seen=max(seen, session.seen))

    async def remove(self, id_: str) -> Session | None:
        return self.kept.pop(id_, None)

    async def of_person(self, person: str) -> Sequence[str]:
        own = [each for each in self.kept.values() if each.person == person]
        return [each.id for each in sorted(own, key=lambda each: each.began, reverse=True)]

    async def over(self, idle_since: datetime, now: datetime) -> Sequence[str]:
        return [k for k, s in self.kept.items() if s.seen <= idle_since or s.until <= now]

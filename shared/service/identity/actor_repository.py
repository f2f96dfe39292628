"""Finds actors and holders of posts, anew for every request, so that changes take effect."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from shared.kernel.access import ADMINISTRATORS
from shared.kernel.actor import Actor, Post
from shared.kernel.calendar import business_day
from shared.kernel.organisation import DirectoryEntry, Organisation, founder


class Entries(Protocol):
    """The `actors` read model."""

    async def about(self, sub: str) -> Sequence[DirectoryEntry]:
        """Returns the person or client, its delegators, the units of their posts and all above."""
        ...

    async def above(self, unit: str) -> Sequence[DirectoryEntry]:
        """Returns the unit and all units above it."""
        ...

    async def one(self, sub: str) -> Sequence[DirectoryEntry]:
        """Returns the entry of the person, if there is one."""
        ...

    async def names(self, role: str) -> bool:
        """Returns whether some unit has, or had, a post with the role."""
        ...


@dataclass(frozen=True)
class ActorRepository:
    """`bootstrap` enters the organisation until the directory names each of the three
    administrators (None: no subject may)."""

    service: str
    entries: Entries
    bootstrap: str | None = None

    async def actor_of(self, sub: str, at: datetime) -> Actor | None:
        """Returns the actor at a moment; None if the directory does not name the subject."""
        # Before the entries: an administrator named in between would have no rights at all.
        if sub == self.bootstrap and self.service == "directory" and not await self._is_founded():
            return founder(sub)
        return await self._actor_on(sub, business_day(at))

    async def _is_founded(self) -> bool:
        """Returns whether each of the three administrators is named."""
        return all([await self.entries.names(role) for role in sorted(ADMINISTRATORS)])

    async def holder_of(self, role: str, unit: str, on: date) -> str | None:
        """Returns the holder of a role on a day, at the unit or the nearest one above."""
        return Organisation.on(on, await self.entries.above(unit)).holder(role, unit)

    async def delegates_of(self, person: str, role: str, unit: str, on: date) -> tuple[str, ...]:
        """Returns the people who act on a day for the person, who holds the role at the unit or
        above it; as far as they still may act for others."""
        above = Organisation.on(on, await self.entries.above(unit)).path(unit)
        named = Organisation.on(on, await self.entries.one(person)).delegates_of(person)
        posts = {each: await self._represented(each, person, on) for each in sorted(named)}
        return tuple(
            each
            for each, held in posts.items()
            if any(post.role == role and post.unit in above for post in held)
        )

    async def _represented(self, delegate: str, person: str, on: date) -> tuple[Post, ...]:
        """Returns the person's posts in which the delegate acts."""
        actor = await self._actor_on(delegate, on)
        return actor.in_posts_of({person}).posts if actor else ()

    async def _actor_on(self, sub: str, on: date) -> Actor | None:
        return Organisation.on(on, await self.entries.about(sub)).actor(sub)


@dataclass(frozen=True)
class StoredEntries:
    """Reads the live collection (motor), which `live()` returns anew after a rebuild."""

    live: Callable[[], Awaitable[Any]]

    async def about(self, sub: str) -> Sequence[DirectoryEntry]:
        collection = await self.live()
        name = collection.name
        persons = await collection.aggregate(
            [
                {"$match": {"$or": [{"_id": sub}, {"delegates": sub}]}},
                {"$lookup": _lookup(name)},
                {"$graphLookup": _upwards(name, "$units._id")},
                {"$project": {"units": 0}},
            ]
        ).to_list(None)
        return [entry for person in persons for entry in (person, *person["above"])]

    async def above(self, unit: str) -> Sequence[DirectoryEntry]:
        collection = await self.live()
        start = [{"$match": {"_id": unit}}, {"$graphLookup": _upwards(collection.name, "$_id")}]
        units = await collection.aggregate(start).to_list(None)
        return [entry for lowest in units for entry in lowest["above"]]

    async def one(self, sub: str) -> Sequence[DirectoryEntry]:
        entries: Sequence[DirectoryEntry] = await (await self.live()).find({"_id": sub}).to_list(1)
        return entries

    async def names(self, role: str) -> bool:
        return await (await self.live()).find_one({"roles": role}, {"_id": 1}) is not None


def _lookup(name: str) -> dict[str, str]:
    return {"from": name, "localField": "_id", "foreignField": "holders", "as": "units"}


def _upwards(name: str, start: str) -> dict[str, str]:
    return {
        "from": name,
        "startWith": start,
        "connectFromField": "parents",
        "connectToField": "_id",
        "as": "above",
    }

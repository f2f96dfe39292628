"""Directory look-up: the units, people and regions that a command names (ADR 14)."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from datetime import date
from typing import Any, Protocol, TypeVar

from shared.kernel.decider import Decider
from shared.kernel.messages import Command, Event, InformedCommand
from shared.kernel.organisation import DirectoryEntry, Organisation
from shared.kernel.ports import EventStore
from shared.service.commands.state_cache import StateCache
from shared.service.definition import ServiceDefinition
from shared.service.identity.actors_projection import derive, folded

C = TypeVar("C", bound=Command)

STREAMS = {"u": "unit", "p": "person", "c": "client"}
"""Prefix of the stream by the first letter of an id."""


def decide_nothing(command: Command, entry: DirectoryEntry) -> Sequence[Event]:
    """Returns no event: entries of the directory are only folded here."""
    return []


ENTRY = Decider[Command, DirectoryEntry, Event]({}, decide_nothing, folded)


class Source(Protocol):
    """A source of directory entries."""

    async def entries(self, names: Collection[str]) -> Sequence[DirectoryEntry]: ...

    async def places_of(self, people: Collection[str]) -> set[str]:
        """Returns the ids of all units in which these people have, or had, posts."""
        ...

    async def in_region(self, region: str) -> DirectoryEntry | None:
        """Returns any unit of the region; None when it has none."""
        ...

    async def below(self, units: Collection[str]) -> set[str]:
        """Returns the ids of the units directly below these, also of former ones."""
        ...


class DirectoryLookup:
    def __init__(self, source: Source) -> None:
        self._source = source

    async def informed(self, command: C) -> C:
        """Returns the command with the entries that it names and all units above them."""
        if not isinstance(command, InformedCommand):
            return command
        regions = [self._source.in_region(region) for region in command.regions()]
        places = await self._source.places_of(sorted(command.post_holders()))
        staff = await self._staff(command.workplaces())
        entries, units = await asyncio.gather(
            self._with_units_above({name for name in command.named() if name} | places | staff),
            asyncio.gather(*regions),
        )
        organisation = Organisation.on(command.day, [*entries, *(unit for unit in units if unit)])
        return command.model_copy(update={"organisation": organisation})

    async def staffed(self, units: Iterable[str], day: date) -> Organisation:
        """Returns the units with all above and below them, and those who hold posts there."""
        return Organisation.on(day, await self._with_units_above(await self._staff(units)))

    async def _staff(self, units: Iterable[str]) -> set[str]:
        """Returns the units, all below them, and the people who hold or held posts there."""
        places, level = set[str](), set(units)
        while level:
            places |= level
            level = await self._source.below(level) - places
        entries = await self._source.entries(places) if places else ()
        return places | {person for entry in entries for person in entry["holders"]}

    async def _with_units_above(self, names: set[str]) -> list[DirectoryEntry]:
        entries: list[DirectoryEntry] = []
        visited: set[str] = set()
        while names:
            level = await self._source.entries(names)
            entries += level
            visited |= names
            names = {parent for entry in level for parent in entry["parents"]} - visited
        return entries


async def places_of(actors: Any, people: Collection[str]) -> set[str]:
    if not people:
        return set()
    units = await actors.find({"holders": {"$in": list(people)}}).to_list(None)
    return {unit["_id"] for unit in units}


class FromReadModel:
    """Reads the service's `actors`, as far as the bus has come; `at_least` waits for more."""

    def __init__(self, live: Callable[[], Awaitable[Any]]) -> None:
        self._live = live

    async def entries(self, names: Collection[str]) -> Sequence[DirectoryEntry]:
        actors = await self._live()
        entries: Sequence[DirectoryEntry] = await actors.find(
            {"_id": {"$in": sorted(names)}}
        ).to_list(None)
        return entries

    async def places_of(self, people: Collection[str]) -> set[str]:
        return await places_of(await self._live(), people)

    async def below(self, units: Collection[str]) -> set[str]:
        actors = await self._live()
        found = await actors.find({"parents": {"$in": sorted(units)}}).to_list(None)
        return {unit["_id"] for unit in found}

    async def in_region(self, region: str) -> DirectoryEntry | None:
        actors = await self._live()
        unit: DirectoryEntry | None = await actors.find_one({"directory.region": region})
        return unit


class FromLog:
    """Reads the directory's own log with majority: an entry counts once it is registered,
    also while the bus is away."""

    def __init__(self, store: EventStore, actors: Callable[[], Awaitable[Any]]) -> None:
        self._states = StateCache(store)
        self._actors = actors

    async def entries(self, names: Collection[str]) -> Sequence[DirectoryEntry]:
        return [await self._entry(name) for name in sorted(names)]

    async def places_of(self, people: Collection[str]) -> set[str]:
        """Finds the units in the read model; their posts are read from the log."""
        return await places_of(await self._actors(), people)

    async def in_region(self, region: str) -> DirectoryEntry | None:
        raise NotImplementedError("no command of the directory names a region")

    async def below(self, units: Collection[str]) -> set[str]:
        raise NotImplementedError("no command of the directory asks for the posts of a unit")

    async def _entry(self, name: str) -> DirectoryEntry:
        loaded = await self._states.load(f"{STREAMS[name[0]]}-{name}", ENTRY)
        document = {"_id": name, "directory": loaded.state}
        return {**document, **derive(document)}


def lookup_of(
    definition: ServiceDefinition,
    store: EventStore,
    actors: Callable[[], Awaitable[Any]],
) -> DirectoryLookup:
    """Returns a look-up in the log of the directory itself, in `actors` of all other services."""
    if any(kind.prefix in STREAMS.values() for kind in definition.streams):
        return DirectoryLookup(FromLog(store, actors))
    return DirectoryLookup(FromReadModel(actors))

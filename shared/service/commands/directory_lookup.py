"""Whom a command names: looked up where the service knows them from, and passed in with it."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any, Protocol, TypeVar

from shared.kernel.decider import Decider
from shared.kernel.messages import Command, Event, InformedCommand
from shared.kernel.organisation import Entry, Organisation
from shared.kernel.ports import EventStore
from shared.service.commands.state_cache import Histories
from shared.service.identity.actors_projection import derive, told

C = TypeVar("C", bound=Command)

STREAMS = {"u": "unit", "p": "person", "c": "client"}
"""An id begins with the letter of its kind."""


def decides_nothing(command: Command, entry: Entry) -> Sequence[Event]:
    """Entries are only read here."""
    return []


ENTRY = Decider[Command, Entry, Event]({}, decides_nothing, told)


class Source(Protocol):
    """Where entries of the directory are read from."""

    async def entries(self, names: Collection[str]) -> Sequence[Entry]: ...

    async def in_region(self, region: str) -> Entry | None:
        """Any unit of the region."""
        ...


class Lookup:
    def __init__(self, source: Source) -> None:
        self._source = source

    async def informed(self, command: C) -> C:
        """The command with those whom it names, and with the units above them."""
        if not isinstance(command, InformedCommand):
            return command
        regions = [self._source.in_region(region) for region in command.regions()]
        found, places = await asyncio.gather(
            self._with_those_above({name for name in command.named() if name}),
            asyncio.gather(*regions),
        )
        known = Organisation.on(command.day, [*found, *(place for place in places if place)])
        return command.model_copy(update={"organisation": known})

    async def _with_those_above(self, names: set[str]) -> list[Entry]:
        found: list[Entry] = []
        asked: set[str] = set()
        while names:
            entries = await self._source.entries(names)
            found += entries
            asked |= names
            names = {parent for entry in entries for parent in entry["parents"]} - asked
        return found


class FromReadModel:
    """The service's own `actors`: what has come over the bus so far; `at_least` waits for more."""

    def __init__(self, live: Callable[[], Awaitable[Any]]) -> None:
        self._live = live

    async def entries(self, names: Collection[str]) -> Sequence[Entry]:
        actors = await self._live()
        found: Sequence[Entry] = await actors.find({"_id": {"$in": sorted(names)}}).to_list(None)
        return found

    async def in_region(self, region: str) -> Entry | None:
        actors = await self._live()
        found: Entry | None = await actors.find_one({"directory.region": region})
        return found


class FromLog:
    """The directory asks its own log, with majority: who was registered a moment ago is known, also
    while the bus is away."""

    def __init__(self, store: EventStore) -> None:
        self._histories = Histories(store)

    async def entries(self, names: Collection[str]) -> Sequence[Entry]:
        return [await self._entry(name) for name in sorted(names)]

    async def in_region(self, region: str) -> Entry | None:
        raise NotImplementedError("no command of the directory names a region")

    async def _entry(self, name: str) -> Entry:
        history = await self._histories.of(f"{STREAMS[name[0]]}-{name}", ENTRY)
        document = {"_id": name, "directory": history.state}
        return {**document, **derive(document)}

"""What has arrived here: nobody who has seen a fact elsewhere is decided upon without it.

Which version of a stream a service knows: its own streams by the log, those of the directory by
its `actors`, all others by the inbox.
"""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.http.refused import Refused
from shared.http.wording import Title
from shared.kernel.errors import NotYetKnown
from shared.kernel.ids import STREAM_NAME, stream_key
from shared.kernel.ports import EventStore
from shared.mongo.inbox import Inbox
from shared.service.commands.context import Place
from shared.service.commands.directory_lookup import STREAMS

PATIENCE_SECONDS = 2.0
PAUSE_SECONDS = 0.02
PLACE = re.compile(rf"({STREAM_NAME.pattern})@([1-9][0-9]{{0,8}})")

Seen = Callable[[str], Awaitable[int]]
"""The newest version of a stream that this service has imported, or recorded itself."""


class Knowledge:
    def __init__(self, seen: Seen, patience: float = PATIENCE_SECONDS) -> None:
        self._seen = seen
        self._patience = patience

    async def wait_for(self, places: Sequence[Place], seen: Seen | None = None) -> None:
        """Returns when all is known; NotYetKnown names what did not arrive in time."""
        end = time.monotonic() + self._patience
        for stream, version in places:
            while await (seen or self._seen)(stream) < version:
                if time.monotonic() > end:
                    raise NotYetKnown(f"{stream}@{version}")
                await asyncio.sleep(PAUSE_SECONDS)


def places(at_least: Sequence[str]) -> tuple[Place, ...]:
    """`stream@version` as callers write it."""
    return tuple(_place(text) for text in at_least)


def _place(text: str) -> Place:
    found = PLACE.fullmatch(text)
    if not found:
        raise Refused(
            422,
            "at-least",
            Title("at_least 应写作 stream@version", "at_least is written stream@version"),
        )
    return found[1], int(found[found.re.groups])


@dataclass(frozen=True)
class SeenHere:
    """`owned` are the prefixes of the service's own streams, `actors` finds the read model."""

    owned: frozenset[str]
    store: EventStore
    inbox: Inbox
    actors: Callable[[], Awaitable[Any]]

    async def version(self, stream: str) -> int:
        prefix, key = stream.partition("-")[0], stream_key(stream)
        if prefix in self.owned:
            commits = await self.store.read(stream)
            return commits[-1].last if commits else 0
        if prefix in STREAMS.values():
            entry = await (await self.actors()).find_one({"_id": key}, {"seen": 1})
            return version_in((entry or {}).get("seen", {}), stream)
        return version_in((await self.inbox.seen([key])).get(key, {}), stream)


def version_in(seen: Mapping[str, Any], stream: str) -> int:
    return int(seen[stream][0]) if stream in seen else 0

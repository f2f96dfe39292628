"""Which version of a stream a service knows: its own streams by the log, those of the directory by
its `actors`, all others by the inbox."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.kernel.ids import stream_key
from shared.kernel.ports import EventStore
from shared.mongo.inbox import Inbox
from shared.service.lookup import STREAMS


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

"""Read-your-writes: waits until this service has imported the versions named in `at_least`."""

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
from shared.service.commands.context import StreamVersion
from shared.service.commands.directory_lookup import STREAMS

PATIENCE_SECONDS = 2.0
PAUSE_SECONDS = 0.02
AT_LEAST = re.compile(rf"({STREAM_NAME.pattern})@([1-9][0-9]{{0,8}})")

ImportedVersion = Callable[[str], Awaitable[int]]
"""Returns the newest version of a stream that this service has imported or recorded; 0: none."""


class CausalWait:
    def __init__(self, imported: ImportedVersion, patience: float = PATIENCE_SECONDS) -> None:
        self._imported = imported
        self._patience = patience

    async def wait_for(
        self, versions: Sequence[StreamVersion], imported: ImportedVersion | None = None
    ) -> None:
        """Waits until all versions have arrived, `patience` seconds at most.

        `imported` replaces the service's own source. Raises NotYetKnown.
        """
        end = time.monotonic() + self._patience
        for stream, version in versions:
            while await (imported or self._imported)(stream) < version:
                if time.monotonic() > end:
                    raise NotYetKnown(f"{stream}@{version}")
                await asyncio.sleep(PAUSE_SECONDS)

    async def give_up(self, versions: Sequence[StreamVersion]) -> NotYetKnown:
        """Returns the refusal after the whole wait: whether the versions are here is not told."""
        await asyncio.sleep(self._patience)
        stream, version = versions[0]
        return NotYetKnown(f"{stream}@{version}")


def versions_of(at_least: Sequence[str]) -> tuple[StreamVersion, ...]:
    """Parses `stream@version`; raises Refused (422) when one is malformed."""
    return tuple(_version(text) for text in at_least)


def _version(text: str) -> StreamVersion:
    match = AT_LEAST.fullmatch(text)
    if not match:
        raise Refused(
            422,
            "at-least",
            Title("at_least 应写作 stream@version", "at_least is written stream@version"),
        )
    return match[1], int(match[match.re.groups])


@dataclass(frozen=True)
class ImportedVersions:
    """Finds own streams in the log, streams of the directory in the read model `actors` and all
    others in the inbox. `owned`: prefixes of own streams."""

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
            return _version_in((entry or {}).get("seen", {}), stream)
        return _version_in((await self.inbox.stored([key])).get(key, {}), stream)


def _version_in(seen: Mapping[str, Any], stream: str) -> int:
    return int(seen[stream][0]) if stream in seen else 0

"""What has arrived here: nobody who has seen a fact elsewhere is decided upon without it."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Sequence

from shared.http.refused import Refused
from shared.http.wording import Title
from shared.kernel.errors import NotYetKnown
from shared.kernel.ids import STREAM_NAME
from shared.service.context import Place

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

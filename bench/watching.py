"""Watches a read model by a change stream: when did which version of a stream become visible?"""

import asyncio
import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from bench.arrivals import Sent

Seen = Mapping[str, int]
ReadSeen = Callable[[Mapping[str, Any]], Seen]
"""Stream → version, of one change."""

WAIT_SECONDS = 180.0


class Watch:
    def __init__(self) -> None:
        self._versions: defaultdict[str, list[int]] = defaultdict(list)
        self._moments: defaultdict[str, list[float]] = defaultdict(list)

    def note(self, seen: Seen, moment: float) -> None:
        for stream, version in seen.items():
            versions = self._versions[stream]
            if not versions or version > versions[-1]:
                versions.append(version)
                self._moments[stream].append(moment)

    def visible(self, stream: str, version: int) -> float | None:
        place = bisect_left(self._versions[stream], version)
        moments = self._moments[stream]
        return moments[place] if place < len(moments) else None

    def last(self, stream: str) -> float:
        """Returns the moment of the last change. Raises LookupError where there was none."""
        return self._moments[stream][-1]

    async def latencies(self, sent: Sequence[Sent]) -> list[float]:
        """Milliseconds from due to visible, sorted; waits until all are visible."""
        moments = await self.all_visible(sent)
        return sorted((moment - s.due) * 1e3 for s, moment in zip(sent, moments, strict=True))

    async def all_visible(self, sent: Sequence[Sent]) -> list[float]:
        end = time.perf_counter() + WAIT_SECONDS
        while None in (found := [self.visible(s.stream, s.version) for s in sent]):
            if time.perf_counter() > end:
                missing = sent[found.index(None)]
                raise TimeoutError(f"{found.count(None)} never became visible, as {missing}")
            await asyncio.sleep(0.02)
        return [moment for moment in found if moment is not None]


@asynccontextmanager
async def watching(collection: Any, fields: Iterable[str], read: ReadSeen) -> AsyncIterator[Watch]:
    """`fields` of the changes are all that is sent here."""
    watch, opened = Watch(), asyncio.Event()

    async def follow() -> None:
        pipeline = [{"$project": dict.fromkeys(("operationType", *fields), 1)}]
        async with await collection.watch(pipeline, max_await_time_ms=200) as changes:
            opened.set()
            while True:
                if (change := await changes.try_next()) is not None:
                    watch.note(read(change), time.perf_counter())

    task = asyncio.create_task(follow())
    await asyncio.wait([task, asyncio.create_task(opened.wait())], return_when="FIRST_COMPLETED")
    try:
        yield watch
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def seen_by_register(change: Mapping[str, Any]) -> Seen:
    """Of a document of Duban's case register."""
    seen = change.get("fullDocument", {}).get("seen", {})
    return {stream: mark[0] for stream, mark in seen.items()}


def seen_by_floor(change: Mapping[str, Any]) -> Seen:
    """Of a document of the raw floor."""
    updated = change.get("updateDescription", {}).get("updatedFields", {})
    version = updated.get("v") or change.get("fullDocument", {}).get("v")
    return {change["documentKey"]["_id"]: version} if version else {}

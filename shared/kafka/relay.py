"""The relay: publishes the log's commits in order of each stream, and remembers how far everything
is acknowledged."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from shared.cancelling import end
from shared.kafka.access import BrokerAccess
from shared.kafka.ack_tracker import Change, Ledger, Reached
from shared.kafka.heads import HashOf, head_message, read_heads, refuse_if_behind
from shared.kafka.metric_hooks import RelayMeasures
from shared.kafka.producers import UNSENT, Producers
from shared.kafka.space import Space
from shared.kafka.stream_publisher import CrashPoint, Lanes, no_crash
from shared.kafka.topics import LOG_HEADS
from shared.pauses import pauses

log = logging.getLogger(__name__)

MOST_OUTSTANDING = 5_000
ROOM_PAUSE_SECONDS = 0.05
MARK_PAUSE_SECONDS = 0.1
IDLE_SECONDS = 10.0


class LogFeed(Protocol):
    def changes(self, reached: Reached) -> AsyncGenerator[Change, None]:
        """Every commit after `reached`, at least once, in order of each stream; heartbeats in
        between; without end."""
        ...


class Places(Protocol):
    """Where a relay keeps its place."""

    async def load(self) -> Reached: ...
    async def save(self, reached: Reached) -> None: ...


@dataclass(frozen=True)
class RelayParts:
    service: str
    access: BrokerAccess
    space: Space
    feed: LogFeed
    places: Places
    hash_of: HashOf
    real_time: Callable[[], datetime]
    measures: RelayMeasures = field(default_factory=RelayMeasures)
    crash_point: CrashPoint = no_crash
    idle_seconds: float = IDLE_SECONDS


class Relay:
    """Runs until it is cancelled. Two at once only publish twice; whoever starts it holds a lease
    to save the work."""

    def __init__(self, parts: RelayParts) -> None:
        self._parts = parts
        self._advanced = asyncio.Event()
        self._last_mark = 0.0
        self.publishing = False

    async def run(self) -> None:
        """Raises BehindBus when the log is older than what it has published."""
        parts = self._parts
        await self.check()
        producers = Producers(parts.access, f"{parts.service}-relay", parts.measures)
        lanes = Lanes(producers, parts.space, parts.crash_point)
        ledger = Ledger(await parts.places.load(), self._advanced.set)
        marking = asyncio.create_task(self._mark_for_ever(ledger, producers))
        self.publishing = True
        try:
            await self._publish_for_ever(ledger, lanes, marking)
        finally:
            self.publishing = False
            await end([marking])
            await lanes.close()
            await producers.close()

    async def check(self) -> None:
        """Nothing is published before the bus has said what it has; however long that takes."""
        parts = self._parts
        for pause in pauses():
            try:
                heads = await read_heads(parts.access, parts.space, [parts.service])
                break
            except UNSENT as error:
                parts.measures.failed(error)
                log.warning("%s: the bus is away: %r", parts.service, error)
            await asyncio.sleep(pause)
        await refuse_if_behind(parts.service, heads, parts.hash_of)

    async def _publish_for_ever(
        self, ledger: Ledger, lanes: Lanes, marking: asyncio.Task[None]
    ) -> None:
        async with aclosing(self._parts.feed.changes(ledger.reached)) as changes:
            async for change in changes:
                if marking.done():
                    marking.result()
                lanes.check()
                self._take(change, ledger, lanes)
                await self._room(ledger, lanes)
        raise RuntimeError("the feed of the log has ended")

    def _take(self, change: Change, ledger: Ledger, lanes: Lanes) -> None:
        self._parts.measures.waiting(len(ledger), ledger.oldest_seconds)
        if change.commit is not None:
            facts = len(change.commit["facts"])
            settle = ledger.enter(change)

            def done() -> None:
                settle()
                self._parts.measures.published(facts)

            lanes.put(change.commit, done)
            return
        ledger.heartbeat(change)
        if not len(ledger) and time.monotonic() - self._last_mark >= self._parts.idle_seconds:
            self._advanced.set()

    async def _room(self, ledger: Ledger, lanes: Lanes) -> None:
        """Reads no further while very much is unconfirmed: the log keeps it better than this
        process."""
        while len(ledger) >= MOST_OUTSTANDING:
            self._parts.measures.waiting(len(ledger), ledger.oldest_seconds)
            lanes.check()
            await asyncio.sleep(ROOM_PAUSE_SECONDS)

    async def _mark_for_ever(self, ledger: Ledger, producers: Producers) -> None:
        """After what was acknowledged in a moment, and now and then when idle: first the head, then
        the place."""
        heads = self._parts.space.topic(LOG_HEADS.name)
        while True:
            await self._advanced.wait()
            await asyncio.sleep(MARK_PAUSE_SECONDS)
            self._advanced.clear()
            reached = ledger.reached
            if (
                reached.token is None
            ):  # a sweep is under way; its heads may be older than one announced before
                continue
            self._parts.crash_point("after_publish_before_token")
            now = self._parts.real_time()
            await producers.send(heads, [head_message(self._parts.service, reached.head, now)])
            await self._parts.places.save(reached)
            self._last_mark = time.monotonic()

"""The watchdog: ends a process whose loop hangs, or that has work it does not do. Faust only logs
such things."""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence

from shared.kafka.consumer import GroupConsumer
from shared.kafka.producers import UNSENT
from shared.kafka.replay import BusReader

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 60.0
LOOK_SECONDS = 5.0

Ends = Mapping[tuple[str, int], int]


class Stalled(Exception):
    """Work is there, is assigned here, and nothing is done."""


class LoopWatch(threading.Thread):
    """From a thread of its own, because a hanging loop watches nothing. `beat` is called by the
    loop."""

    def __init__(self, patience: float, on_hang: Callable[[BaseException], None]) -> None:
        super().__init__(name="loop-watch", daemon=True)
        self._patience = patience
        self._on_hang = on_hang
        self._beaten = time.monotonic()
        self._ended = threading.Event()

    def beat(self) -> None:
        self._beaten = time.monotonic()

    def end(self) -> None:
        self._ended.set()

    def run(self) -> None:
        pause = min(1.0, self._patience / 4)
        before = time.monotonic()
        while not self._ended.wait(pause):
            now = time.monotonic()
            if (
                now - before > 4 * pause
            ):  # the whole process stood still: that is nobody's fault in it
                self.beat()
            before = now
            if now - self._beaten > self._patience:
                self._on_hang(Stalled(f"the loop hangs for {now - self._beaten:.0f} s"))
                return


class LagWatch:
    """Compares where partitions end with what their group has committed."""

    def __init__(self, reader: BusReader, patience: float) -> None:
        self._reader = reader
        self._patience = patience
        self._moved: dict[tuple[str, str, int], tuple[int, float]] = {}
        self._looked = self._awake = time.monotonic()
        self.lag: dict[str, int] = {}

    def check(self, consumer: GroupConsumer, ends: Ends) -> None:
        """Raises Stalled. A batch that is tried again and again is alive."""
        group, now = consumer.subscription.group, time.monotonic()
        committed = consumer.committed
        behind = {at: ends[at] - n for at, n in committed.items() if ends.get(at, 0) > n}
        self.lag[group] = sum(behind.values())
        for at, offset in committed.items():
            since = max(
                self._moved_at((group, *at), offset, now), consumer.pulse.alive, self._awake
            )
            if at in behind and now - since > self._patience:
                raise Stalled(f"{group}: no progress on {at} for {now - since:.0f} s")

    def looks(self, pause: float) -> None:
        """Again, after a pause. When that was much longer, the whole process stood still, or the
        bus was away: nobody here could have done anything."""
        now = time.monotonic()
        if now - self._looked > 4 * pause:
            self._awake = now
        self._looked = now

    def _moved_at(self, place: tuple[str, str, int], offset: int, now: float) -> float:
        before, at = self._moved.get(place, (None, now))
        if before != offset:
            at = now
        self._moved[place] = (offset, at)
        return at

    async def watch_for_ever(self, consumers: Callable[[], Sequence[GroupConsumer]]) -> None:
        pause = min(LOOK_SECONDS, self._patience / 4)
        while True:
            await asyncio.sleep(pause)
            self.looks(pause)
            topics = {topic for c in consumers() for topic in c.subscription.topics}
            try:
                ends = await self._reader.ends(topics)
            except UNSENT as error:
                log.warning("the bus does not say where it ends: %r", error)
                continue
            for consumer in consumers():
                consumer.note_committed()
                self.check(consumer, ends)

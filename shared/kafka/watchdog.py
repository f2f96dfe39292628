"""The watchdog: ends a process whose loop hangs, or that leaves its work undone. Faust only logs
both."""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shared.kafka.bus_reader import BusReader
from shared.kafka.group_consumer import GroupConsumer
from shared.kafka.group_look import GroupLook
from shared.kafka.message import PartitionOffsets, lag_between
from shared.kafka.resilient_producer import UNSENT

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 60.0
LOOK_SECONDS = 5.0
IDLE_SECONDS = 15.0
"""For which a group may have no partition at all, once its members have joined."""


class Stalled(Exception):
    """A loop hangs, messages of an assigned partition are not consumed, or a group with members
    has no partition."""


class LoopWatch(threading.Thread):
    """Watches the loop from a thread of its own: the loop calls `beat`, and `on_hang` is called
    when it has not done so for `patience` seconds."""

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
        """Watches until `end`, or until it has called `on_hang` once."""
        pause = min(1.0, self._patience / 4)
        before = time.monotonic()
        while not self._ended.wait(pause):
            now = time.monotonic()
            if now - before > 4 * pause:
                # The whole process stood still (a suspended machine), so the loop is not to blame.
                self.beat()
            before = now
            if now - self._beaten > self._patience:
                self._on_hang(Stalled(f"the loop hangs for {now - self._beaten:.0f} s"))
                return


@dataclass(frozen=True, slots=True)
class GroupView:
    """Offsets that the group has committed, and whether none of its members has a partition."""

    offsets: PartitionOffsets
    holds_nothing: bool = False


class LagWatch:
    """Compares where partitions end with what their group has committed, here and elsewhere; `lag`
    counts messages by group."""

    def __init__(self, reader: BusReader, groups: GroupLook, patience: float) -> None:
        self._reader = reader
        self._groups = groups
        self._idle_since: dict[str, float] = {}
        self._patience = patience
        self._moved: dict[tuple[str, str, int], tuple[int, float]] = {}
        self._looked = self._awake = time.monotonic()
        self.lag: dict[str, int] = {}

    def check(self, consumer: GroupConsumer, ends: PartitionOffsets, view: GroupView) -> None:
        """Raises Stalled after `patience` seconds without progress, and when the group holds
        nothing for 15 s; a batch that is tried again and again counts as progress."""
        group, now = consumer.subscription.group, time.monotonic()
        behind = lag_between(view.offsets, ends)
        self.lag[group] = sum(behind.values())
        self._check_idle(group, view.holds_nothing, now)
        self._check_attempts(consumer, now)
        for at, offset in consumer.committed.items():
            since = max(
                self._moved_at((group, *at), offset, now), consumer.activity.alive, self._awake
            )
            if at in behind and now - since > self._patience:
                raise Stalled(f"{group}: no progress on {at} for {now - since:.0f} s")

    def _check_attempts(self, consumer: GroupConsumer, now: float) -> None:
        since = max(consumer.subscription.attempted(), self._awake)
        if now - since > self._patience:
            raise Stalled(f"{consumer.subscription.group}: an attempt takes {now - since:.0f} s")

    def _check_idle(self, group: str, holds_nothing: bool, now: float) -> None:
        if not holds_nothing:
            self._idle_since.pop(group, None)
            return
        since = max(self._idle_since.setdefault(group, now), self._awake)
        if now - since > IDLE_SECONDS:
            raise Stalled(f"{group}: no member has a partition for {now - since:.0f} s")

    def looks(self, pause: float) -> None:
        """Notes that it looks again after `pause` seconds.

        After a much longer time the process stood still or the bus was away, and patience begins
        anew.
        """
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
        """Checks the current consumers every few seconds; raises Stalled."""
        pause = min(LOOK_SECONDS, self._patience / 4)
        while True:
            await asyncio.sleep(pause)
            self.looks(pause)
            try:
                await self._look(consumers())
            except UNSENT as error:
                log.warning("the bus does not say where it ends: %r", error)

    async def _look(self, consumers: Sequence[GroupConsumer]) -> None:
        topics = {topic for consumer in consumers for topic in consumer.subscription.topics}
        all_ends = await self._reader.ends(topics)
        for consumer in consumers:
            own = consumer.subscription.topics
            ends = {at: end for at, end in all_ends.items() if at[0] in own}
            self.check(consumer, ends, await self._view(consumer, ends))

    async def _view(self, consumer: GroupConsumer, ends: PartitionOffsets) -> GroupView:
        """Asks the broker only about what other members, or none, have."""
        here, group = consumer.committed, consumer.subscription.group
        if here.keys() >= ends.keys():
            return GroupView(here)
        offsets = await self._groups.offsets(group)
        return GroupView(offsets | here, not here and await self._groups.holds_nothing(group))

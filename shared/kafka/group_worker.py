"""Runs several consumer groups in one loop, watches them, and stops them within a bound."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shared.kafka.broker_access import BrokerAccess
from shared.kafka.bus_reader import BusReader
from shared.kafka.fatal import die
from shared.kafka.group_consumer import GroupConsumer, Subscription
from shared.kafka.group_look import GroupLook
from shared.kafka.message import PartitionOffsets
from shared.kafka.watchdog import PATIENCE_SECONDS, LagWatch, LoopWatch

log = logging.getLogger(__name__)

STOP_WITHIN_SECONDS = 8.0
BEAT_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class GroupHealth:
    """The state of one group here: partitions assigned, `lag` in messages (None until the bus was
    asked), seconds since a batch was applied."""

    group: str
    assigned: int
    lag: int | None
    idle_seconds: float
    retrying: bool

    @property
    def ready(self) -> bool:
        return self.assigned > 0 and not self.retrying


class GroupWorker:
    """The consumers of one process; `on_fatal` receives what the process must not survive."""

    def __init__(
        self,
        access: BrokerAccess,
        patience: float = PATIENCE_SECONDS,
        on_fatal: Callable[[BaseException], None] = die,
    ) -> None:
        self._access = access
        self._on_fatal = on_fatal
        self._consumers: dict[str, GroupConsumer] = {}
        self.bus = BusReader(access)
        self._loop_watch = LoopWatch(patience, on_fatal)
        self.groups = GroupLook(access)
        self._lag_watch = LagWatch(self.bus, self.groups, patience)
        self._watching: list[asyncio.Task[None]] = []

    async def start(self, subscriptions: Sequence[Subscription] = ()) -> None:
        """Starts the watches and a consumer for each subscription."""
        self._loop_watch.start()
        consumers = self._current
        self._watching = [
            asyncio.create_task(self._beat()),
            asyncio.create_task(self._lag_watch.watch_for_ever(consumers)),
        ]
        for task in self._watching:
            task.add_done_callback(self._watch_ended)
        await asyncio.gather(*map(self.add, subscriptions))

    async def add(self, subscription: Subscription) -> None:
        """Starts a consumer, which is watched from now on."""
        consumer = GroupConsumer(subscription, self._access, self._on_fatal)
        self._consumers[subscription.group] = consumer
        await consumer.start()

    async def remove(self, group: str) -> None:
        """Stops the consumer of the group, if it runs here."""
        if consumer := self._consumers.pop(group, None):
            await _stopped([consumer])

    def position(self, group: str) -> PartitionOffsets:
        """Returns what the group has committed on the partitions that are assigned here."""
        return self._consumers[group].position if group in self._consumers else {}

    async def stop(self) -> None:
        """Finishes and acknowledges what is under way; leaves what hangs to the end of the
        process."""
        consumers = self._current()
        self._consumers.clear()
        await _stopped(consumers)
        for task in self._watching:
            task.cancel()
        self._loop_watch.end()
        await self.groups.close()
        await self.bus.close()

    def health(self) -> list[GroupHealth]:
        return [self._health(consumer) for consumer in self._current()]

    def _health(self, consumer: GroupConsumer) -> GroupHealth:
        group, activity = consumer.subscription.group, consumer.activity
        return GroupHealth(
            group=group,
            assigned=len(consumer.committed),
            lag=self._lag_watch.lag.get(group),
            idle_seconds=time.monotonic() - activity.applied,
            retrying=activity.retrying,
        )

    def _current(self) -> list[GroupConsumer]:
        return list(self._consumers.values())

    async def _beat(self) -> None:
        while True:
            self._loop_watch.beat()
            for consumer in self._current():
                if consumer.crashed:
                    self._on_fatal(RuntimeError(f"{consumer.subscription.group}: Faust crashed"))
            await asyncio.sleep(BEAT_SECONDS)

    def _watch_ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()):
            self._on_fatal(error)


async def _stopped(consumers: Sequence[GroupConsumer]) -> None:
    try:
        async with asyncio.timeout(STOP_WITHIN_SECONDS):
            await asyncio.gather(*(c.stop() for c in consumers), return_exceptions=True)
    except TimeoutError:
        for consumer in consumers:
            consumer.abandon()

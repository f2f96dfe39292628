"""The host of a worker process: runs consumers, replays parked cases, reports health."""

import asyncio
import logging
import math
from collections.abc import Callable, Collection, Coroutine
from dataclasses import replace
from functools import partial
from typing import Any

from aiokafka.errors import KafkaError
from pymongo.errors import PyMongoError

from shared.kafka.bus_reader import BusReader
from shared.kafka.fatal import die
from shared.kafka.group_consumer import Subscription
from shared.kafka.group_worker import GroupHealth, GroupWorker
from shared.kafka.message_check import NO_FACT, MessageCheck
from shared.kafka.metric_hooks import ConsumerMetricHooks
from shared.kafka.watchdog import PATIENCE_SECONDS
from shared.mongo.clock_store import real_time
from shared.mongo.consumer_progress import ConsumerProgress
from shared.mongo.dropped import DroppedMessages
from shared.mongo.leases import Leases
from shared.mongo.parking import Parking
from shared.pauses import waiting_out
from shared.service.observability import metrics
from shared.service.observability.first_series import begin_consumer
from shared.service.observability.first_series import begin_group as begin_series
from shared.service.resources.connections import Connections
from shared.service.subscriptions.consumer import Consumer
from shared.service.subscriptions.feed import BATCH, Feed, passes
from shared.service.subscriptions.gate import Gate
from shared.service.subscriptions.group_begin import begin_group
from shared.service.subscriptions.group_membership import GroupMembership
from shared.service.subscriptions.parked_cases import Replayable, Replayer
from shared.service.subscriptions.shared_group import SharedGroup

log = logging.getLogger(__name__)

OnFatal = Callable[[BaseException], None]

LEVEL_SECONDS = 1.0


class WorkerHost:
    """`start`, add consumers, then `listen` to the bus as one consumer group; more consumers may be
    added and removed later. `stop` finishes batches under way. `on_fatal` gets every error
    that does not pass, and ends the process. A guest has no instance id: it joins a group for a
    while and leaves it without a session timeout."""

    def __init__(
        self,
        connections: Connections,
        patience: float = PATIENCE_SECONDS,
        on_fatal: OnFatal = die,
        guest: bool = False,
    ) -> None:
        control = connections.database("control")
        self.connections = connections
        self._on_fatal = on_fatal
        self._guest = guest
        self._worker = GroupWorker(connections.access, patience, on_fatal)
        self._membership = GroupMembership(Leases(control), on_fatal)
        self._progress = ConsumerProgress(control)
        self._replayer = Replayer(passes)
        self.gate = Gate(MessageCheck(connections.keys.ring), DroppedMessages(control, real_time))
        self._shared = SharedGroup(self._progress, on_fatal)
        self._name = ""
        self._parkings: dict[str, Parking] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def bus(self) -> BusReader:
        return self._worker.bus

    async def start(self) -> None:
        await self._worker.start()
        self.keep(self._progress.write_for_ever())
        self.keep(self._replayer.run())

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await self._worker.stop()
        await self._shared.close()
        await self._progress.write()
        await self._membership.close()

    async def add(
        self, service: str, consumer: Consumer, topics: Collection[str], batch: int = BATCH
    ) -> None:
        """Adds a consumer that goes on from its checkpoint. `batch`: the messages that it is given
        at once of those that it has missed."""
        self._replayer.watch(Replayable(service, consumer, await self.parking(service)))
        begin_consumer(consumer.name, NO_FACT)
        lag = metrics.CONSUMER_LAG.labels(service, consumer.name)
        lag.set_function(partial(self._lag_of, consumer.name))
        access = self.connections.access
        self._shared.join(Feed(consumer, topics, self._progress, access, batch))

    async def remove(self, name: str) -> None:
        self._replayer.unwatch(name)
        await self._shared.leave(name)

    async def listen(self, group: str) -> None:
        """Joins the consumer group that feeds all consumers added so far; without any, none."""
        topics = sorted({topic for feed in self._shared.feeds for topic in feed.topics})
        if not topics:
            return
        self._name = group
        instance = await self._instance(group, topics)
        await waiting_out(self._begin, _may_pass, group)
        begin_series(group)
        await self._worker.add(
            Subscription(
                group=group,
                topics=tuple(topics),
                apply=self._shared.apply,
                is_transient=passes,
                instance=instance,
                forget=self._shared.forget,
                attempted=lambda: self._shared.attempted,
                metric_hooks=ConsumerCounters(),
            )
        )
        self.keep(self._level())

    async def _begin(self) -> None:
        look, feeds = self._worker.groups, self._shared.feeds
        stored = await self._progress.of_all()
        if not {feed.name for feed in feeds} & {name for name, _, _ in stored}:
            return
        others = [name for name in await look.names() if self.connections.namespace.owns(name)]
        await begin_group(self.connections.access, look, self._name, others, feeds, stored)

    async def _level(self) -> None:
        while True:
            await asyncio.sleep(LEVEL_SECONDS)
            try:
                await self._shared.level(self._worker.position(self._name))
            except Exception as error:
                if not passes(error):
                    raise
                log.warning("%s: looking again later: %r", self._name, error)

    async def _instance(self, group: str, topics: Collection[str]) -> str | None:
        if self._guest:
            return None
        return await self._membership.join(self.connections.instance(group, topics))

    async def parking(self, service: str) -> Parking:
        if service not in self._parkings:
            parking = Parking(self.connections.database(service), real_time)
            await parking.prepare()
            self._parkings[service] = parking
        return self._parkings[service]

    def keep(self, work: Coroutine[Any, Any, None]) -> None:
        """Runs the coroutine beside the consumers; its error ends the process."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _lag_of(self, name: str) -> float:
        """Not a number until the first look at the bus."""
        lags = [group.lag for group in self._worker.health() if group.lag is not None]
        return sum(lags) + self._shared.behind(name) if lags else math.nan

    @property
    def consumers(self) -> list[str]:
        """The names of the consumers that run here."""
        return [feed.name for feed in self._shared.feeds]

    def health(self) -> list[GroupHealth]:
        """Returns the state of the group, if there is one."""
        retrying = self._shared.retrying
        return [replace(each, retrying=each.retrying or retrying) for each in self._worker.health()]

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self._on_fatal(error)


class ConsumerCounters(ConsumerMetricHooks):
    """The metrics of a group; its consumers count what they apply."""

    def assigned(self, group: str, partitions: int) -> None:
        metrics.REBALANCES.labels(group).inc()

    def retried(self, group: str, error: BaseException) -> None:
        metrics.CONSUMER_RETRIES.labels(group).inc()


def _may_pass(error: BaseException) -> bool:
    return passes(error) or isinstance(error, KafkaError | PyMongoError | OSError)

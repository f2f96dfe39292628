"""The host of a worker process: runs consumers, replays parked cases, reports health."""

import asyncio
import math
from collections.abc import Callable, Collection, Coroutine
from functools import partial
from typing import Any

from shared.kafka.bus_reader import BusReader
from shared.kafka.fatal import die
from shared.kafka.group_consumer import Subscription
from shared.kafka.group_worker import GroupHealth, GroupWorker
from shared.kafka.message_check import NO_FACT, MessageCheck
from shared.kafka.metric_hooks import ConsumerMetricHooks
from shared.kafka.resilient_producer import UNSENT
from shared.kafka.watchdog import PATIENCE_SECONDS
from shared.mongo.clock_store import real_time
from shared.mongo.dropped import DroppedMessages
from shared.mongo.group_progress import GroupProgress
from shared.mongo.leases import Leases
from shared.mongo.parking import Parking
from shared.mongo.transient import is_transient
from shared.service.observability import metrics
from shared.service.observability.first_series import begin_consumer
from shared.service.resources.connections import Connections
from shared.service.subscriptions.consumer import Consumer
from shared.service.subscriptions.gate import Gate
from shared.service.subscriptions.group_membership import GroupMembership
from shared.service.subscriptions.parked_cases import Replayable, Replayer

OnFatal = Callable[[BaseException], None]


def passes(error: BaseException) -> bool:
    """Returns whether a consumer waits the error out, in place and without limit."""
    return is_transient(error) or isinstance(error, UNSENT)


class WorkerHost:
    """`start`, then add consumers; `stop` finishes batches under way. `on_fatal` gets every error
    that does not pass, and ends the process. A guest has no instance id: it joins groups for a
    while and leaves them without a session timeout."""

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
        self._progress = GroupProgress(control)
        self._replayer = Replayer(passes)
        self.gate = Gate(MessageCheck(connections.keys.ring), DroppedMessages(control, real_time))
        self._parkings: dict[str, Parking] = {}
        self._instances: dict[str, str] = {}
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
        await self._progress.write()
        await self._membership.close()

    async def add(self, service: str, consumer: Consumer, topics: Collection[str]) -> None:
        instance = await self._instance(consumer.name, topics)
        self._replayer.watch(Replayable(service, consumer, await self.parking(service)))
        await self._worker.add(
            Subscription(
                group=consumer.name,
                topics=tuple(sorted(topics)),
                apply=consumer.apply,
                is_transient=passes,
                instance=instance,
                note=self._progress.note,
                forget=consumer.forget,
                metric_hooks=ConsumerCounters(),
            )
        )
        begin_consumer(consumer.name, NO_FACT)
        lag = metrics.CONSUMER_LAG.labels(service, consumer.name)
        lag.set_function(partial(self._lag_of, consumer.name))

    async def remove(self, name: str) -> None:
        self._replayer.unwatch(name)
        await self._worker.remove(name)
        if instance := self._instances.pop(name, None):
            await self._membership.leave(instance)

    async def _instance(self, group: str, topics: Collection[str]) -> str | None:
        if self._guest:
            return None
        self._instances[group] = await self._membership.join(
            self.connections.instance(group, topics)
        )
        return self._instances[group]

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

    def _lag_of(self, group: str) -> float:
        """Not a number until the first look at the bus."""
        lag = {health.group: health.lag for health in self.health()}.get(group)
        return math.nan if lag is None else lag

    def health(self) -> list[GroupHealth]:
        return self._worker.health()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self._on_fatal(error)


class ConsumerCounters(ConsumerMetricHooks):
    """The metrics of consumers."""

    def applied(self, group: str, facts: int, seconds: float) -> None:
        metrics.CONSUMER_APPLIED.labels(group).inc(facts)

    def assigned(self, group: str, partitions: int) -> None:
        metrics.REBALANCES.labels(group).inc()

    def retried(self, group: str, error: BaseException) -> None:
        metrics.CONSUMER_RETRIES.labels(group).inc()

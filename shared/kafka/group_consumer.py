"""The consumer of one group: a batch is acknowledged only after it was applied.

It is a Faust application whose messages never leave the agent before that.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterable, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from shared.kafka.broker_access import BrokerAccess
from shared.kafka.fatal import die
from shared.kafka.faust_adapter.application import application
from shared.kafka.message import BusMessage, PartitionOffsets
from shared.kafka.metric_hooks import ConsumerMetricHooks
from shared.pauses import pauses

log = logging.getLogger(__name__)

BATCH = 500
WITHIN_SECONDS = 0.001


async def forget_nothing() -> None:
    """Forgets nothing: nothing is cached."""


@dataclass(frozen=True)
class Subscription:
    """A group, its topics (names on the broker) and the functions that its consumer calls.

    `apply` is called again with the same batch, for ever, when it raises what `is_transient`
    knows. `instance` is this member's own id, kept over restarts. `forget` is called before
    partitions that were away for a while are read again. `attempted` returns the moment of the
    monotonic clock at which the oldest work under way began, also of what no batch waits for.
    """

    group: str
    topics: tuple[str, ...]
    apply: Callable[[Sequence[BusMessage]], Awaitable[None]]
    is_transient: Callable[[BaseException], bool]
    instance: str | None
    forget: Callable[[], Awaitable[None]] = forget_nothing
    attempted: Callable[[], float] = time.monotonic
    metric_hooks: ConsumerMetricHooks = field(default_factory=ConsumerMetricHooks)


@dataclass
class ConsumerActivity:
    """Moments at which a batch was last applied and last tried, in seconds of the monotonic
    clock."""

    applied: float = field(default_factory=time.monotonic)
    alive: float = field(default_factory=time.monotonic)
    busy: bool = False
    retrying: bool = False


class GroupConsumer:
    """A member of a consumer group; `on_fatal` receives what is not transient and must not
    return."""

    def __init__(
        self,
        subscription: Subscription,
        access: BrokerAccess,
        on_fatal: Callable[[BaseException], None] = die,
    ) -> None:
        self.subscription = subscription
        self.activity = ConsumerActivity()
        self._on_fatal = on_fatal
        self._app = application(subscription.group, subscription.instance, access)
        app = cast(Any, self._app)  # Faust's types know neither raw keys nor signals' receivers
        topic = app.topic(
            *subscription.topics,
            key_type=bytes,
            value_type=bytes,
            key_serializer="raw",
            value_serializer="raw",
        )
        app.agent(topic, name=f"{subscription.group}.agent")(self._agent)
        app.on_partitions_revoked.connect(self._revoked)
        app.on_partitions_assigned.connect(self._assigned)

    @property
    def committed(self) -> PartitionOffsets:
        """The offset committed last, of every partition that is assigned here."""
        return self._app.committed_offsets()

    @property
    def position(self) -> PartitionOffsets:
        """The offset committed last, of the partitions assigned here on which there is one."""
        return self._app.committed_offsets(always=False)

    @property
    def crashed(self) -> bool:
        return bool(self._app.crashed)

    async def start(self) -> None:
        """Joins the group. Raises what Faust raises when the broker refuses."""
        self._app.loop = asyncio.get_running_loop()
        self._app.finalize()
        await self._app.start()

    async def stop(self) -> None:
        """Leaves the group after the batch under way was applied and acknowledged."""
        await self._app.stop()

    def abandon(self) -> None:
        """Gives up a `stop` that was cut short: whatever of it is left ends with the loop."""
        self._app.abandon()

    async def _agent(self, stream: AsyncIterable[Any]) -> None:
        async for events in stream.take_events(BATCH, within=WITHIN_SECONDS):  # type: ignore[attr-defined]
            await self._apply_or_die([event.message for event in events])

    async def _apply_or_die(self, batch: Sequence[BusMessage]) -> None:
        began = time.perf_counter()
        self.activity.busy = True
        for pause in pauses():
            self.activity.alive = time.monotonic()
            try:
                await self.subscription.apply(batch)
                return self._applied(batch, time.perf_counter() - began)
            except BaseException as error:
                if not self.subscription.is_transient(error):
                    return self._on_fatal(error)
                self._retrying(error)
            await self._pause(pause)

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.sleep(seconds)
        except BaseException as error:
            self._on_fatal(error)

    def _applied(self, batch: Sequence[BusMessage], seconds: float) -> None:
        subscription, activity = self.subscription, self.activity
        activity.applied = activity.alive = time.monotonic()
        activity.busy = activity.retrying = False
        subscription.metric_hooks.applied(subscription.group, len(batch), seconds)

    def _retrying(self, error: BaseException) -> None:
        self.activity.retrying = True
        self.subscription.metric_hooks.retried(self.subscription.group, error)
        log.warning("%s: trying again: %r", self.subscription.group, error)

    async def _revoked(self, app: object, *revoked: Any, **kwargs: Any) -> None:
        """Called after the batch under way, and before another member reads on."""
        await self.subscription.forget()

    async def _assigned(self, app: object, *assigned: Any, **kwargs: Any) -> None:
        await self.subscription.forget()
        self.subscription.metric_hooks.assigned(self.subscription.group, len(assigned[0]))

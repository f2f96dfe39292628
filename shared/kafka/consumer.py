"""One consumer group as a Faust application: what is acknowledged has been applied, because nothing
leaves the agent."""

import asyncio
import logging
import time
from collections.abc import AsyncIterable, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from faust.exceptions import ConsumerNotStarted

from shared.kafka.access import BrokerAccess
from shared.kafka.application import application
from shared.kafka.fatal import die
from shared.kafka.message import BusMessage
from shared.kafka.metric_hooks import ConsumerMeasures
from shared.pauses import pauses

log = logging.getLogger(__name__)

BATCH = 500
WITHIN_SECONDS = 0.001


def no_note(group: str, topic: str, partition: int, offset: int) -> None:
    """Nobody asks for progress."""


def nothing_known() -> None:
    """Nothing is remembered of what the partitions brought."""


@dataclass(frozen=True)
class Subscription:
    """`apply` may raise what `is_transient` knows; it is then called again with the same batch, for
    ever. `topics` and `group` are names on the broker; `instance` is this member's own, kept over
    restarts. `forget` is called before partitions that were away for a while are read again."""

    group: str
    topics: tuple[str, ...]
    apply: Callable[[Sequence[BusMessage]], Awaitable[None]]
    is_transient: Callable[[BaseException], bool]
    instance: str | None
    note: Callable[[str, str, int, int], None] = no_note
    forget: Callable[[], None] = nothing_known
    measures: ConsumerMeasures = field(default_factory=ConsumerMeasures)


@dataclass
class Pulse:
    """`applied`: when something was last done. `alive`: when it was last tried, or there was
    nothing to do."""

    applied: float = field(default_factory=time.monotonic)
    alive: float = field(default_factory=time.monotonic)
    busy: bool = False
    retrying: bool = False


class GroupConsumer:
    def __init__(
        self,
        subscription: Subscription,
        access: BrokerAccess,
        on_fatal: Callable[[BaseException], None] = die,
    ) -> None:
        self.subscription = subscription
        self.pulse = Pulse()
        self._noted: dict[tuple[str, int], int] = {}
        self._on_fatal = on_fatal
        self._app = cast(Any, application(subscription.group, subscription.instance, access))
        topic = self._app.topic(
            *subscription.topics,
            key_type=bytes,
            value_type=bytes,
            key_serializer="raw",
            value_serializer="raw",
        )
        self._app.agent(topic, name=f"{subscription.group}.agent")(self._agent)
        self._app.on_partitions_revoked.connect(self._revoked)
        self._app.on_partitions_assigned.connect(self._assigned)

    @property
    def committed(self) -> dict[tuple[str, int], int]:
        """What the broker was told last, for every partition that is assigned here."""
        consumer = self._app._consumer
        if consumer is None or not self._app.started:
            return {}
        try:
            assigned = consumer.assignment()
        except ConsumerNotStarted:  # its thread comes up after the app has
            return {}
        told = consumer._committed_offset
        return {(at.topic, at.partition): told[at] or 0 for at in assigned}

    @property
    def crashed(self) -> bool:
        return bool(self._app.crashed)

    async def start(self) -> None:
        self._app.loop = asyncio.get_running_loop()
        self._app.finalize()
        await self._app.start()

    async def stop(self) -> None:
        await self._app.stop()

    async def _agent(self, stream: AsyncIterable[Any]) -> None:
        async for events in stream.take_events(BATCH, within=WITHIN_SECONDS):  # type: ignore[attr-defined]
            await self._apply_or_die([event.message for event in events])

    async def _apply_or_die(self, batch: Sequence[BusMessage]) -> None:
        began = time.perf_counter()
        self.pulse.busy = True
        for pause in pauses():
            self.pulse.alive = time.monotonic()
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
        subscription, pulse = self.subscription, self.pulse
        pulse.applied = pulse.alive = time.monotonic()
        pulse.busy = pulse.retrying = False
        for at, offset in _ends(batch).items():
            self._note(at, offset)
        subscription.measures.applied(subscription.group, len(batch), seconds)

    def note_committed(self) -> None:
        """What a process before this one has done and not noted, because it was killed."""
        for at, offset in self.committed.items():
            if offset > self._noted.get(at, 0):
                self._note(at, offset)

    def _note(self, at: tuple[str, int], offset: int) -> None:
        self._noted[at] = offset
        self.subscription.note(self.subscription.group, *at, offset)

    def _retrying(self, error: BaseException) -> None:
        self.pulse.retrying = True
        self.subscription.measures.retried(self.subscription.group, error)
        log.warning("%s: trying again: %r", self.subscription.group, error)

    async def _revoked(self, app: object, *revoked: Any, **kwargs: Any) -> None:
        """When what was under way is done, and before another member may go on with it."""
        self.subscription.forget()

    async def _assigned(self, app: object, *assigned: Any, **kwargs: Any) -> None:
        self.subscription.forget()
        self.subscription.measures.assigned(self.subscription.group, len(assigned[0]))


def _ends(batch: Sequence[BusMessage]) -> dict[tuple[str, int], int]:
    return {(m.topic, m.partition): m.offset + 1 for m in batch}

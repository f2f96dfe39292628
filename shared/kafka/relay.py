"""The relay: publishes the log's commits in order of each stream, and saves its checkpoint."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from shared.cancelling import end
from shared.kafka.ack_tracker import AckTracker
from shared.kafka.broker_access import BrokerAccess
from shared.kafka.envelope import NoCommit
from shared.kafka.log_heads import (
    Announced,
    HashOf,
    head_message,
    read_heads,
    refuse_if_behind,
)
from shared.kafka.metric_hooks import RelayMetricHooks
from shared.kafka.namespace import Namespace
from shared.kafka.resilient_producer import UNSENT, ResilientProducer
from shared.kafka.stream_publisher import (
    CommitDocument,
    CrashPoint,
    StreamPublisher,
    no_crash,
)
from shared.kafka.topics import LOG_HEADS
from shared.kernel.log_position import Checkpoint, LogChange
from shared.pauses import pauses
from shared.signing.key_folder import SigningKeys

log = logging.getLogger(__name__)

MOST_OUTSTANDING = 5_000
BACKPRESSURE_PAUSE_SECONDS = 0.05
CHECKPOINT_PAUSE_SECONDS = 0.1
BETWEEN_CHECKPOINTS_SECONDS = 0.25
"""While commits keep coming."""
IDLE_SECONDS = 10.0


class CommitFeed(Protocol):
    """The log as the relay reads it."""

    def changes(self, begin: Checkpoint) -> AsyncGenerator[LogChange, None]:
        """Yields every commit after `begin` at least once, in order of each stream, with
        heartbeats in between, without end."""
        ...


class CheckpointStore(Protocol):
    """The store of one relay's checkpoint."""

    async def load(self) -> Checkpoint: ...
    async def save(self, checkpoint: Checkpoint) -> None: ...


@dataclass(frozen=True)
class RelayParts:
    """The ports and settings of one relay; `idle_seconds` between checkpoints without commits."""

    service: str
    access: BrokerAccess
    namespace: Namespace
    feed: CommitFeed
    checkpoints: CheckpointStore
    hash_of: HashOf
    real_time: Callable[[], datetime]
    keys: SigningKeys
    metric_hooks: RelayMetricHooks = field(default_factory=RelayMetricHooks)
    crash_point: CrashPoint = no_crash
    idle_seconds: float = IDLE_SECONDS


class Relay:
    """Publishes until it is cancelled. Two relays at once only publish twice: a lease around it
    saves work, and guards nothing."""

    def __init__(self, parts: RelayParts) -> None:
        self._parts = parts
        self._advanced = asyncio.Event()
        self._last_checkpoint = 0.0
        self.publishing = False

    async def run(self) -> None:
        """Raises BehindBus when the log is older than what it has published, and every error of the
        feed or of a message."""
        parts = self._parts
        await self.check()
        producer = ResilientProducer(parts.access, f"{parts.service}-relay", parts.metric_hooks)
        publisher = StreamPublisher(producer, parts.namespace, parts.crash_point)
        tracker = AckTracker(await parts.checkpoints.load(), self._advanced.set)
        saving = asyncio.create_task(self._save_for_ever(tracker, producer))
        self.publishing = True
        try:
            await self._publish_for_ever(tracker, publisher, saving)
        finally:
            self.publishing = False
            await end([saving])
            await publisher.close()
            await producer.close()

    async def check(self) -> None:
        """Waits until the bus has answered, however long that takes; raises BehindBus."""
        parts = self._parts
        for pause in pauses():
            try:
                heads = await self._heads()
                break
            except UNSENT as error:
                parts.metric_hooks.failed(error)
                log.warning("%s: the bus is away: %r", parts.service, error)
            await asyncio.sleep(pause)
        await refuse_if_behind(parts.service, heads, parts.hash_of)

    async def _heads(self) -> Mapping[str, Announced]:
        parts = self._parts
        return await read_heads(parts.access, parts.namespace, [parts.service], parts.keys.ring)

    async def _publish_for_ever(
        self, tracker: AckTracker, publisher: StreamPublisher, saving: asyncio.Task[None]
    ) -> None:
        async with aclosing(self._parts.feed.changes(tracker.checkpoint)) as changes:
            async for change in changes:
                if saving.done():
                    saving.result()
                publisher.check()
                self._take(change, tracker, publisher)
                await self._backpressure(tracker, publisher)
        raise RuntimeError("the feed of the log has ended")

    def _take(self, change: LogChange, tracker: AckTracker, publisher: StreamPublisher) -> None:
        hooks = self._parts.metric_hooks
        hooks.waiting(len(tracker), tracker.oldest_seconds)
        if change.commit is None:
            self._heartbeat(change, tracker)
            return
        try:
            self._publish(change.commit, change, tracker, publisher)
        except NoCommit as error:
            hooks.left_out()
            log.error("%s: not published, it is no commit: %s", self._parts.service, error)
            self._heartbeat(replace(change, commit=None), tracker)

    def _publish(
        self,
        commit: CommitDocument,
        change: LogChange,
        tracker: AckTracker,
        publisher: StreamPublisher,
    ) -> None:
        """Enters the change before an acknowledgement of it can come."""

        def on_published() -> None:
            acknowledge()
            self._parts.metric_hooks.published(facts)

        publisher.put(commit, on_published)
        facts, acknowledge = len(commit["facts"]), tracker.enter(change)

    def _heartbeat(self, change: LogChange, tracker: AckTracker) -> None:
        tracker.heartbeat(change)
        idle_seconds = time.monotonic() - self._last_checkpoint
        if not len(tracker) and idle_seconds >= self._parts.idle_seconds:
            self._advanced.set()

    async def _backpressure(self, tracker: AckTracker, publisher: StreamPublisher) -> None:
        """Reads no further while very much is outstanding: the log keeps it better than memory."""
        while len(tracker) >= MOST_OUTSTANDING:
            self._parts.metric_hooks.waiting(len(tracker), tracker.oldest_seconds)
            publisher.check()
            await asyncio.sleep(BACKPRESSURE_PAUSE_SECONDS)

    async def _save_for_ever(self, tracker: AckTracker, producer: ResilientProducer) -> None:
        """Announces the log head, then saves the checkpoint: shortly after acknowledgements, four
        times a second while they keep coming, and now and then when idle."""
        heads = self._parts.namespace.topic(LOG_HEADS.name)
        pair = self._parts.keys.pair_of(self._parts.service)
        while True:
            await self._advanced.wait()
            since = time.monotonic() - self._last_checkpoint
            await asyncio.sleep(max(CHECKPOINT_PAUSE_SECONDS, BETWEEN_CHECKPOINTS_SECONDS - since))
            self._advanced.clear()
            checkpoint = tracker.checkpoint
            if checkpoint.token is None:
                # During a sweep the head may be older than one that was announced before.
                continue
            self._parts.crash_point("after_publish_before_token")
            now = self._parts.real_time()
            await producer.send(
                heads, [head_message(self._parts.service, checkpoint.head, now, pair)]
            )
            self._parts.crash_point("after_head_before_token")
            await self._parts.checkpoints.save(checkpoint)
            self._last_checkpoint = time.monotonic()

"""Publishes the commits of many streams at once, and those of one stream one after the other."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from shared.cancelling import end
from shared.contracts.catalogue import owner_of
from shared.kafka.envelope import checked_messages
from shared.kafka.message import Outgoing
from shared.kafka.namespace import Namespace
from shared.kafka.resilient_producer import ResilientProducer

CommitDocument = Mapping[str, Any]
"""A commit as it is stored."""
OnPublished = Callable[[], None]
CrashPoint = Callable[[str], None]


def no_crash(point: str) -> None:
    """Does nothing; tests of failures pass a function that ends the process at a named point."""


class StreamPublisher:
    """One queue per stream: a commit is sent when the one before it is acknowledged."""

    def __init__(
        self,
        producer: ResilientProducer,
        namespace: Namespace,
        crash_point: CrashPoint = no_crash,
    ) -> None:
        self._producer = producer
        self._namespace = namespace
        self._crash_point = crash_point
        self._queues: dict[str, deque[tuple[list[Outgoing], OnPublished]]] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._failure: BaseException | None = None

    def put(self, commit: CommitDocument, on_published: OnPublished) -> None:
        """Queues the commit; calls `on_published` when the bus has acknowledged it. Raises NoCommit
        for a document that is none."""
        messages = checked_messages(commit)
        stream: str = commit["stream"]
        if queue := self._queues.get(stream):
            queue.append((messages, on_published))
            return
        self._queues[stream] = deque([(messages, on_published)])
        task = asyncio.create_task(self._drain(stream))
        self._running.add(task)
        task.add_done_callback(self._ended)

    def check(self) -> None:
        """Raises the error that has ended a queue; a refusal or an outage of the bus ends none."""
        if self._failure:
            raise self._failure

    async def close(self) -> None:
        """Cancels what is under way."""
        await end(self._running)

    async def _drain(self, stream: str) -> None:
        queue = self._queues[stream]
        topic = self._namespace.topic(owner_of(stream).topic)
        while queue:
            messages, on_published = queue[0]
            self._crash_point("before_publish")
            await self._producer.send(topic, messages)
            self._crash_point("after_publish_before_note")
            on_published()
            queue.popleft()
        del self._queues[stream]

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self._failure = error

"""Lanes: a stream's next commit is sent when the one before is acknowledged; other streams go on
meanwhile."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from shared.cancelling import end
from shared.kafka.envelope import owner_of, to_messages
from shared.kafka.producers import Producers
from shared.kafka.space import Space

Commit = Mapping[str, Any]
Done = Callable[[], None]
CrashPoint = Callable[[str], None]


def no_crash(point: str) -> None:
    """Nothing happens here unless a test of failures asks for it."""


class Lanes:
    def __init__(
        self, producers: Producers, space: Space, crash_point: CrashPoint = no_crash
    ) -> None:
        self._producers = producers
        self._space = space
        self._crash_point = crash_point
        self._lanes: dict[str, deque[tuple[Commit, Done]]] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._failure: BaseException | None = None

    def put(self, commit: Commit, done: Done) -> None:
        """Sends the commit in its turn; `done` is called when the bus has it."""
        stream: str = commit["stream"]
        if lane := self._lanes.get(stream):
            lane.append((commit, done))
            return
        self._lanes[stream] = deque([(commit, done)])
        task = asyncio.create_task(self._drain(stream))
        self._running.add(task)
        task.add_done_callback(self._ended)

    def check(self) -> None:
        """Raises what has ended a lane: a commit that cannot be put into messages, not one that was
        not taken."""
        if self._failure:
            raise self._failure

    async def close(self) -> None:
        await end(self._running)

    async def _drain(self, stream: str) -> None:
        lane = self._lanes[stream]
        topic = self._space.topic(owner_of(stream).topic)
        while lane:
            commit, done = lane[0]
            self._crash_point("before_publish")
            await self._producers.send(topic, to_messages(commit))
            done()
            lane.popleft()
        del self._lanes[stream]

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self._failure = error

"""Business time of a process: follows the shared clock and reports the version that it follows."""

import asyncio
import logging
import os
import socket
from collections.abc import Coroutine
from contextlib import aclosing, suppress
from datetime import datetime
from itertools import count
from typing import Any

from pymongo.errors import PyMongoError

from shared.cancelling import end
from shared.kernel.clock import ClockMode, ClockSetting
from shared.kernel.ports import Now
from shared.mongo.clock_store import ClockStore, real_time

logger = logging.getLogger(__name__)
BEAT_SECONDS, PAUSE_SECONDS = 1.0, 0.2
QUIET_BEATS = 3
"""In real time the version is reported at every third beat: nobody waits for it (ADR 91)."""


def follower(role: str, ordinal: int) -> str:
    """Returns a name that no other process has, not even one of the same role: under a shared name
    a process that keeps up would hide one that lags."""
    return f"{role}-{ordinal}@{socket.gethostname()}:{os.getpid()}"


class FollowedClock:
    """Use with `async with`, or `start` and `stop`. Time goes on while the store is away."""

    def __init__(self, store: ClockStore, follower: str, real: Now = real_time) -> None:
        self._store, self._follower, self._real = store, follower, real
        self._setting: ClockSetting | None = None
        self._latest: datetime | None = None
        self._reported: int | None = None
        self._moves = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._fault: BaseException | None = None

    async def start(self) -> None:
        self._adopt(await self._store.read())
        await self._store.forget_the_dead()
        await self._report()
        self._tasks = [self._run(self._watch()), self._run(self._beat())]

    async def stop(self) -> None:
        await end(self._tasks)
        with suppress(PyMongoError):
            await self._store.leave(self._follower)

    async def __aenter__(self) -> "FollowedClock":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def now(self) -> datetime:
        """Returns business time. Simulated time never runs back here, also when it is slowed down.

        Raises RuntimeError when the clock is no longer followed."""
        moment = self.setting.at(self._real())
        if self.simulated:
            self._latest = moment = max(moment, self._latest or moment)
        return moment

    @property
    def setting(self) -> ClockSetting:
        if self._setting is None or self._fault is not None:
            raise RuntimeError(f"{self._follower} does not follow the clock") from self._fault
        return self._setting

    @property
    def version(self) -> int:
        return self.setting.version

    @property
    def simulated(self) -> bool:
        return self.setting.mode == "simulated"

    @property
    def label(self) -> ClockMode:
        """The mode that commits record."""
        return self.setting.mode

    @property
    def once_simulated(self) -> bool:
        """True when pages must warn of data from simulated time."""
        return self.setting.once_simulated

    def _adopt(self, setting: ClockSetting) -> None:
        if self._setting is None or setting.version > self._setting.version:
            self._setting = setting
            self._moves.set() if self.simulated else self._moves.clear()

    async def _report(self) -> None:
        version = self.version
        await self._store.follow(self._follower, version)
        self._reported = version

    def _run(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Notes the fault: a clock that is not followed must not tell the time."""
        if not task.cancelled() and (error := task.exception()) is not None:
            self._fault = error

    async def _watch(self) -> None:
        """Watches simulated time, which tests and demonstrations move. Real time needs no change
        stream, which every write of anybody would wake: the beat sees when it ends."""
        while True:
            await self._moves.wait()
            await asyncio.sleep(PAUSE_SECONDS)
            try:
                async with aclosing(self._store.changes()) as changes:
                    async for setting in changes:
                        self._adopt(setting)
                        await self._report()
            except PyMongoError as error:
                logger.warning("clock: %s; looking again", error)

    async def _beat(self) -> None:
        """Reads the clock every second, should the change stream stall, and reports the version:
        at once when it is another one, and as a sign of life."""
        for beat in count():
            await asyncio.sleep(BEAT_SECONDS)
            with suppress(PyMongoError):
                self._adopt(await self._store.read())
                if self.simulated or self._reported != self.version or beat % QUIET_BEATS == 0:
                    await self._report()

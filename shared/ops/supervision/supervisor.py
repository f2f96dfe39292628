"""Supervisor: starts the children, restarts them with back-off, and ends every one."""

import asyncio
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from shared.ops.base.errors import ChildRefused
from shared.ops.base.process import signal_group, tail, words
from shared.ops.supervision.child import Child, Condition, Doing, spawn
from shared.service.config.errors import EXIT_CODE

LONGEST_WORDS = 200
"""Of a log's last line: one with a traceback would fill the screen."""


@dataclass(frozen=True)
class Patience:
    """Time limits in seconds. A service drains within ten, so nine are left to it before it is
    killed. One that ran for `steady_after` is started at once when it ends; the pauses are for
    those that end in their start."""

    grace: float = 9.0
    first_pause: float = 0.5
    longest_pause: float = 10.0
    steady_after: float = 15.0

    def pause(self, failures: int) -> float:
        return min(self.longest_pause, self.first_pause * 2.0 ** min(failures - 1, 16))


class Supervisor:
    def __init__(
        self,
        children: Sequence[Child],
        logs: Path,
        patience: Patience | None = None,
        tell: Callable[[str], None] = lambda sentence: None,
    ) -> None:
        self.children = children
        self.doing = {child.name: Doing() for child in children}
        self.stopping = asyncio.Event()
        self.ready = asyncio.Event()
        """Set by the watch when all children have been ready at once."""
        self._logs = logs
        self._patience = patience or Patience()
        self._tell = tell
        self._running: dict[str, asyncio.subprocess.Process] = {}
        self._refused: Child | None = None

    def log_of(self, child: Child) -> Path:
        return self._logs / f"{child.name}.log"

    async def run(self) -> None:
        """Returns when it was asked to stop and no child runs. Raises ChildRefused: another try
        would change nothing."""
        keepers = [asyncio.create_task(self._keep(child)) for child in self.children]
        try:
            await self.stopping.wait()
            self._signal_all(signal.SIGTERM)
            await asyncio.wait(keepers, timeout=self._patience.grace)
        finally:
            # Also after a cancellation: no child may stay behind or come back.
            self.stopping.set()
            self._signal_all(signal.SIGKILL)
            await asyncio.gather(*keepers, return_exceptions=True)
        if self._refused:
            name = self._refused.name
            raise ChildRefused(name, words(self.log_of(self._refused), self.doing[name].log_from))

    def stop(self) -> None:
        """Asks to stop; a second call no longer waits."""
        if self.stopping.is_set():
            self._signal_all(signal.SIGKILL)
        self.stopping.set()

    async def _keep(self, child: Child) -> None:
        doing = self.doing[child.name]
        failures = 0
        while not self.stopping.is_set():
            began = monotonic()
            doing.last_exit = await self._run_once(child, doing)
            if self.stopping.is_set():
                break
            if doing.last_exit == EXIT_CODE:
                self._refused = child
                self.stopping.set()
                break
            steady = monotonic() - began > self._patience.steady_after
            failures = 1 if steady else failures + 1
            await self._pause(child, doing, failures)
        doing.condition = Condition.STOPPED

    async def _run_once(self, child: Child, doing: Doing) -> int:
        process = await spawn(child, self.log_of(child), doing)
        self._running[child.name] = process
        doing.pid = process.pid
        doing.condition = Condition.STARTING
        if self.stopping.is_set():
            # The stop came during the start.
            signal_group(process.pid, signal.SIGTERM)
        code = await process.wait()
        # Its own children end with it.
        signal_group(process.pid, signal.SIGKILL)
        del self._running[child.name]
        doing.pid = None
        return code

    async def _pause(self, child: Child, doing: Doing, failures: int) -> None:
        pause = self._patience.pause(failures)
        doing.restarts += 1
        doing.condition = Condition.RESTARTING
        log = self.log_of(child)
        self._tell(
            f"{child.name} ended with {doing.last_exit}; restart {doing.restarts} "
            f"in {pause:g} s, see {log}: {tail(log, lines=1)[:LONGEST_WORDS]}"
        )
        with suppress(TimeoutError):
            await asyncio.wait_for(self.stopping.wait(), pause)

    def _signal_all(self, number: signal.Signals) -> None:
        """Signals the children in reverse order of their start."""
        for child in reversed(self.children):
            if child.name in self._running:
                signal_group(self._running[child.name].pid, number)

"""Server process: started in a session of its own, tied to this process, and ended in every
case."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from shared.ops.base import tether
from shared.ops.base.errors import PartFailed

STOP_WITHIN = 10.0
START_WITHIN = 60.0
LOG_LIMIT = 5_000_000


def tethered(argv: Sequence[str]) -> list[str]:
    return [sys.executable, "-I", "-S", tether.__file__, str(os.getpid()), *argv]


def rotate(log: Path, limit: int = LOG_LIMIT) -> None:
    """Keeps one older log. The writer appends, so its file is copied aside and emptied."""
    if log.exists() and log.stat().st_size > limit:
        log.with_suffix(".log.1").write_bytes(log.read_bytes())
        os.truncate(log, 0)


def tail(log: Path, lines: int = 8) -> str:
    text = log.read_text(errors="replace") if log.exists() else ""
    return "\n".join(text.splitlines()[-lines:])


def words(log: Path, start: int) -> str:
    """Returns the lines of a log since a position that are meant for people: all but the JSON
    lines."""
    lines = log.read_bytes()[start:].decode(errors="replace").splitlines()
    return "\n".join(line for line in lines if not line.startswith("{"))


def signal_group(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def comes_true(condition: Callable[[], bool], within: float) -> bool:
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


@dataclass
class Server:
    """Start it from a long-lived thread: PR_SET_PDEATHSIG kills the child when its parent thread
    exits."""

    name: str
    argv: Sequence[str]
    log: Path
    is_ready: Callable[[], bool]
    environment: Mapping[str, str] = field(default_factory=dict)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process and self._process.poll() is None else None

    @property
    def exit_code(self) -> int | None:
        """Returns None before its start and while it runs; -9 after SIGKILL."""
        return self._process.poll() if self._process else None

    def launch(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        rotate(self.log)
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                tethered(self.argv),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self.environment},
                start_new_session=True,
            )

    def wait_until_ready(self, within: float = START_WITHIN) -> None:
        comes_true(lambda: self.pid is None or self.is_ready(), within)
        if self.pid is None or not self.is_ready():
            self.kill()
            raise PartFailed(
                f"{self.name} 未能启动，日志见 {self.log}。",
                f"{self.name} did not start; the end of {self.log}:\n{tail(self.log)}",
            )

    def start(self) -> None:
        self.launch()
        self.wait_until_ready()

    def stop(self, within: float = STOP_WITHIN) -> None:
        self.ask_to_stop()
        self.wait_until_stopped(within)

    def ask_to_stop(self) -> None:
        if self.pid is not None:
            signal_group(self.pid, signal.SIGTERM)

    def wait_until_stopped(self, within: float = STOP_WITHIN) -> None:
        if self._process is None:
            return
        try:
            self._process.wait(within)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """Sends SIGKILL to the process group, as in a crash or a power cut."""
        if self._process is not None and self._process.poll() is None:
            signal_group(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def restart(self) -> None:
        self.stop()
        self.start()

"""Faults of the operating system in a running process: errors and delays of its system calls."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

ATTACHED_WITHIN_SECONDS = 30
needs_strace = pytest.mark.skipif(
    shutil.which("strace") is None, reason="strace is not installed (Debian package)"
)


@contextmanager
def injected(pid: int, calls: str, fault: str, *, threads: bool = True) -> Iterator[None]:
    """`fault`: as `strace --inject` takes it, `error=EIO` or `delay_enter=10s`. Ends with the
    block, or with the process."""
    words = ["strace", *(["-f"] if threads else []), "-o", "/dev/null"]
    words += ["-e", f"trace={calls}", "-e", f"inject={calls}:{fault}", "-p", str(pid)]
    tracer = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until_traced(pid, tracer)
        yield
    finally:
        tracer.terminate()
        tracer.wait()


def wait_until_traced(pid: int, tracer: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + ATTACHED_WITHIN_SECONDS
    while tracer_of(pid) != tracer.pid:
        if tracer.poll() is not None or time.monotonic() > deadline:
            pytest.skip("processes cannot be traced here (ptrace)")
        time.sleep(0.05)


def tracer_of(pid: int) -> int:
    with open(f"/proc/{pid}/status") as status:
        [line] = [line for line in status if line.startswith("TracerPid:")]
    return int(line.split()[1])

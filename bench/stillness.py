"""Processes that stand still for a while, and then go on where they were."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from bench.installation import Installation
from shared.ops.base.process import signal_group


@contextmanager
def standing_still(running: Installation, *roles: str) -> Iterator[None]:
    """Not for much longer than a minute: a consumer without progress ends itself."""
    pids = [running.pid(role) for role in roles]
    for pid in pids:
        signal_group(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            signal_group(pid, signal.SIGCONT)

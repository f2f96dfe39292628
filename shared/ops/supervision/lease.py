"""One `duban run` per data folder: a lock that the operating system frees with its process."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shared.ops.base.errors import AlreadyRunning


@contextmanager
def sole_use_of(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a+") as lease:
        try:
            fcntl.flock(lease, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as locked:
            lease.seek(0)
            raise AlreadyRunning(str(folder), lease.read().strip() or "?") from locked
        lease.truncate(0)
        lease.write(str(os.getpid()))
        lease.flush()
        yield

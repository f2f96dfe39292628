"""TCP ports on loopback: free, taken, and the setting that changes them."""

import os
import random
import socket
import tempfile
import time
from contextlib import closing, suppress
from pathlib import Path

from shared.ops.base.errors import PortTaken

LOOPBACK = "127.0.0.1"
ANY = 0
SELDOM_USED = range(20_000, 27_000)
RESERVED_SECONDS = 600.0


def free_port() -> int:
    """Returns a free port below those that the kernel gives to connections, so that none takes it.

    It may be used a while later: for ten minutes no other process of this user is given it.
    """
    while True:
        port = random.choice(SELDOM_USED)
        with closing(socket.socket()) as probe, suppress(OSError):
            probe.bind((LOOPBACK, port))
            if reserve(port):
                return port


def reserve(port: int) -> bool:
    """Returns whether the port could be reserved for this process, by a file of its number."""
    file = Path(tempfile.gettempdir()) / f"duban-ports-{os.getuid()}" / str(port)
    try:
        file.parent.mkdir(exist_ok=True)
        if file.exists() and time.time() - file.stat().st_mtime > RESERVED_SECONDS:
            file.unlink(missing_ok=True)
        file.touch(exist_ok=False)
    except FileExistsError:
        return False
    except OSError:  # no place for files: as good as it gets
        return True
    return True


def is_free(port: int) -> bool:
    """Returns whether a server could listen; a port in TIME_WAIT counts as free."""
    with closing(socket.socket()) as probe, suppress(OSError):
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((LOOPBACK, port))
        return True
    return False


def claim(port: int, setting: str) -> int:
    """Returns the port when it is free, any free one for 0. Raises PortTaken with the name of
    the setting."""
    if port == ANY:
        return free_port()
    if not is_free(port):
        raise PortTaken(port, setting)
    return port


def is_open(port: int) -> bool:
    with closing(socket.socket()) as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0

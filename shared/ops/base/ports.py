"""TCP ports on loopback: free, taken, and the setting that changes them."""

import random
import socket
from contextlib import closing, suppress

from shared.ops.base.errors import PortTaken

LOOPBACK = "127.0.0.1"
ANY = 0
SELDOM_USED = range(20_000, 27_000)


def free_port() -> int:
    """A free port below those that the kernel gives to connections, so that none takes it."""
    while True:
        port = random.choice(SELDOM_USED)
        with closing(socket.socket()) as probe, suppress(OSError):
            probe.bind((LOOPBACK, port))
            return port


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

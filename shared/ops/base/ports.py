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


def claim(port: int, setting: str) -> int:
    """Returns the port when it is free, any free one for 0. Raises PortTaken with the name of
    the setting."""
    if port == ANY:
        return free_port()
    with closing(socket.socket()) as probe:
        # A port in TIME_WAIT counts as free, as it does for servers.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as taken:
            raise PortTaken(port, setting) from taken
    return port


def is_open(port: int) -> bool:
    with closing(socket.socket()) as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0

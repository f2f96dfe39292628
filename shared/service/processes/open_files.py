"""File descriptors of a process: each connection needs one, and many systems start with 1,024."""

import resource

ENOUGH = 10_240
"""Where there is no hard limit: some systems take no more for a soft one."""


def allow_open_files() -> int:
    """Raises the soft limit of this process to its hard limit, and returns the soft one.

    A server then refuses connections by its own bounds, with an answer, before descriptors run out.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = ENOUGH if hard == resource.RLIM_INFINITY else hard
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return most

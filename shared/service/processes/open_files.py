"""File descriptors of a process: each connection needs one, and many systems start with 1,024."""

import resource


def allow_open_files() -> int:
    """Raises the soft limit of this process to its hard limit, and returns it. A server then
    refuses connections by its own bounds, with an answer, before descriptors run out."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard

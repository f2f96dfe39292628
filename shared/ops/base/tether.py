"""Replaces itself by the program on its command line, which ends when its starter ends."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Runs as `python tether.py PARENT PROGRAM ARGUMENT...`, by path: it needs no import path."""
    parent, program = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        raise SystemExit("the starter is gone")
    os.execvp(program[0], program)


if __name__ == "__main__":
    main()

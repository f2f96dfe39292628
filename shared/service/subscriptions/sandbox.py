"""Runs pure code that facts reach: whatever it raises stops one case, also when it would never
end."""

import signal
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

# Processor time of the thread that computes, so that neither a pause of the machine nor the work of
# other threads accuses a fact; a fact takes some microseconds.
SECONDS = 0.3
SOONEST = 0.001
"""A timer that is set to less might be set to nothing, which switches it off."""


class Endless(Exception):
    """Pure code has computed for too long."""


class PureFailure(Exception):
    """Pure code raised. `where` names types and lines, never what the fact says."""

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.where = where


@contextmanager
def pure(seconds: float = SECONDS) -> Iterator[None]:
    """Nothing is awaited inside. The time limit holds in the main thread only, where signals
    arrive."""
    try:
        with _limited(seconds):
            yield
    except Exception as error:
        raise PureFailure(described(error)) from error


def described(error: BaseException) -> str:
    """`KeyError at policy.py:42 react`: enough to find it, nothing of the data."""
    frames = traceback.extract_tb(error.__traceback__)
    own = next((f for f in reversed(frames) if _is_own(f.filename)), None)
    place = f" at {Path(own.filename).name}:{own.lineno} {own.name}" if own else ""
    return f"{type(error).__name__}{place}"


def _is_own(filename: str) -> bool:
    return "site-packages" not in filename and filename != __file__


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    if signal.getsignal(signal.SIGPROF) is not _interrupt:
        signal.signal(signal.SIGPROF, _interrupt)
    _limit.until = time.thread_time() + seconds
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        _limit.until = None
        signal.setitimer(signal.ITIMER_PROF, 0)


class _Limit:
    until: float | None = None
    """In processor time of the main thread; none: nothing is limited now."""


_limit = _Limit()


def _interrupt(number: int, frame: FrameType | None) -> None:
    """The timer counts the whole process, so it only says when to look: Python calls this in the
    main thread, which asks for its own time and, if that is not over, to be called again. A signal
    that comes late finds no limit, and interrupts nobody else."""
    if _limit.until is None:
        return
    left = _limit.until - time.thread_time()
    if left > 0:
        signal.setitimer(signal.ITIMER_PROF, max(left, SOONEST))
        return
    _limit.until = None
    raise Endless

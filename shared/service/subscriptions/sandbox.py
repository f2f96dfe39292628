"""Sandbox for pure code: an error or an endless loop stops one case, not the consumer."""

import signal
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

SECONDS = 0.3
"""Processor time of the computing thread: neither a pause of the machine nor other threads count. A
fact takes some microseconds."""
SOONEST = 0.001
"""Seconds; a shorter timer could be rounded to 0, which switches it off."""


class Endless(Exception):
    """Pure code has exceeded its processor time."""


class PureFailure(Exception):
    """Pure code raised; `where` names types and lines, never content."""

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.where = where


@contextmanager
def pure(seconds: float = SECONDS) -> Iterator[None]:
    """Raises PureFailure for any error inside. Not for code that awaits. The time limit holds in
    the main thread only, where signals arrive."""
    try:
        with _limited(seconds):
            yield
    except Exception as error:
        raise PureFailure(described(error)) from error


def described(error: BaseException) -> str:
    """Returns `KeyError at policy.py:42 react`: the place in own code, none of the data."""
    frames = traceback.extract_tb(error.__traceback__)
    frame = next((f for f in reversed(frames) if _is_own(f.filename)), None)
    place = f" at {Path(frame.filename).name}:{frame.lineno} {frame.name}" if frame else ""
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
    """Processor time of the main thread; None: no limit is set."""


_limit = _Limit()


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Signal handler: the timer counts the whole process, so the main thread compares its own time
    and sets the timer again if that is not over. A late signal finds no limit and does nothing."""
    if _limit.until is None:
        return
    left = _limit.until - time.thread_time()
    if left > 0:
        signal.setitimer(signal.ITIMER_PROF, max(left, SOONEST))
        return
    _limit.until = None
    raise Endless

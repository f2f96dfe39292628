"""Pauses between attempts: each twice as long as the one before, up to the longest."""

import math
import time
from collections.abc import Iterator

FIRST_SECONDS, LONGEST_SECONDS = 0.05, 5.0


def pauses(
    first: float = FIRST_SECONDS, longest: float = LONGEST_SECONDS, within: float = math.inf
) -> Iterator[float]:
    """Yields one pause in seconds for each attempt, until `within` seconds have passed."""
    end = time.monotonic() + within
    pause = first
    while True:
        yield pause
        if time.monotonic() > end:
            return
        pause = min(pause * 2, longest)

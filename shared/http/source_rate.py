"""The rate of requests from one source: a bucket of tokens for each."""

import math
import time
from collections.abc import Callable

from shared.kernel.bounded_cache import BoundedCache

BURST_SECONDS = 10.0
"""A bucket holds the requests of so many seconds."""
MOST_SOURCES = 10_000
"""Buckets in memory; the one that was used longest ago is forgotten."""


class SourceRate:
    """`per_second` 0: no limit. `elapsed` in seconds, monotonic."""

    def __init__(
        self, per_second: float = 0.0, elapsed: Callable[[], float] = time.monotonic
    ) -> None:
        self._per_second, self._most = per_second, per_second * BURST_SECONDS
        self._elapsed = elapsed
        self._buckets: BoundedCache[str, tuple[float, float]] = BoundedCache(MOST_SOURCES)

    @property
    def is_bounded(self) -> bool:
        return self._per_second > 0

    def wait_of(self, source: str) -> int:
        """Takes a token of the source; returns 0, or the seconds until there is one."""
        if not self.is_bounded:
            return 0
        now = self._elapsed()
        tokens, since = self._buckets.get(source) or (self._most, now)
        tokens = min(self._most, tokens + (now - since) * self._per_second)
        short = tokens < 1
        self._buckets.put(source, (tokens if short else tokens - 1, now))
        return max(1, math.ceil((1 - tokens) / self._per_second)) if short else 0

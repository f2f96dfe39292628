"""Draws of cases: a few are asked for often, most of them seldom."""

import random
from typing import Protocol

HOT_SHARE, HOT_CASES = 0.2, 100


class Cases(Protocol):
    def draw(self) -> int: ...


class HotHundred:
    """A fifth of the draws falls on the first hundred numbers, the rest on all of them."""

    def __init__(self, count: int, seed: int) -> None:
        self._count = count
        self._random = random.Random(seed)

    def draw(self) -> int:
        hot = self._random.random() < HOT_SHARE
        return self._random.randrange(min(HOT_CASES, self._count) if hot else self._count)

"""Answers of the store that many readers ask for, kept for a few seconds."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass
class Remembered:
    """Keeps each answer for `seconds`; readers who come at once wait for one and the same read."""

    seconds: float
    clock: Callable[[], float] = time.monotonic
    kept: dict[str, tuple[float, Any]] = field(default_factory=dict)
    locks: defaultdict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    async def of(self, name: str, read: Callable[[], Awaitable[T]]) -> T:
        async with self.locks[name]:
            until, answer = self.kept.get(name, (0.0, None))
            if self.clock() >= until:
                answer = await read()
                self.kept[name] = (self.clock() + self.seconds, answer)
            kept: T = answer
            return kept

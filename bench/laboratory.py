"""Laboratory: the parts, the size and the installation that all benchmarks of a run share."""

import math
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from bench.installation import Installation, inhabited
from bench.lives import Lives, told_again
from bench.parts import Parts
from bench.rounds import Contender, Run, interleaved
from bench.sizes import Size


@dataclass
class Laboratory:
    parts: Parts
    size: Size
    stack: AsyncExitStack
    until: float = math.inf
    """When the benchmark that runs has to come to its end."""
    _running: Installation | None = field(default=None)
    _lives: Lives | None = field(default=None)

    def begin(self) -> None:
        self.until = time.monotonic() + self.size.seconds

    async def rounds(
        self, contenders: Mapping[str, Contender], most: int, warm: bool = True
    ) -> dict[str, list[Run]]:
        """Side by side, and fewer than wanted where there is no time left."""
        return await interleaved(contenders, most, warm and self.size.warm, self.until)

    async def installation(self) -> Installation:
        """All processes of Duban, started when a benchmark first asks for them."""
        if self._running is None:
            self._running = await self.stack.enter_async_context(inhabited(self.parts, "city"))
        return self._running

    async def lives(self) -> Lives:
        """Of a case that this installation has handled."""
        if self._lives is None:
            self._lives = await told_again(await self.installation())
        return self._lives

"""A wire between clients and one server, which a test may cut, slow down or leave half open."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal

from shared.ops.base.ports import LOOPBACK

Way = Literal["there", "back"]
BOTH: frozenset[Way] = frozenset({"there", "back"})
PIECE = 64 * 1024


@dataclass
class Proxy:
    """`delay`: so many seconds at most for each piece; `piece`: its most bytes."""

    target: int
    port: int = 0
    delay: float = 0.0
    piece: int = PIECE
    refuses: bool = False
    blocked: frozenset[Way] = frozenset()
    chance: random.Random = field(default_factory=lambda: random.Random(0))
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _pumps: set[asyncio.Task[None]] = field(default_factory=set)

    @contextmanager
    def cut(self) -> Iterator[None]:
        """Every connection is reset, and new ones are, too."""
        self.refuses = True
        self._reset()
        yield
        self.refuses = False

    @asynccontextmanager
    async def half_open(self, *ways: Way) -> AsyncIterator[None]:
        """Connections stay, new ones are made, and nothing comes through; in the end they are
        reset, as by a peer that has been away."""
        self.blocked = frozenset(ways) or BOTH
        yield
        self.blocked = frozenset()
        self._reset()
        async with self._changed:
            self._changed.notify_all()

    @contextmanager
    def slow(self, delay: float, piece: int) -> Iterator[None]:
        self.delay, self.piece = delay, piece
        yield
        self.delay, self.piece = 0.0, PIECE

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Of a client."""
        if self.refuses:
            writer.transport.abort()
            return
        try:
            there, back = await asyncio.open_connection(LOOPBACK, self.target)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, back}
        for pump in (self._pump(reader, back, "there"), self._pump(there, writer, "back")):
            task = asyncio.create_task(pump)
            self._pumps.add(task)
            task.add_done_callback(self._pumps.discard)

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: Way
    ) -> None:
        with suppress(OSError):
            while data := await reader.read(self.piece):
                async with self._changed:
                    await self._changed.wait_for(lambda: way not in self.blocked)
                if self.delay:
                    await asyncio.sleep(self.delay * self.chance.random())
                writer.write(data)
                await writer.drain()
        writer.close()
        self._writers.discard(writer)

    def _reset(self) -> None:
        for writer in list(self._writers):
            writer.transport.abort()
        self._writers.clear()

    def close(self) -> None:
        self._reset()
        for pump in self._pumps:
            pump.cancel()


@asynccontextmanager
async def proxy(target: int, port: int = 0) -> AsyncIterator[Proxy]:
    made = Proxy(target)
    server = await asyncio.start_server(made.connected, LOOPBACK, port)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        made.close()

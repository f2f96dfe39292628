"""Has files scanned for viruses by clamd.

The protocol is a dozen lines; the library for asyncio hands each kilobyte to a thread.
"""

import asyncio
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from shared.attachments.content import file_refused
from shared.kernel.errors import Unavailable

PIECE_BYTES = 64 * 1024
SECONDS = 60.0
LONGEST_ANSWER = 1024
CLEAN = b"stream: OK"
TOO_LONG = b"size limit exceeded"


class Scanner(Protocol):
    async def scan(self, content: bytes) -> bool:
        """Returns whether the file was scanned, and is clean. Raises RuleViolated for one that is
        not, Unavailable where the scanner does not answer."""
        ...


class NoScanner:
    """Scans nothing: of a development machine. Files are marked as not scanned."""

    async def scan(self, content: bytes) -> bool:
        return False


class RefusingScanner:
    """Refuses every file: of an installation in production without a scanner."""

    async def scan(self, content: bytes) -> bool:
        raise Unavailable("没有配置病毒查杀服务（DUBAN_CLAMD），暂不能收附件，请联系运维人员")


@dataclass(frozen=True)
class Clamd:
    """Implements `Scanner` by clamd's command INSTREAM."""

    host: str
    port: int

    async def scan(self, content: bytes) -> bool:
        try:
            async with asyncio.timeout(SECONDS):
                answer = await self._answer(content)
        except (OSError, TimeoutError) as error:
            raise Unavailable("病毒查杀服务暂时没有应答，请稍后重试") from error
        if answer.endswith(b" FOUND"):
            raise file_refused("文件含有病毒，不收")
        if TOO_LONG in answer:
            raise Unavailable("病毒查杀服务不查这样大的文件，请联系运维人员调大其 StreamMaxLength")
        if answer != CLEAN:
            raise Unavailable("病毒查杀服务没有查完该文件，请稍后重试")
        return True

    async def _answer(self, content: bytes) -> bytes:
        reader, writer = await asyncio.open_connection(self.host, self.port)
        try:
            writer.write(b"zINSTREAM\0")
            for piece in _pieces(content):
                writer.write(struct.pack("!L", len(piece)) + piece)
                await writer.drain()
            writer.write(struct.pack("!L", 0))
            await writer.drain()
            return (await reader.read(LONGEST_ANSWER)).rstrip(b"\0\n")
        finally:
            writer.close()


def _pieces(content: bytes) -> Iterator[bytes]:
    for begin in range(0, len(content), PIECE_BYTES):
        yield content[begin : begin + PIECE_BYTES]


def scanner_of(address: str | None) -> Scanner:
    """Returns the scanner at `host:port`; empty: files are not scanned; None: no file is taken."""
    if not address:
        return RefusingScanner() if address is None else NoScanner()
    host, _, port = address.rpartition(":")
    return Clamd(host, int(port))

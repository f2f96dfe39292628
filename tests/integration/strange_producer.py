"""A producer that no library would be: run as a script, it writes what a broker takes all the same.

strange_producer.py BOOTSTRAP TOPIC name|packed
"""

import asyncio
import struct
import sys
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.record import default_records

ZSTD = 4
VALUE = b"v" * 400


class Unnamed(str):
    """The name of a header that is not UTF-8."""

    __slots__ = ()

    def encode(self, *_: Any) -> bytes:
        return b"\xff\xfe"


def zstd_encode(data: bytes) -> bytes:
    """Packs VALUE into a block of one byte, and leaves what lies around it as it is."""
    before, after = bytes(data).split(VALUE)
    head = b"\x28\xb5\x2f\xfd\x60" + struct.pack("<H", len(data) - 256)
    repeated = _block(1, len(VALUE), VALUE[:1], last=False)
    return head + _raw(before, last=False) + repeated + _raw(after, last=True)


def _raw(content: bytes, last: bool) -> bytes:
    return _block(0, len(content), content, last)


def _block(kind: int, size: int, content: bytes, last: bool) -> bytes:
    return (size << 3 | kind << 1 | last).to_bytes(3, "little") + content


async def main(bootstrap: str, topic: str, how: str) -> None:
    packing = {"compression_type": "zstd"} if how == "packed" else {}
    default_records.zstd_encode = zstd_encode
    default_records.codecs.has_zstd = lambda: True
    AIOKafkaProducer._COMPRESSORS["zstd"] = (lambda: True, ZSTD)
    name = Unnamed("x") if how == "name" else "x"
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, **packing) as producer:
        await producer.send_and_wait(topic, VALUE, b"c1", headers=[(name, b"1")], partition=0)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))

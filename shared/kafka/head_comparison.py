"""Compares the last version of every stream in the log with the last one on the bus."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from shared.kafka.broker_access import BrokerAccess
from shared.kafka.bus_reader import BusReader
from shared.kafka.envelope_reader import open_envelope, source_of
from shared.kafka.message_check import MessageCheck

OnRead = Callable[[int, int], None]
"""Called with the messages read so far and the messages in all."""


@dataclass(frozen=True, slots=True)
class StreamHead:
    """The last version of a stream, and the hash of the commit that holds it."""

    version: int
    hash: str


StreamHeads = Mapping[str, StreamHead]


@dataclass(frozen=True, slots=True)
class Difference:
    """`unpublished` (the log has more) is normal for a moment; `lost` (the bus has more) and
    `other` (the same version with another content) are never."""

    stream: str
    kind: Literal["unpublished", "lost", "other"]
    in_log: int
    on_bus: int


def differences(in_log: StreamHeads, on_bus: StreamHeads) -> Iterator[Difference]:
    """Yields a row for each stream that differs, in the order of names."""
    absent = StreamHead(0, "")
    for stream in sorted(in_log.keys() | on_bus.keys()):
        logged, published = in_log.get(stream, absent), on_bus.get(stream, absent)
        if logged.version > published.version:
            yield Difference(stream, "unpublished", logged.version, published.version)
        elif logged.version < published.version:
            yield Difference(stream, "lost", logged.version, published.version)
        elif logged != published:
            yield Difference(stream, "other", logged.version, published.version)


@dataclass
class BusHeads:
    """The heads of the streams of one service on the bus; `refused` counts messages in its name
    that it has not signed."""

    service: str
    check: MessageCheck
    heads: dict[str, StreamHead] = field(default_factory=dict)
    refused: int = 0

    def note(self, message: Any) -> None:
        if source_of(message) != self.service:
            return
        if not self.check.is_sound(message):
            self.refused += 1
            return
        envelope = open_envelope(message)
        known = self.heads.get(envelope.stream)
        if known is None or known.version <= envelope.version:
            self.heads[envelope.stream] = StreamHead(envelope.version, envelope.hash)


async def heads_on_bus(
    access: BrokerAccess, topic: str, found: BusHeads, on_read: OnRead
) -> BusHeads:
    """Returns `found` with the heads of its service's streams. Raises KafkaError.

    Reads the topic from its beginning, without a group.
    """
    reader, done = BusReader(access), 0
    try:
        total = sum((await reader.ends([topic])).values())
        async for messages in reader.scan(topic):
            for message in messages:
                found.note(message)
            done += len(messages)
            on_read(done, total)
    finally:
        await reader.close()
    return found

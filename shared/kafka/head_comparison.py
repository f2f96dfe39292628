"""Compares the last version of every stream in the log with the last one on the bus."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, Literal

from kafka import KafkaConsumer, TopicPartition

from shared.kafka.broker_access import BrokerAccess
from shared.kafka.envelope_reader import open_envelope, source_of
from shared.kafka.message_check import MessageCheck

POLL_MS = 1_000
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


def heads_on_bus(
    access: BrokerAccess, topics: Sequence[str], found: BusHeads, on_read: OnRead
) -> BusHeads:
    """Returns `found` with the heads of its service's streams. Raises KafkaError.

    Reads the topics from their beginning, without a group.
    """
    done = 0
    options = {**access.for_kafka_python(), "group_id": None, "enable_auto_commit": False}
    with closing(KafkaConsumer(**options)) as consumer:
        ends = _assigned(consumer, topics)
        total = sum(ends.values())
        while any(consumer.position(at) < end for at, end in ends.items()):
            for messages in consumer.poll(timeout_ms=POLL_MS).values():
                for message in messages:
                    found.note(message)
                done += len(messages)
            on_read(done, total)
    return found


def _assigned(consumer: Any, topics: Sequence[str]) -> dict[TopicPartition, int]:
    """Assigns all partitions from their beginning; returns where each ends."""
    partitions = [
        TopicPartition(topic, number)
        for topic in topics
        for number in sorted(consumer.partitions_for_topic(topic) or ())
    ]
    consumer.assign(partitions)
    consumer.seek_to_beginning(*partitions)
    ends: dict[TopicPartition, int] = consumer.end_offsets(partitions)
    return ends

"""Compares the last version of every stream in the log with the last one on the bus."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Literal

from kafka import KafkaConsumer, TopicPartition

from shared.contracts.catalogue import BY_PREFIX
from shared.kafka.broker_access import BrokerAccess

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


def heads_on_bus(
    access: BrokerAccess, topics: Sequence[str], service: str, on_read: OnRead
) -> dict[str, StreamHead]:
    """Returns the heads of the service's streams. Raises KafkaError.

    Reads the topics from their beginning, without a group.
    """
    heads: dict[str, StreamHead] = {}
    done = 0
    options = {**access.for_kafka_python(), "group_id": None, "enable_auto_commit": False}
    with closing(KafkaConsumer(**options)) as consumer:
        ends = _assigned(consumer, topics)
        total = sum(ends.values())
        while any(consumer.position(at) < end for at, end in ends.items()):
            for messages in consumer.poll(timeout_ms=POLL_MS).values():
                for message in messages:
                    _note(heads, service, dict(message.headers))
                done += len(messages)
            on_read(done, total)
    return heads


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


def _note(heads: dict[str, StreamHead], service: str, headers: Mapping[str, bytes]) -> None:
    """Skips a message without an envelope: it is no fact of a log, and consumers park it."""
    try:
        stream, version = headers["ce_stream"].decode(), int(headers["ce_version"])
        owner = BY_PREFIX[stream.partition("-")[0]].name
        head = StreamHead(version, headers["ce_hash"].decode())
    except (KeyError, ValueError):
        return
    if owner == service and (stream not in heads or heads[stream].version <= version):
        heads[stream] = head

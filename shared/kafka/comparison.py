"""The comparison of heads: the last version of every stream, in the log and on the bus."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Literal

from kafka import KafkaConsumer, TopicPartition

from shared.contracts.catalogue import BY_PREFIX
from shared.kafka.access import BrokerAccess

POLL_MS = 1_000
Read = Callable[[int, int], None]
"""So many messages of so many were read."""


@dataclass(frozen=True, slots=True)
class StreamHead:
    """`hash` is that of the commit which holds the version."""

    version: int
    hash: str


Heads = Mapping[str, StreamHead]


@dataclass(frozen=True, slots=True)
class Difference:
    """`unpublished` is normal for a moment; the others never are."""

    stream: str
    kind: Literal["unpublished", "lost", "other"]
    in_log: int
    on_bus: int


def differences(in_log: Heads, on_bus: Heads) -> Iterator[Difference]:
    """`lost`: the bus has more than the log; `other`: the same version with another content."""
    nothing = StreamHead(0, "")
    for stream in sorted(in_log.keys() | on_bus.keys()):
        mine, theirs = in_log.get(stream, nothing), on_bus.get(stream, nothing)
        if mine.version > theirs.version:
            yield Difference(stream, "unpublished", mine.version, theirs.version)
        elif mine.version < theirs.version:
            yield Difference(stream, "lost", mine.version, theirs.version)
        elif mine != theirs:
            yield Difference(stream, "other", mine.version, theirs.version)


def heads_on_bus(
    access: BrokerAccess, topics: Sequence[str], service: str, read: Read
) -> dict[str, StreamHead]:
    """Of the service's streams. Reads the topics from their beginning, without a group."""
    heads: dict[str, StreamHead] = {}
    done = 0
    options = {**access.for_kafka_python(), "group_id": None, "enable_auto_commit": False}
    with closing(KafkaConsumer(**options)) as consumer:
        ends = _all_of(consumer, topics)
        total = sum(ends.values())
        while any(consumer.position(at) < end for at, end in ends.items()):
            for messages in consumer.poll(timeout_ms=POLL_MS).values():
                for message in messages:
                    _note(heads, service, dict(message.headers))
                done += len(messages)
            read(done, total)
    return heads


def _all_of(consumer: Any, topics: Sequence[str]) -> dict[TopicPartition, int]:
    places = [
        TopicPartition(topic, number)
        for topic in topics
        for number in sorted(consumer.partitions_for_topic(topic) or ())
    ]
    consumer.assign(places)
    consumer.seek_to_beginning(*places)
    found: dict[TopicPartition, int] = consumer.end_offsets(places)
    return found


def _note(heads: dict[str, StreamHead], service: str, headers: Mapping[str, bytes]) -> None:
    """What is no envelope is none of the log's facts; consumers have set it aside."""
    try:
        stream, version = headers["ce_stream"].decode(), int(headers["ce_version"])
        owner = BY_PREFIX[stream.partition("-")[0]].name
        head = StreamHead(version, headers["ce_hash"].decode())
    except (KeyError, ValueError):
        return
    if owner == service and (stream not in heads or heads[stream].version <= version):
        heads[stream] = head

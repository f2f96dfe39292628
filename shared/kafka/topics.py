"""The topics, declared once: how many partitions each has, what is kept and for how long."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from aiokafka.partitioner import murmur2

from shared.kafka.space import Space

MAX_MESSAGE_BYTES = 921_600
FOR_EVER = "-1"


@dataclass(frozen=True)
class Topic:
    name: str
    partitions: int
    compacted: bool = False

    def settings(self, replicas: int) -> Mapping[str, str]:
        """What must hold on the broker; one copy is safe only when it is flushed at once."""
        kept = {
            "cleanup.policy": "compact" if self.compacted else "delete",
            "retention.ms": FOR_EVER,
            "retention.bytes": FOR_EVER,
            "max.message.bytes": str(MAX_MESSAGE_BYTES),
        }
        alone = replicas == 1
        safe = {"flush.messages": "1"} if alone else {"min.insync.replicas": str(replicas - 1)}
        return {**kept, **safe}


# Adding partitions would move keys: growing means a new generation of the topic (space.py), which
# `duban republish` fills (docs/operations/more-partitions.md).
CASE_EVENTS = Topic("case-events", partitions=24)
# Not compacted: "who held the post on that day" needs every fact.
DIRECTORY_EVENTS = Topic("directory-events", partitions=6)
LOG_HEADS = Topic("log-heads", partitions=1, compacted=True)

TOPICS: Sequence[Topic] = (CASE_EVENTS, DIRECTORY_EVENTS, LOG_HEADS)


def topics_in(space: Space) -> tuple[Topic, ...]:
    return tuple(replace(topic, name=space.topic(topic.name)) for topic in TOPICS)


def partition_of(key: str, partitions: int) -> int:
    """Where every Kafka client puts this key."""
    return int(murmur2(key.encode()) & 0x7FFFFFFF) % partitions

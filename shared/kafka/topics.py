"""The topics of the bus: their partitions and their settings on the broker."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from aiokafka.partitioner import murmur2

from shared.kafka.namespace import Namespace

MAX_MESSAGE_BYTES = 921_600
FOR_EVER = "-1"


@dataclass(frozen=True)
class Topic:
    """A topic; a compacted one keeps the last message of each key, others keep all for ever."""

    name: str
    partitions: int
    compacted: bool = False

    def settings(self, replicas: int) -> Mapping[str, str]:
        """Returns the settings that must hold on the broker for this number of replicas.

        A single replica is safe only when every message is flushed at once. The broker unpacks what
        comes compressed: a batch that clients cannot unpack would stop them all.
        """
        kept = {
            "cleanup.policy": "compact" if self.compacted else "delete",
            "retention.ms": FOR_EVER,
            "retention.bytes": FOR_EVER,
            "max.message.bytes": str(MAX_MESSAGE_BYTES),
            "compression.type": "uncompressed",
        }
        alone = replicas == 1
        safe = {"flush.messages": "1"} if alone else {"min.insync.replicas": str(replicas - 1)}
        return {**kept, **safe}


# Adding partitions would move keys: growing means a new generation of the topic (namespace.py),
# which `duban republish` fills (docs/operations/more-partitions.md).
CASE_EVENTS = Topic("case-events", partitions=24)
# Not compacted: "who held the post on that day" needs every fact.
DIRECTORY_EVENTS = Topic("directory-events", partitions=6)
LOG_HEADS = Topic("log-heads", partitions=1, compacted=True)

TOPICS: Sequence[Topic] = (CASE_EVENTS, DIRECTORY_EVENTS, LOG_HEADS)


def topics_in(namespace: Namespace) -> tuple[Topic, ...]:
    """Returns the topics by their names on the broker."""
    return tuple(replace(topic, name=namespace.topic(topic.name)) for topic in TOPICS)


def partition_of(key: str, partitions: int) -> int:
    """Returns the partition that every Kafka client gives this key."""
    return int(murmur2(key.encode()) & 0x7FFFFFFF) % partitions

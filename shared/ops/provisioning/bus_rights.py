"""Rights of an account on Kafka: write its own topic and head, read the topics that it listens
to."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from shared.contracts.catalogue import BY_NAME
from shared.kafka.namespace import Namespace
from shared.kafka.topics import LOG_HEADS
from shared.service.definition import ServiceDefinition


@dataclass(frozen=True)
class BusRight:
    """One right. A group is named by its prefix: every group of a service begins with its name."""

    kind: Literal["topic", "group", "cluster"]
    name: str
    operation: Literal["read", "write", "describe"]

    @property
    def by_prefix(self) -> bool:
        return self.kind == "group"


DISKS = BusRight("cluster", "kafka-cluster", "describe")
"""Right of every worker: to see how much disk the brokers have left."""


def bus_rights_of(definition: ServiceDefinition, namespace: Namespace) -> list[BusRight]:
    topics = [
        BusRight("topic", namespace.topic(topic), operation)
        for topic, operation in sorted(set(_uses(definition)))
    ]
    return [*topics, BusRight("group", namespace.prefixed(f"{definition.name}-"), "read"), DISKS]


def _uses(definition: ServiceDefinition) -> Iterator[tuple[str, Literal["read", "write"]]]:
    for owner in definition.listens:
        yield BY_NAME[owner].topic, "read"
    for projection in definition.projections:
        yield projection.topic, "read"
    if definition.delivers:
        yield BY_NAME[definition.name].topic, "read"
    if definition.streams:
        # A service refuses to serve a log that is older than its own head on the bus.
        yield LOG_HEADS.name, "read"
        yield LOG_HEADS.name, "write"
        yield BY_NAME[definition.name].topic, "write"

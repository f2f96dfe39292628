"""Offsets and lag of consumer groups, as the broker keeps them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kafka import TopicPartition
from kafka.admin import OffsetSpec
from kafka.errors import CoordinatorLoadInProgressError, CoordinatorNotAvailableError
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from shared.kafka.broker_access import BrokerAccess
from shared.kafka.message import PartitionOffsets
from shared.kafka.topic_admin import admin_of

NOTHING_COMMITTED = -1
# Normal for some seconds: on a broker's first use, and while a coordinator moves.
patiently = retry(
    retry=retry_if_exception_type((CoordinatorNotAvailableError, CoordinatorLoadInProgressError)),
    stop=stop_after_delay(15),
    wait=wait_fixed(0.2),
    reraise=True,
)


@dataclass(frozen=True, order=True)
class Lag:
    """The offsets of a group on one partition; `committed` is None before its first commit."""

    topic: str
    partition: int
    committed: int | None
    latest: int
    earliest: int = 0

    @property
    def lag(self) -> int:
        """Messages yet to be read: all of them where nothing was committed."""
        return self.latest - (self.earliest if self.committed is None else self.committed)


class GroupIsActive(Exception):
    """The group has members: its workers must be stopped first."""


def disk_free(access: BrokerAccess) -> float | None:
    """Returns the free share (0 to 1) of the fullest disk of any broker; None where brokers do not
    tell. Raises KafkaError."""
    with admin_of(access) as admin:
        disks = [
            disk
            for broker in admin.describe_log_dirs(topic_partitions=[])
            for disk in broker["log_dirs"]
            if disk.get("total_bytes", -1) > 0
        ]
    return min((disk["usable_bytes"] / disk["total_bytes"] for disk in disks), default=None)


def groups(access: BrokerAccess) -> list[str]:
    """Returns the names of all groups. Raises KafkaError."""
    with admin_of(access) as admin:
        return sorted(group["group_id"] for group in admin.list_groups())


def group_offsets(access: BrokerAccess, group: str) -> PartitionOffsets:
    """Returns what the group has committed. Raises KafkaError."""
    with admin_of(access) as admin:
        return {(at.topic, at.partition): offset for at, offset in committed(admin, group).items()}


def group_lag(access: BrokerAccess, group: str, topics: Sequence[str] = ()) -> list[Lag]:
    """Returns one row for each partition of the topics, or of those that the group has read.
    Raises KafkaError."""
    with admin_of(access) as admin:
        offsets = committed(admin, group)
        names = set(topics) or {at.topic for at in offsets}
        partitions = partitions_of(admin, names)
        earliest = ends(admin, partitions, OffsetSpec.EARLIEST)
        latest = ends(admin, partitions, OffsetSpec.LATEST)
    return sorted(
        Lag(at.topic, at.partition, offsets.get(at), latest[at], earliest[at]) for at in partitions
    )


@patiently
def refuse_members(access: BrokerAccess, wanted: Collection[str]) -> None:
    """Raises GroupIsActive when one of these groups has members, and KafkaError."""
    with admin_of(access) as admin:
        described = admin.describe_groups(list(wanted)) if wanted else {}
    active = sorted(name for name, group in described.items() if group["members"])
    if active:
        raise GroupIsActive("、".join(active))


@patiently
def committed(admin: Any, group: str) -> dict[TopicPartition, int]:
    """Returns the committed offsets, without partitions that have none."""
    offsets: Mapping[TopicPartition, Any] = admin.list_group_offsets(group).get(group, {})
    return {at: kept.offset for at, kept in offsets.items() if kept.offset != NOTHING_COMMITTED}


def partitions_of(admin: Any, topics: set[str]) -> list[TopicPartition]:
    described = admin.describe_topics(sorted(topics)) if topics else []
    return [
        TopicPartition(topic["name"], partition["partition_index"])
        for topic in described
        for partition in topic["partitions"]
    ]


def ends(
    admin: Any, partitions: Sequence[TopicPartition], end: OffsetSpec
) -> dict[TopicPartition, int]:
    """Returns the first or the last offset of each partition, as `end` asks."""
    if not partitions:
        return {}
    offsets = admin.list_partition_offsets(dict.fromkeys(partitions, end))
    return {at: answer.offset for at, answer in offsets.items()}

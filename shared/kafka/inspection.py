"""What consumer groups have read and have yet to read, in the broker's own words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kafka import TopicPartition
from kafka.admin import OffsetSpec
from kafka.errors import CoordinatorLoadInProgressError, CoordinatorNotAvailableError, NoError
from kafka.structs import OffsetAndMetadata
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from shared.kafka.access import BrokerAccess
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
    topic: str
    partition: int
    committed: int | None
    latest: int
    earliest: int = 0

    @property
    def lag(self) -> int:
        """Groups start at the earliest fact, so nothing committed means all of them."""
        return self.latest - (self.earliest if self.committed is None else self.committed)


class GroupIsActive(Exception):
    """Offsets of a group with members cannot be moved: its workers must be stopped first."""


def disk_free(access: BrokerAccess) -> float | None:
    """The free share of the fullest disk of any broker; None where brokers do not say."""
    with admin_of(access) as admin:
        disks = [
            disk
            for broker in admin.describe_log_dirs(topic_partitions=[])
            for disk in broker["log_dirs"]
            if disk.get("total_bytes", -1) > 0
        ]
    return min((disk["usable_bytes"] / disk["total_bytes"] for disk in disks), default=None)


def groups(access: BrokerAccess) -> list[str]:
    with admin_of(access) as admin:
        return sorted(group["group_id"] for group in admin.list_groups())


def group_offsets(access: BrokerAccess, group: str) -> dict[tuple[str, int], int]:
    with admin_of(access) as admin:
        return {(at.topic, at.partition): offset for at, offset in committed(admin, group).items()}


def group_lag(access: BrokerAccess, group: str, topics: Sequence[str] = ()) -> list[Lag]:
    """Of the topics named, or of those the group has read; one row for each partition."""
    with admin_of(access) as admin:
        offsets = committed(admin, group)
        names = set(topics) or {at.topic for at in offsets}
        places = partitions_of(admin, names)
        earliest = ends(admin, places, OffsetSpec.EARLIEST)
        latest = ends(admin, places, OffsetSpec.LATEST)
    return sorted(
        Lag(at.topic, at.partition, offsets.get(at), latest[at], earliest[at]) for at in places
    )


@patiently
def reset_group(access: BrokerAccess, group: str, topics: Sequence[str]) -> None:
    """Back to the first fact; harmless to facts already handled, the inbox knows them."""
    with admin_of(access) as admin:
        places = partitions_of(admin, set(topics))
        moved = admin.reset_group_offsets(group, dict.fromkeys(places, OffsetSpec.EARLIEST))
    refused = {at: answer for at, answer in moved.items() if answer["error"] is not NoError}
    if refused:
        raise GroupIsActive(f"{group}: {refused}")


@patiently
def move_group(access: BrokerAccess, group: str, places: Mapping[tuple[str, int], int]) -> None:
    """The group, which nobody is a member of yet, begins there. Where one is, it keeps its place:
    what it does again is known to have been done."""
    offsets = {TopicPartition(*at): OffsetAndMetadata(to, "", -1) for at, to in places.items()}
    with admin_of(access) as admin:
        admin.alter_group_offsets(group, offsets)


@patiently
def committed(admin: Any, group: str) -> dict[TopicPartition, int]:
    found: Mapping[TopicPartition, Any] = admin.list_group_offsets(group).get(group, {})
    return {at: kept.offset for at, kept in found.items() if kept.offset != NOTHING_COMMITTED}


def partitions_of(admin: Any, topics: set[str]) -> list[TopicPartition]:
    described = admin.describe_topics(sorted(topics)) if topics else []
    return [
        TopicPartition(topic["name"], partition["partition_index"])
        for topic in described
        for partition in topic["partitions"]
    ]


def ends(
    admin: Any, places: Sequence[TopicPartition], end: OffsetSpec
) -> dict[TopicPartition, int]:
    found = admin.list_partition_offsets(dict.fromkeys(places, end)) if places else {}
    return {at: answer.offset for at, answer in found.items()}

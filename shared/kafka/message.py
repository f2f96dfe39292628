"""Messages of the bus, read by any client library, and their positions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.kernel.log_position import BusPosition

Headers = Sequence[tuple[str, bytes]]
PartitionOffsets = dict[tuple[str, int], int]
"""(topic, partition) → an offset: the one after the last message."""


class BusMessage(Protocol):
    """A message that was read."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Headers: ...


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to be sent."""

    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]


def lag_between(done: PartitionOffsets, ends: PartitionOffsets) -> PartitionOffsets:
    """Returns the number of messages yet to be done, for each partition that has any."""
    return {at: end - done.get(at, 0) for at, end in ends.items() if end > done.get(at, 0)}


def begins_of(batch: Sequence[BusMessage]) -> PartitionOffsets:
    """Returns the offset of the first message of each partition."""
    offsets: PartitionOffsets = {}
    for message in batch:
        offsets.setdefault((message.topic, message.partition), message.offset)
    return offsets


def position_of(message: BusMessage) -> BusPosition:
    return message.topic, message.partition, message.offset

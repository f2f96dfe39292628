"""A message as it lies on the bus, whichever client library has read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

Headers = Sequence[tuple[str, bytes]]
Place = tuple[str, int, int]
"""Topic, partition, offset: where the bus can be asked for a message again."""


class BusMessage(Protocol):
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
    """A message on its way to the bus."""

    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]


def place_of(message: BusMessage) -> Place:
    return message.topic, message.partition, message.offset

"""What was read or written lately, so that it need not be read again: bounded, the oldest go
first."""

from collections.abc import Iterable
from typing import Generic, TypeVar

V = TypeVar("V")


class BoundedCache(Generic[V]):
    def __init__(self, most: int) -> None:
        self._most = most
        self._entries: dict[str, V] = {}

    def get(self, key: str) -> V | None:
        value = self._entries.pop(key, None)
        if value is not None:
            self._entries[key] = value
        return value

    def put(self, key: str, value: V) -> None:
        self._entries.pop(key, None)
        self._entries[key] = value
        if len(self._entries) > self._most:
            del self._entries[next(iter(self._entries))]

    def forget(self, keys: Iterable[str] | None = None) -> None:
        """None: everything."""
        for key in list(self._entries) if keys is None else keys:
            self._entries.pop(key, None)

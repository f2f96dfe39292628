"""A bounded cache; the entries that were used longest ago are dropped first."""

from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class BoundedCache(Generic[K, V]):
    """Holds at most `most` values by key."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._entries: dict[K, V] = {}

    def get(self, key: K) -> V | None:
        """Returns the value, which counts as a use, or None."""
        value = self._entries.pop(key, None)
        if value is not None:
            self._entries[key] = value
        return value

    def put(self, key: K, value: V) -> None:
        """Stores the value; drops the one that was used longest ago when there are too many."""
        self._entries.pop(key, None)
        self._entries[key] = value
        if len(self._entries) > self._most:
            del self._entries[next(iter(self._entries))]

    def forget(self, keys: Iterable[K] | None = None) -> None:
        """Drops the keys, or everything for None."""
        for key in list(self._entries) if keys is None else keys:
            self._entries.pop(key, None)

"""Remembers who acts for two seconds, while the log of the directory is watched (ADR 66)."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shared.kernel.bounded_cache import BoundedCache
from shared.kernel.log_position import LogChange
from shared.kernel.organisation import DirectoryEntry
from shared.service.identity.actor_repository import Entries

REMEMBERED_SECONDS = 2.0
QUIET_SECONDS = 5.0
"""After a commit of the directory nothing is remembered: until then every projection of actors has
it, or is late by more than memory adds."""
SIGN_SECONDS = 3.0
"""The watched log gives a sign every second; without one it is watched no more."""
MOST_REMEMBERED = 4_096

Elapsed = Callable[[], float]


class DirectoryWatch:
    """Says whether the directory has changed, by the changes of its log."""

    def __init__(self, elapsed: Elapsed = time.monotonic) -> None:
        self._elapsed = elapsed
        self._sign = self._commit = -QUIET_SECONDS
        self.commits = 0
        """Number of commits that were seen."""

    def note(self, change: LogChange) -> None:
        """Notes a commit, or a heartbeat."""
        self._sign = self._elapsed()
        if change.commit is not None:
            self._commit = self._sign
            self.commits += 1

    def is_quiet(self) -> bool:
        """Returns whether the log is watched and has not changed lately."""
        now = self._elapsed()
        return now - self._sign < SIGN_SECONDS and now - self._commit >= QUIET_SECONDS


@dataclass(frozen=True, slots=True)
class _Known:
    entries: Sequence[DirectoryEntry]
    until: float
    commits: int


class RememberedEntries:
    """Entries of a store; those about a subject are remembered while the directory is quiet."""

    def __init__(
        self, entries: Entries, watch: DirectoryWatch, elapsed: Elapsed = time.monotonic
    ) -> None:
        self._entries = entries
        self._watch = watch
        self._elapsed = elapsed
        self._known: BoundedCache[str, _Known] = BoundedCache(MOST_REMEMBERED)
        self.above, self.one, self.names = entries.above, entries.one, entries.names

    async def about(self, sub: str) -> Sequence[DirectoryEntry]:
        commits, known = self._watch.commits, self._known.get(sub)
        if known and self._may_trust(known):
            return known.entries
        entries, until = await self._entries.about(sub), self._elapsed() + REMEMBERED_SECONDS
        if entries:
            self._known.put(sub, _Known(entries, until, commits))
        return entries

    def _may_trust(self, known: _Known) -> bool:
        return (
            known.until > self._elapsed()
            and known.commits == self._watch.commits
            and self._watch.is_quiet()
        )


def remembered(entries: Entries, watch: DirectoryWatch | None) -> Entries:
    """Returns the entries with memory where the directory is watched, as they are elsewhere."""
    return RememberedEntries(entries, watch) if watch else entries

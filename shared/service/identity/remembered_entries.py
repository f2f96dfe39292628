"""Remembers who acts for two seconds, while the log of the directory is watched (ADR 66); waits for
the read model to know what the log has taken from somebody (ADR 98)."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shared.kernel.bounded_cache import BoundedCache
from shared.kernel.errors import Unavailable
from shared.kernel.log_position import LogChange
from shared.kernel.organisation import DirectoryEntry
from shared.pauses import pauses
from shared.service.identity.actor_repository import Entries
from shared.service.identity.revocations import Revocations

REMEMBERED_SECONDS = 2.0
QUIET_SECONDS = 5.0
"""After a commit of the directory nothing is remembered: until then every projection of actors has
it, or is late by more than memory adds."""
SIGN_SECONDS = 3.0
"""The watched log gives a sign every second; without one it is watched no more."""
MOST_REMEMBERED = 4_096
PATIENCE_SECONDS = 2.0
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.01, 0.2

Elapsed = Callable[[], float]


class DirectoryWatch:
    """Says whether the directory has changed, by the changes of its log."""

    def __init__(self, elapsed: Elapsed = time.monotonic) -> None:
        self._elapsed = elapsed
        self._sign = self._commit = -QUIET_SECONDS
        self.commits = 0
        """Number of commits that were seen."""
        self.revocations = Revocations()

    def note(self, change: LogChange) -> None:
        """Notes a commit, or a heartbeat."""
        self._sign = self._elapsed()
        if change.commit is not None:
            self._commit = self._sign
            self.commits += 1
            self.revocations.note(change.commit)

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
        self,
        entries: Entries,
        watch: DirectoryWatch,
        elapsed: Elapsed = time.monotonic,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._entries = entries
        self._watch = watch
        self._elapsed = elapsed
        self._patience = patience
        self._known: BoundedCache[str, _Known] = BoundedCache(MOST_REMEMBERED)
        self.above, self.one, self.names = entries.above, entries.one, entries.names

    async def about(self, sub: str) -> Sequence[DirectoryEntry]:
        """Raises Unavailable while the read model does not know what the subject has lost."""
        commits, known = self._watch.commits, self._known.get(sub)
        if known and self._may_trust(known):
            return known.entries
        entries, until = await self._knowing(sub), self._elapsed() + REMEMBERED_SECONDS
        if entries:
            self._known.put(sub, _Known(entries, until, commits))
        return entries

    async def _knowing(self, sub: str) -> Sequence[DirectoryEntry]:
        """Returns the entries once they know what was taken from the subject."""
        longest = LONGEST_PAUSE_SECONDS
        for pause in pauses(FIRST_PAUSE_SECONDS, longest, within=self._patience):
            entries = await self._entries.about(sub)
            if self._watch.revocations.are_known_to(sub, entries):
                return entries
            await asyncio.sleep(pause)
        raise Unavailable(f"the read model does not know yet what {sub} has lost")

    def _may_trust(self, known: _Known) -> bool:
        return (
            known.until > self._elapsed()
            and known.commits == self._watch.commits
            and self._watch.is_quiet()
        )


def remembered(entries: Entries, watch: DirectoryWatch | None) -> Entries:
    """Returns the entries with memory where the directory is watched, as they are elsewhere."""
    return RememberedEntries(entries, watch) if watch else entries

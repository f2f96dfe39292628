"""Revocations: what the log of the directory has taken from somebody, before the read models of
actors know it (ADR 98)."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from shared.contracts.clients import ClientNarrowed, ClientRevoked
from shared.contracts.directory import (
    DelegationRevoked,
    PersonBlocked,
    PostCorrected,
    PostVacated,
    TermEnded,
    UnitChanged,
    UnitDissolved,
)
from shared.kernel.bounded_cache import BoundedCache
from shared.kernel.ids import stream_key
from shared.kernel.organisation import DirectoryEntry

LOSERS: Mapping[str, str] = {
    PersonBlocked.type: "person",
    PostVacated.type: "person",
    PostCorrected.type: "person",
    TermEnded.type: "person",
    DelegationRevoked.type: "delegate",
    ClientNarrowed.type: "client",
    ClientRevoked.type: "client",
    UnitChanged.type: "unit",
    UnitDissolved.type: "unit",
}
"""The field that names who has lost a right, by type of fact. What a unit loses, its people and
those below it lose: its posts end with it, and a place in the tree gives them their reach."""
MOST_KNOWN = 4_096

Versions = Mapping[str, int]
"""The version of a stream from which on an entry knows the loss."""


class Revocations:
    """The losses that the log has told since the process watches it, by person, client or unit."""

    def __init__(self) -> None:
        self._known: BoundedCache[str, Versions] = BoundedCache(MOST_KNOWN)

    def note(self, commit: Mapping[str, Any]) -> None:
        """Notes what a commit takes; the log may tell an old one again."""
        for fact in commit["facts"]:
            if field := LOSERS.get(fact["type"]):
                self._add(fact["data"][field], commit["stream"], commit["last"])

    def _add(self, loser: str, stream: str, version: int) -> None:
        known = self._known.get(loser) or {}
        self._known.put(loser, {**known, stream: max(version, known.get(stream, 0))})

    def are_known_to(self, sub: str, entries: Iterable[DirectoryEntry]) -> bool:
        """Returns whether the entries about a subject know what it has lost, and what those have
        lost for whom it acts."""
        found = {entry["_id"]: entry for entry in entries}
        lost = self._lost_by({sub, *found})
        return all(_has_seen(found.get(stream_key(s)), s, version) for s, version in lost)

    def _lost_by(self, subjects: Iterable[str]) -> Iterator[tuple[str, int]]:
        for subject in subjects:
            yield from (self._known.get(subject) or {}).items()


def _has_seen(entry: DirectoryEntry | None, stream: str, version: int) -> bool:
    """An entry that is not there gives no rights."""
    return entry is None or int(entry.get("seen", {}).get(stream, [0])[0]) >= version

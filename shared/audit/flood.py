"""Bounds of the trail: repetitions are counted and summarised, so that a flood fills no disk."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from shared.audit.entry import Entry, Kind
from shared.kernel.addresses import SOURCE_BITS, within

SUMMARISED: frozenset[Kind] = frozenset({"login", "logout", "refusal", "denial", "import"})
WINDOW = timedelta(seconds=60)
EACH = 5
"""Entries of one kind of one source that are kept singly in a window."""
TOGETHER = 300
"""Entries of all sources that are kept singly in a window of one process."""
MOST_SOURCES = 1_000
"""Beyond them the summary names no source any more."""


@dataclass
class Tally:
    """Entries of one source in this window: those kept singly, and those only counted."""

    first: Entry | None = None
    kept: int = 0
    counted: int = 0
    until: datetime | None = None

    def count(self, entry: Entry) -> None:
        """Counts the entry; the summary of several addresses names their network."""
        self.first = self.first or entry
        if self.first.address != entry.address:
            self.first = replace(self.first, address=network_of(entry))
        self.counted += 1
        self.until = entry.at


Source = tuple[str | None, ...]


@dataclass
class Flood:
    """Counts entries by source in windows of a minute. Time comes with the entries."""

    began: datetime | None = None
    kept: int = 0
    tallies: dict[Source, Tally] = field(default_factory=dict)

    def admits(self, entry: Entry) -> bool:
        """Returns whether the entry is kept singly; else it is counted."""
        if entry.kind not in SUMMARISED:
            return True
        self.began = self.began or entry.at
        entry = self._nameable(entry)
        tally = self.tallies.setdefault(source_of(entry), Tally())
        if tally.kept < EACH and self.kept < TOGETHER:
            tally.kept += 1
            self.kept += 1
            return True
        tally.count(entry)
        return False

    def summaries(self, now: datetime, ending: bool = False) -> list[Entry]:
        """Returns the summaries of a window that is over (or of the process, at its end)."""
        if self.began is None or (now - self.began < WINDOW and not ending):
            return []
        summaries = list(self._summarised())
        self.began, self.kept, self.tallies = None, 0, {}
        return summaries

    def _summarised(self) -> Iterator[Entry]:
        for tally in self.tallies.values():
            if tally.first and tally.until:
                yield tally.first.summary(tally.counted, tally.until)

    def _nameable(self, entry: Entry) -> Entry:
        """Returns the entry, without its source where there are too many of them to name."""
        if source_of(entry) in self.tallies or len(self.tallies) < MOST_SOURCES:
            return entry
        return replace(entry, subject=None, address=None, client=None, on_behalf_of=None)


def source_of(entry: Entry) -> Source:
    return (
        entry.kind, entry.service, entry.action, entry.reason, entry.subject, network_of(entry),
    )  # fmt: skip


def network_of(entry: Entry) -> str | None:
    """Returns the address, of IPv6 its network: one caller has all addresses of it."""
    return entry.address and within(entry.address, SOURCE_BITS)

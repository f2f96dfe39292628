"""The audit trail in memory."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from shared.audit.chain import Cut
from shared.audit.entry import Entry, body_of
from shared.audit.store import documents_behind
from shared.kernel.errors import Unavailable
from shared.mongo.clock_store import real_time
from shared.service.api.request_trace import Auditor
from shared.service.config.audit_policy import load_audit_policy
from shared.service.config.labels import policies_in_use


class MemoryTrail:
    """Trail whose `entries` are open to tests; with `away` it takes none before an answer."""

    def __init__(self, now: Callable[[], datetime] = real_time) -> None:
        self.now = now
        self.entries: list[Entry] = []
        self.away = False

    def note(self, entry: Entry) -> None:
        self.entries.append(entry)

    async def write(self, entry: Entry) -> None:
        if self.away:
            raise Unavailable("the audit trail is away")
        self.entries.append(entry)

    def of(self, kind: str) -> list[Entry]:
        return [entry for entry in self.entries if entry.kind == kind]

    async def find(
        self, wanted: Mapping[str, Any], limit: int, before: int | None = None
    ) -> Sequence[Mapping[str, Any]]:
        """Filters by equal fields only."""
        exact = {name: value for name, value in wanted.items() if isinstance(value, str)}
        older = [d for d in reversed(self._documents()) if before is None or d["_id"] < before]
        return [d for d in older if exact.items() <= d.items()][:limit]

    async def entry(self, number: int) -> Mapping[str, Any] | None:
        return next((d for d in self._documents() if d["_id"] == number), None)

    async def cut(self) -> tuple[Cut, Mapping[str, Any] | None]:
        return Cut(), None

    async def behind(self, number: int, limit: int = 0) -> AsyncIterator[Mapping[str, Any]]:
        for document in self._documents()[number : number + limit if limit else None]:
            yield document

    def _documents(self) -> list[dict[str, Any]]:
        return documents_behind(Cut(), [body_of(entry) for entry in self.entries])


def auditor_of(service: str, trail: MemoryTrail) -> Auditor:
    return Auditor(service, trail, load_audit_policy(policies_in_use()), trail)


def two_sides(trail: MemoryTrail) -> tuple[MemoryTrail, MemoryTrail]:
    """Returns the trail as requests write it, and as auditors read it."""
    return trail, trail

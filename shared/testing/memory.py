"""The event store in memory: the same documents, refusals and hashes as on MongoDB."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from shared.kernel.commit import Commit, Draft, from_document, to_document
from shared.kernel.errors import ConcurrencyConflict
from shared.kernel.moment import stamp
from shared.mongo.clock_store import real_time
from shared.mongo.commits import encoded
from shared.mongo.event_store import same_content
from shared.testing.signatures import sign


class MemoryEventStore:
    """`documents` holds every commit in the order of appending, as MongoDB would store it."""

    def __init__(self, clock: Callable[[], datetime] = real_time) -> None:
        self.documents: list[dict[str, Any]] = []
        self._clock = clock
        self._commands: dict[tuple[str, str], dict[str, Any]] = {}
        self._streams: dict[str, list[dict[str, Any]]] = {}

    def copy(self) -> "MemoryEventStore":
        """Returns another store with the same commits."""
        copied = MemoryEventStore(self._clock)
        for document in self.documents:
            copied._keep(document)
        return copied

    async def prepare(self) -> None:
        """Returns at once: no index is needed in memory."""

    async def read(self, stream: str, after: int = 0) -> Sequence[Commit]:
        commits = self._streams.get(stream, [])
        return [from_document(document) for document in commits if document["last"] > after]

    async def twin(self, stream: str, command_id: str, fingerprint: str) -> Commit | None:
        twin = self._commands.get((stream, command_id))
        return from_document(same_content(twin, fingerprint)) if twin else None

    async def holding(self, fact: str, since: datetime) -> Sequence[Commit]:
        commits, day = [from_document(document) for document in self.documents], stamp(since)
        return [c for c in commits if any(f.type == fact and f.occurred_at >= day for f in c.facts)]

    async def append(self, draft: Draft) -> Commit:
        document = sign(to_document(draft, self._clock()))
        encoded(document)  # the same bounds, in bytes
        if twin := await self.twin(draft.stream, draft.command_id, draft.fingerprint):
            return twin
        version, link = self._head(draft.stream)
        if draft.expected != version:
            raise ConcurrencyConflict(draft.stream, draft.expected)
        if draft.prev_hash != link:
            raise ValueError(f"{draft.stream}: prev_hash is not the hash of version {version}")
        self._keep(document)
        return from_document(document)

    async def close(self) -> None:
        """Returns at once: no append is under way."""

    def _head(self, stream: str) -> tuple[int, str]:
        commits = self._streams.get(stream)
        return (commits[-1]["last"], commits[-1]["hash"]) if commits else (0, "")

    def _keep(self, document: dict[str, Any]) -> None:
        stored = {**document, "seq": len(self.documents) + 1}
        self.documents.append(stored)
        self._streams.setdefault(document["stream"], []).append(stored)
        self._commands[(document["stream"], document["command_id"])] = stored

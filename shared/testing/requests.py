"""Requests with an Idempotency-Key, in memory."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from shared.http.idempotency import LEASE_SECONDS, Finished
from shared.http.request_store import Holder, answer_of


class MemoryRequests:
    def __init__(self, real_time: Callable[[], datetime]) -> None:
        self._entries: dict[str, dict[str, Any]] = {}
        self.real_time = real_time
        self.holder = Holder("here:8000")

    def __len__(self) -> int:
        return len(self._entries)

    def forget(self) -> None:
        """Loses all entries; the log still answers."""
        self._entries.clear()

    async def begin(self, name: str, digest: str, owner: str) -> Finished | None:
        now = self.real_time()
        entry = self._entries.get(name)
        if entry and (answer := answer_of(entry, digest, now, self.holder)):
            return answer
        until = now + timedelta(seconds=LEASE_SECONDS)
        self._entries[name] = {
            "digest": digest,
            "owner": owner,
            "place": self.holder.place,
            "life": self.holder.life,
            "until": until,
            "answer": None,
        }
        return None

    async def finish(self, name: str, owner: str, answer: Finished) -> None:
        stored = {"status": answer.status, "body": answer.body, "headers": dict(answer.headers)}
        if name in self._entries and self._entries[name]["owner"] == owner:
            self._entries[name]["answer"] = stored

    async def release(self, name: str, owner: str) -> None:
        entry = self._entries.get(name)
        if entry and entry["owner"] == owner and not entry["answer"]:
            del self._entries[name]

"""Requests under way, in memory."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from shared.http.idempotency import LEASE_SECONDS, Finished
from shared.http.request_store import answer_of


class MemoryRequests:
    def __init__(self, real_time: Callable[[], datetime]) -> None:
        self._found: dict[str, dict[str, Any]] = {}
        self.real_time = real_time

    def forget(self) -> None:
        """As when the collection was lost; only the log remembers."""
        self._found.clear()

    async def begin(self, name: str, digest: str, owner: str) -> Finished | None:
        now = self.real_time()
        found = self._found.get(name)
        if found and (answer := answer_of(found, digest, now)):
            return answer
        until = now + timedelta(seconds=LEASE_SECONDS)
        self._found[name] = {"digest": digest, "owner": owner, "until": until, "answer": None}
        return None

    async def finish(self, name: str, owner: str, answer: Finished) -> None:
        stored = {"status": answer.status, "body": answer.body, "headers": dict(answer.headers)}
        if name in self._found and self._found[name]["owner"] == owner:
            self._found[name]["answer"] = stored

    async def release(self, name: str, owner: str) -> None:
        found = self._found.get(name)
        if found and found["owner"] == owner and not found["answer"]:
            del self._found[name]

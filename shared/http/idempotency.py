"""Idempotency of requests: one at a time per Idempotency-Key; a finished answer is repeated.

A process remembers its own requests; between processes, and for ever, the log answers (ADR 68).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.http.refused import Refused
from shared.http.wording import Title
from shared.kernel.bounded_cache import BoundedCache

MOST_ANSWERS = 2_048
"""Of each service in a process."""


@dataclass(frozen=True, slots=True)
class Finished:
    """The finished answer of a request."""

    status: int
    body: Mapping[str, Any]
    headers: Mapping[str, str]


class Requests:
    """Requests with a key that this process carries out, or has answered lately. `name`: id of
    actor and key; `digest` tells requests under one key apart."""

    def __init__(self) -> None:
        self._under_way: dict[str, bytes] = {}
        self._answers: BoundedCache[str, tuple[bytes, Finished]] = BoundedCache(MOST_ANSWERS)

    def begin(self, name: str, digest: bytes) -> Finished | None:
        """Returns None when the caller may go on, or the answer of the first.

        Raises Refused: 409 (in flight) or 422 (other content under the same key).
        """
        first = self._under_way.get(name)
        answered, answer = self._answers.get(name) or (first, None)
        if answered not in (None, digest):
            raise other_request()
        if first:
            raise in_flight()
        if answer is None:
            self._under_way[name] = digest
        return answer

    def finish(self, name: str, answer: Finished) -> None:
        self._answers.put(name, (self._under_way.pop(name), answer))

    def release(self, name: str) -> None:
        """Ends a request without an answer: the key may be used again, also for a corrected one."""
        del self._under_way[name]


class Repeat(Exception):
    """Raised when the request was answered before; its answer is sent again."""

    def __init__(self, answer: Finished) -> None:
        super().__init__("answered before")
        self.answer = answer


class Lease:
    """The right to answer one request under its key. It is taken when the caller is known to have
    access, so that a refused request leaves nothing behind; without a key (`sent` is None) there is
    nothing to take."""

    def __init__(self, requests: Requests, name: str, sent: bytes | None) -> None:
        self._requests, self._name, self._sent = requests, name, sent
        self._held = False

    def take(self) -> None:
        """Raises Repeat when the request was answered before, and Refused as `Requests.begin`."""
        if self._sent is None or self._held:
            return
        if answer := self._requests.begin(self._name, hashlib.sha256(self._sent).digest()):
            raise Repeat(answer)
        self._held = True

    def finish(self, answer: Finished) -> None:
        """Keeps the answer, which repetitions get."""
        if self._held:
            self._requests.finish(self._name, answer)
            self._held = False

    def give_back(self) -> None:
        """Ends a lease without an answer: the key may be used again."""
        if self._held:
            self._requests.release(self._name)
            self._held = False


def in_flight() -> Refused:
    return Refused(
        409,
        "request-in-flight",
        Title("同一请求正在办理，请稍候", "The same request is under way; wait for it"),
        {"Retry-After": "1"},
    )


def other_request() -> Refused:
    return Refused(
        422,
        "key-reused",
        Title(
            "这个 Idempotency-Key 已用于另一项请求，请换一个新的",
            "This Idempotency-Key was used for another request",
        ),
    )


def key_required() -> Refused:
    return Refused(
        400,
        "key-required",
        Title("接口请求必须带 Idempotency-Key", "Clients must send an Idempotency-Key"),
    )

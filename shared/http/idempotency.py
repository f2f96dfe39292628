"""Idempotency of requests: one at a time per Idempotency-Key; a finished answer is repeated."""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from shared.http.refused import Refused
from shared.http.wording import Title

LEASE_SECONDS = 20
"""Longer than any request (`request_deadline.LONGEST_SECONDS`)."""
RETENTION_SECONDS = 48 * 3600


@dataclass(frozen=True, slots=True)
class Finished:
    """The finished answer of a request."""

    status: int
    body: Mapping[str, Any]
    headers: Mapping[str, str]


class Requests(Protocol):
    """Requests in flight or finished. `name`: id of actor and key; `owner`: id of the lease."""

    async def begin(self, name: str, digest: str, owner: str) -> Finished | None:
        """Returns None when the caller holds the lease, or the stored answer.

        Raises Refused: 409 (in flight) or 422 (other content under the same key).
        """
        ...

    async def finish(self, name: str, owner: str, answer: Finished) -> None: ...

    async def release(self, name: str, owner: str) -> None:
        """Ends the lease without an answer: the key may be used again, also for a corrected
        request. If the store does not respond, the lease expires."""
        ...


Digest = Callable[[], Awaitable[str]]
"""Computes the digest of a request."""


class Repeat(Exception):
    """Raised when the request was answered before; its answer is sent again."""

    def __init__(self, answer: Finished) -> None:
        super().__init__("answered before")
        self.answer = answer


class Lease:
    """The right to answer one request under its key. It is taken when the caller is known to have
    access, so that a refused request leaves nothing behind; without a key there is nothing to
    take."""

    def __init__(self, requests: Requests, name: str, digest: Digest | None) -> None:
        self._requests, self._name, self._digest = requests, name, digest
        self._owner = secrets.token_hex(8)
        self._held = False

    async def take(self) -> None:
        """Raises Repeat when the request was answered before, and Refused as `Requests.begin`."""
        if self._digest is None or self._held:
            return
        if answer := await self._requests.begin(self._name, await self._digest(), self._owner):
            raise Repeat(answer)
        self._held = True

    async def finish(self, answer: Finished) -> None:
        """Keeps the answer, which repetitions get."""
        if self._held:
            await self._requests.finish(self._name, self._owner, answer)
            self._held = False

    async def give_back(self) -> None:
        """Ends a lease without an answer: the key may be used again."""
        if self._held:
            await self._requests.release(self._name, self._owner)


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

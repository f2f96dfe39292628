"""Requests under an Idempotency-Key: one at a time, and the finished answer is repeated."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from shared.http.refused import Refused
from shared.http.wording import Title

LEASE_SECONDS = 20
"""Longer than any request (`drained.LONGEST_SECONDS`)."""
KEPT_SECONDS = 48 * 3600


@dataclass(frozen=True, slots=True)
class Finished:
    """The answer that a request got; `digest` names the request that it belongs to."""

    status: int
    body: Mapping[str, Any]
    headers: Mapping[str, str]


class Requests(Protocol):
    """Requests under way or finished. `name`: principal and key; `owner`: who has the lease."""

    async def begin(self, name: str, digest: str, owner: str) -> Finished | None:
        """None: go on, the lease is ours. Raises in_flight(), or other_request()."""
        ...

    async def finish(self, name: str, owner: str, answer: Finished) -> None: ...

    async def release(self, name: str, owner: str) -> None:
        """Refused or failed: the key may be used again, also for a corrected request. Where the
        store does not take it soon, the lease runs out."""
        ...


class Repeat(Exception):
    """The request was answered before; the answer is given again."""

    def __init__(self, answer: Finished) -> None:
        super().__init__("answered before")
        self.answer = answer


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

"""Unfinished bodies: how many the process waits for, in all and of one source."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.requests import ClientDisconnect, Request

from shared.http.refused import Refused
from shared.http.wording import Title

MOST_BODIES = 48
"""With 1 MB each, the memory that they may hold in a process: 48 MB."""
MOST_OF_A_SOURCE = 16
BODILESS = frozenset({"GET", "HEAD"})
BODY_SECONDS = 10.0
"""Less than the deadline of a request."""

TOO_MANY = Refused(
    429,
    "too-many-bodies",
    Title("同时提交的内容过多，请稍后重试", "Too many bodies are under way; try again"),
    {"Retry-After": "1"},
)
TOO_SLOW = Refused(
    408, "body-timeout", Title("内容提交超时，请重新提交", "The body did not arrive in time")
)
CUT = Refused(400, "body-cut", Title("提交的内容不完整", "The body ended before its end"))

_under_way: Counter[str] = Counter()


async def whole_body(request: Request) -> bytes:
    """Returns the body. Raises Refused: 400 (the caller hung up), 408 (not here in time), 413 (too
    large), 429 (too many are under way). A body that came with its headers is never one too
    many."""
    if request.method in BODILESS and "content-length" not in request.headers:
        return b""
    source = request.client.host if request.client else ""
    with _counted(source):
        try:
            async with asyncio.timeout(BODY_SECONDS):
                return await request.body()
        except TimeoutError:
            raise TOO_SLOW from None
        except ClientDisconnect:
            raise CUT from None


@contextmanager
def _counted(source: str) -> Iterator[None]:
    if _under_way[source] >= MOST_OF_A_SOURCE or _under_way.total() >= MOST_BODIES:
        raise TOO_MANY
    _under_way[source] += 1
    try:
        yield
    finally:
        _under_way[source] -= 1
        if not _under_way[source]:
            del _under_way[source]

"""Bounds of requests: headers at once, the body while it is read."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.http.pages import page_of
from shared.http.problems import on_refused
from shared.http.refused import Refused
from shared.http.wording import Title

LARGEST_BODY_BYTES = 1024 * 1024
LARGEST_HEADERS_BYTES = 16 * 1024

TOO_LARGE = Refused(
    413, "too-large", Title("提交的内容不得超过 1 MB", "The body may not exceed 1 MB")
)
HEADERS_TOO_LARGE = Refused(
    431, "headers-too-large", Title("请求头过大", "The headers may not exceed 16 kB")
)


class Bounds:
    """ASGI middleware: answers 413 or 431 beyond a bound. It reads no body: a route does, once it
    knows the caller, and gets Refused (413) where the body turns out too large."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if refusal := _beyond(scope["headers"]):
            response = page_of(scope, refusal) or await on_refused(Request(scope), refusal)
            await response(scope, receive, send)
            return
        await self._app(scope, _bounded(receive), send)


def _beyond(headers: list[tuple[bytes, bytes]]) -> Refused | None:
    if sum(len(name) + len(value) for name, value in headers) > LARGEST_HEADERS_BYTES:
        return HEADERS_TOO_LARGE
    return TOO_LARGE if _announced_length(dict(headers)) > LARGEST_BODY_BYTES else None


def _announced_length(headers: Mapping[bytes, bytes]) -> int:
    length = headers.get(b"content-length", b"0")
    return int(length) if length.isdigit() else 0


def _bounded(receive: Receive) -> Receive:
    received = 0

    async def bounded() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > LARGEST_BODY_BYTES:
            raise TOO_LARGE
        return message

    return bounded

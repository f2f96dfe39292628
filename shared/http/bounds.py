"""Bounds of requests (headers, body, depth of JSON), checked before anything is parsed."""

import re
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.http.problems import on_refused
from shared.http.refused import Refused
from shared.http.wording import Title

LARGEST_BODY_BYTES = 1024 * 1024
LARGEST_HEADERS_BYTES = 16 * 1024
DEEPEST_JSON = 32
BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]')

TOO_LARGE = Refused(
    413, "too-large", Title("提交的内容不得超过 1 MB", "The body may not exceed 1 MB")
)
TOO_DEEP = Refused(
    422, "too-deep", Title("提交的内容嵌套过深", f"JSON may nest {DEEPEST_JSON} levels")
)
HEADERS_TOO_LARGE = Refused(
    431, "headers-too-large", Title("请求头过大", "The headers may not exceed 16 kB")
)


class Bounds:
    """ASGI middleware: reads the whole body; answers 413, 422 or 431 beyond a bound."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            body = await _bounded(scope, receive)
        except Refused as refusal:
            response = await on_refused(Request(scope), refusal)
            await response(scope, receive, send)
            return
        await self._app(scope, _replaying(body, receive), send)


async def _bounded(scope: Scope, receive: Receive) -> bytes:
    headers = scope["headers"]
    if sum(len(name) + len(value) for name, value in headers) > LARGEST_HEADERS_BYTES:
        raise HEADERS_TOO_LARGE
    if _announced_length(dict(headers)) > LARGEST_BODY_BYTES:
        raise TOO_LARGE
    body = await _read(receive)
    if depth_of(body) > DEEPEST_JSON:
        raise TOO_DEEP
    return body


def _announced_length(headers: Mapping[bytes, bytes]) -> int:
    length = headers.get(b"content-length", b"0")
    return int(length) if length.isdigit() else 0


async def _read(receive: Receive) -> bytes:
    parts: list[bytes] = []
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        parts.append(message.get("body", b""))
        if sum(map(len, parts)) > LARGEST_BODY_BYTES:
            raise TOO_LARGE
        more = message.get("more_body", False)
    return b"".join(parts)


def depth_of(body: bytes) -> int:
    """Returns the depth of nested brackets; 0 if there are too few of them to exceed the bound."""
    if body.count(b"[") + body.count(b"{") <= DEEPEST_JSON:
        return 0
    depth = deepest = 0
    for match in BRACKETS.finditer(body):
        token = match[0]
        depth += (token in b"[{") - (token in b"]}")
        deepest = max(deepest, depth)
    return deepest


def _replaying(body: bytes, receive: Receive) -> Receive:
    replayed = False

    async def replay() -> Message:
        nonlocal replayed
        if replayed:
            return await receive()
        replayed = True
        message: dict[str, Any] = {"type": "http.request", "body": body, "more_body": False}
        return message

    return replay

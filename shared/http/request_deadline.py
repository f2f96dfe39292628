"""ASGI middleware: answers 503 to requests that exceed 15 s or are cut off by shutdown."""

import asyncio

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.http.pages import page_of
from shared.http.problems import RETRY_AFTER, on_refused
from shared.http.refused import Refused
from shared.http.wording import SENTENCES

LONGEST_SECONDS = 15.0
"""Below the 30 s after which callers give up. Bounds of single steps add up, and so do queues."""
LATE = Refused(503, "unavailable", SENTENCES["unavailable"], RETRY_AFTER)


class RequestDeadline:
    """Cancels requests after the deadline; at shutdown the server cancels them. The outcome is then
    unknown: 503 asks for a repetition."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answered = False

        async def answer(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                await self._app(scope, receive, answer)
        except (asyncio.CancelledError, TimeoutError):
            if answered:
                raise
            response = page_of(scope, LATE) or await on_refused(Request(scope), LATE)
            await response(scope, receive, send)

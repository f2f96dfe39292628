"""ASGI: who asks for what the process cannot finish in time is told to ask again."""

import asyncio

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.http.problems import on_domain_error
from shared.kernel.errors import Unavailable

LONGEST_SECONDS = 15.0
"""Callers are gone after 30. Bounds of single steps add up, and those who queue wait for others."""


class Drained:
    """The server cancels what outlasts its patience when it ends, and here ends what takes too
    long; what came of it is then unknown, which is what 503 says."""

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
            response = await on_domain_error(Request(scope), Unavailable("not finished in time"))
            await response(scope, receive, send)

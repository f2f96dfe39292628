"""ASGI: who asks for what the process cannot finish before it ends is told to ask again."""

import asyncio

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.http.problems import on_domain_error
from shared.kernel.errors import Unavailable


class Drained:
    """The server cancels what outlasts its patience; what came of it is then unknown, which is what
    503 says. Without this the server would say 500."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answered = scope["type"] != "http"

        async def answer(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            await self._app(scope, receive, answer)
        except asyncio.CancelledError:
            if answered:
                raise
            response = await on_domain_error(Request(scope), Unavailable("the process ends"))
            await response(scope, receive, send)

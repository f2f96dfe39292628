"""Problems as pages: a tab that a link has opened has no script that would tell of them."""

import json
from functools import partial
from typing import Any

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.portal.console.headers import OF_SERVICES
from services.portal.printing.paper import materials, phrase
from shared.http.problems import MEDIA_TYPE, prefers_english
from shared.service.config.labels import Language

PAGE = "problem.html"
ENDED = 401
KEPT = ("retry-after",)
LANGUAGES: dict[str, bytes] = {"zh": b"zh-CN", "en": b"en"}


class ProblemPages:
    """ASGI middleware: to a reader who follows a link to a service (a print, an export) it shows a
    problem as a page with a way on. Scripts, which ask for no HTML, get the problem itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if is_link(scope):
            asked = in_its_language(scope)
            await self._app(asked, receive, Turned(Request(asked), send).take)
        else:
            await self._app(scope, receive, send)


def is_link(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    accepted = Headers(scope=scope).get("accept", "")
    return str(scope["path"]).startswith(OF_SERVICES) and "text/html" in accepted


def in_its_language(scope: Scope) -> Scope:
    """Returns the request in the language that the link names; without one it stays the browser's.
    A page of the console in Chinese may stand in an English browser."""
    language = LANGUAGES.get(Request(scope).query_params.get("lang", ""))
    if language is None:
        return scope
    others = [(name, value) for name, value in scope["headers"] if name != b"accept-language"]
    return {**scope, "headers": [*others, (b"accept-language", language)]}


class Turned:
    """Sends an answer on; a problem it keeps until it is whole, and sends as a page."""

    def __init__(self, request: Request, send: Send) -> None:
        self._request, self._send = request, send
        self._start: Message | None = None
        self._body = b""

    async def take(self, message: Message) -> None:
        if message["type"] == "http.response.start" and is_problem(message):
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._show(self._start)

    async def _show(self, start: Message) -> None:
        kept = {n: v for n, v in Headers(raw=start["headers"]).items() if n in KEPT}
        page = page_of(self._request, start["status"], json.loads(self._body), kept)
        await page(self._request.scope, self._request.receive, self._send)


def is_problem(start: Message) -> bool:
    return Headers(raw=start["headers"]).get("content-type", "").startswith(MEDIA_TYPE)


def page_of(
    request: Request, status: int, problem: dict[str, Any], headers: dict[str, str]
) -> Response:
    lang: Language = "en" if prefers_english(request.headers) else "zh"
    shown = {"problem": problem, "ended": status == ENDED, "again": again(request), "lang": lang}
    html = materials().templates.get_template(PAGE).render(say=partial(phrase, lang), **shown)
    headers["Content-Security-Policy"] = materials().policy
    return HTMLResponse(html, status, headers)


def again(request: Request) -> str:
    """Returns the address that was asked for, on this host."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")

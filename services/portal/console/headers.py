"""Headers of the console's answers: pages run their own scripts only, and no service's answer runs
any."""

from collections.abc import Callable, Mapping

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CSP = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "frame-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
"""Element Plus places its pop-ups by style attributes, which need `unsafe-inline` (ADR 44)."""
PAGE_HEADERS = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in CSP.items()),
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""With `no-referrer`, browsers send forms with `Origin: null`, which is another one."""
ANSWER_HEADERS = {
    **PAGE_HEADERS,
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'",
    "X-Frame-Options": "SAMEORIGIN",
}
"""Of what services answer: it runs no script, and a page of the console may show it in a frame."""
OF_SERVICES = "/console/api/"


class WithHeaders:
    """ASGI middleware: adds the headers of the path that an answer does not have itself."""

    def __init__(self, app: ASGIApp, of: Callable[[str], Mapping[str, str]]) -> None:
        self._app, self._of = app, of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        added = self._of(scope["path"])

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in added.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, answer)


def headers_of(path: str) -> Mapping[str, str]:
    return ANSWER_HEADERS if path.startswith(OF_SERVICES) else PAGE_HEADERS

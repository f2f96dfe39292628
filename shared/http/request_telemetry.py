"""ASGI middleware: traces and measures every request; the answer names its `traceparent`."""

import secrets
import time
from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.kernel.ids import CASE_ID
from shared.kernel.trace import trace_id_of, traceparent_of

Measure = Callable[[str, str, int, float], None]
"""Called with service, method, status and seconds."""


def conversation(request: Request) -> dict[str, str | None]:
    """Returns the fields of log lines about a request: its trace id, which the answer names, and
    the case in its path. Other parts of a path may hold typed text."""
    case_id = request.path_params.get("case_id", "")
    return {
        "correlation_id": getattr(request.state, "trace_id", None),
        "case_id": case_id if CASE_ID.fullmatch(case_id) else None,
    }


class RequestTelemetry:
    """Begins a trace where the request has no valid `traceparent`; commits carry the trace id."""

    def __init__(self, app: ASGIApp, measure: Measure) -> None:
        self._app = app
        self._measure = measure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500
        trace = trace_id_of(Headers(scope=scope).get("traceparent")) or secrets.token_hex(16)
        scope.setdefault("state", {})["trace_id"] = trace

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                span = secrets.token_hex(8)
                MutableHeaders(scope=message)["traceparent"] = traceparent_of(trace, span)
            await send(message)

        try:
            await self._app(scope, receive, answer)
        finally:
            service = scope["path"].lstrip("/").partition("/")[0] or "root"
            self._measure(service, scope["method"], status, time.perf_counter() - began)

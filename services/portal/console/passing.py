"""Pass-through: what a page asks of a service, under the token of its session."""

from collections.abc import Mapping
from dataclasses import dataclass

import httpx
from starlette.requests import Request
from starlette.responses import Response

from services.portal.console.guard import ENDED, Guard
from services.portal.console.sessions import Live
from shared.http.gateway import Gateway, passed_back, source_of
from shared.http.unfinished import whole_body
from shared.kernel.trace import traceparent_of

KEPT_BACK = frozenset({"authorization", "cookie"})
"""Headers of the browser that no service sees."""
NOT_LET_IN = 401


@dataclass(frozen=True)
class Passing:
    guard: Guard
    gateway: Gateway

    async def passed(self, request: Request, service: str, path: str) -> Response:
        """Returns the service's answer. Raises Refused where there is no session, or no proof; the
        body is not read before."""
        live = await self.guard.admitted(request)
        body = await whole_body(request, live.session.person)
        query = request.url.query
        answer = await self.called(request, live, service, request.method, path, query, body)
        return passed_back(answer)

    async def called(  # noqa: PLR0913, PLR0917 - the parts of a request
        self,
        request: Request,
        live: Live,
        service: str,
        method: str,
        path: str,
        query: str = "",
        body: bytes = b"",
        more: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Returns the service's answer, as `call` does. A token that the services refuse ends its
        session: raises Refused."""
        answer = await self.call(request, live, service, method, path, query, body, more)
        if answer.status_code == NOT_LET_IN:
            await self.guard.end(request, live, "token-refused")
            raise ENDED
        return answer

    async def call(  # noqa: PLR0913, PLR0917 - the parts of a request
        self,
        request: Request,
        live: Live,
        service: str,
        method: str,
        path: str,
        query: str = "",
        body: bytes = b"",
        more: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Returns the service's answer, whatever it is; `more` are headers in place of the
        browser's. Raises NotFound, Unavailable."""
        headers = {**headers_for(request, live.token), **(more or {})}
        source = source_of(request)
        return await self.gateway.call(service, method, path, headers, query, body, source)


def headers_for(request: Request, token: str) -> Mapping[str, str]:
    own = {name: value for name, value in request.headers.items() if name not in KEPT_BACK}
    trace = traceparent_of(request.state.trace_id, "console")
    return {**own, "authorization": f"Bearer {token}", "traceparent": trace}

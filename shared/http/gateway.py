"""Gateway: passes requests of one service's routes to another's public API, under the caller's
token."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from urllib.parse import quote

import httpx
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.http.unfinished import whole_body
from shared.kernel.errors import NotFound, Unavailable

PASSED_ON = (
    "authorization", "idempotency-key", "if-match", "content-type", "accept-language",
    "traceparent",
)  # fmt: skip
PASSED_BACK = (
    "content-type", "content-disposition", "etag", "retry-after", "www-authenticate",
    "idempotency-replayed", "content-security-policy",
)  # fmt: skip
TIMEOUT_SECONDS = 30
SOURCE = "x-forwarded-for"
"""Set by the gateway alone: it is none of the headers that are passed on."""


class Gateway:
    """Calls services of this process without a socket; `elsewhere` has the addresses of others."""

    def __init__(
        self, root: ASGIApp, here: Collection[str], elsewhere: Mapping[str, str] | None = None
    ) -> None:
        inside = httpx.ASGITransport(app=Inside(root), raise_app_exceptions=False)
        self._inside = httpx.AsyncClient(transport=inside, base_url="http://inside")
        self._outside = httpx.AsyncClient(timeout=TIMEOUT_SECONDS, trust_env=False)
        self._here, self._elsewhere = frozenset(here), dict(elsewhere or {})

    async def call(  # noqa: PLR0913, PLR0917 - the parts of a request
        self,
        service: str,
        method: str,
        path: str,
        headers: Mapping[str, str],
        query: str = "",
        body: bytes = b"",
        source: str | None = None,
    ) -> httpx.Response:
        """`source` is the address of the caller. Raises NotFound for an unknown service,
        Unavailable when it does not answer."""
        # In bytes: one beyond ASCII is for the service to refuse. Left out, it would be no
        # condition (If-Match) and no key.
        named = {name: headers[name] for name in PASSED_ON if name in headers}
        named |= {SOURCE: source} if source else {}
        passed_on = {name.encode(): value.encode() for name, value in named.items()}
        target = f"/{service}/v1/{inner(path)}" + (f"?{query}" if query else "")
        client, base = self._client_for(service)
        try:
            return await client.request(method, f"{base}{target}", headers=passed_on, content=body)
        except httpx.TransportError as error:
            raise Unavailable(f"{service} 暂时无法连接，请稍后重试") from error

    def _client_for(self, service: str) -> tuple[httpx.AsyncClient, str]:
        if service in self._elsewhere:
            return self._outside, self._elsewhere[service].rstrip("/")
        if service in self._here:
            return self._inside, ""
        raise NotFound(service)

    def elsewhere(self, admission: "AdmissionOf") -> dict[str, "Passage"]:
        """Returns an application for each service of another process."""
        return {name: Passage(self, name, admission(name)) for name in self._elsewhere}

    async def close(self) -> None:
        await self._inside.aclose()
        await self._outside.aclose()


class Inside:
    """Application for requests of this process to itself, which come from the caller of the first
    one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        source = Headers(scope=scope).get(SOURCE)
        await self._app({**scope, "client": (source, 0)} if source else scope, receive, send)


def source_of(request: Request) -> str | None:
    return request.client.host if request.client else None


Admission = Callable[[Request], Awaitable[str]]
"""Returns the subject of a request's token. Raises Refused (401)."""
AdmissionOf = Callable[[str], Admission]


class Passage:
    """Application at the place of a service that another process has: a service has the same
    address in every installation, however many processes there are."""

    def __init__(self, gateway: Gateway, service: str, admission: Admission) -> None:
        self._gateway, self._service, self._admission = gateway, service, admission

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on. Its body is read for a valid token; without one the other process
        gets the request without a body, as its public pages need none. Raises Refused (401),
        NotFound, and Unavailable when no process answers."""
        request = Request(scope, receive)
        path = str(scope["path"]).removeprefix(f"{scope['root_path']}/")
        answer = await self._gateway.call(
            self._service,
            request.method,
            path,
            request.headers,
            request.url.query,
            await self._body_of(request),
            source_of(request),
        )
        await passed_back(answer)(scope, receive, send)

    async def _body_of(self, request: Request) -> bytes:
        if "authorization" not in request.headers:
            return b""
        return await whole_body(request, await self._admission(request))


def passed_back(answer: httpx.Response) -> Response:
    """Returns the answer of another process as one of this process."""
    kept = {name: answer.headers[name] for name in PASSED_BACK if name in answer.headers}
    return Response(answer.content, answer.status_code, kept)


def inner(path: str) -> str:
    """Returns the path, quoted. Raises NotFound for `.` and `..`: it would leave the public API and
    reach health and metrics."""
    if {".", ".."} & set(path.split("/")):
        raise NotFound(path)
    return quote(path, safe="/")

"""The way from one service's routes to another's public API, with the caller's own token."""

from collections.abc import Collection, Mapping
from urllib.parse import quote

import httpx
from starlette.types import ASGIApp

from shared.kernel.errors import NotFound, Unavailable

PASSED_ON = (
    "authorization", "idempotency-key", "if-match", "content-type", "accept-language",
    "traceparent",
)  # fmt: skip
PASSED_BACK = ("content-type", "etag", "retry-after", "www-authenticate", "idempotency-replayed")
SECONDS = 30


class Gateway:
    """Services of this process are called without a socket; `elsewhere` are the addresses of
    others."""

    def __init__(
        self, root: ASGIApp, here: Collection[str], elsewhere: Mapping[str, str] | None = None
    ) -> None:
        inside = httpx.ASGITransport(app=root, raise_app_exceptions=False)
        self._inside = httpx.AsyncClient(transport=inside, base_url="http://inside")
        self._outside = httpx.AsyncClient(timeout=SECONDS, trust_env=False)
        self._here, self._elsewhere = frozenset(here), dict(elsewhere or {})

    async def call(
        self,
        service: str,
        method: str,
        path: str,
        headers: Mapping[str, str],
        query: str = "",
        body: bytes = b"",
    ) -> httpx.Response:
        """NotFound for a service nobody serves, Unavailable when it does not answer."""
        kept = {name: headers[name] for name in PASSED_ON if name in headers}
        place = f"/{service}/v1/{inner(path)}" + (f"?{query}" if query else "")
        client, base = self._way_to(service)
        try:
            return await client.request(method, f"{base}{place}", headers=kept, content=body)
        except httpx.TransportError as error:
            raise Unavailable(f"{service} 暂时无法连接，请稍后重试") from error

    def _way_to(self, service: str) -> tuple[httpx.AsyncClient, str]:
        if service in self._elsewhere:
            return self._outside, self._elsewhere[service].rstrip("/")
        if service in self._here:
            return self._inside, ""
        raise NotFound(service)

    async def close(self) -> None:
        await self._inside.aclose()
        await self._outside.aclose()


def inner(path: str) -> str:
    """The path as it was sent; one that climbs out would reach what is no public API (metrics)."""
    if {".", ".."} & set(path.split("/")):
        raise NotFound(path)
    return quote(path, safe="/")

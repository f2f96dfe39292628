"""Client of the public APIs: bearer token, idempotency key, patience with a busy service."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Self

import httpx
from tenacity import (
    AsyncRetrying,
    retry_if_exception_type,
    stop_after_delay,
    wait_random_exponential,
)

from shared.ops.base.errors import OpsError
from shared.ops.installation.connectivity import need_api

PATIENCE_SECONDS = 60
TOO_EARLY = frozenset({"not-yet-known", "request-in-flight"})
"""Rules by which a service refuses for the moment only."""
BUSY = frozenset({429, 503})
"""Statuses of a process that has too much to do at the moment."""
NOT_OURS = "{} 的回答不像督办接口，请核对接口地址（--api）。"


class Busy(OpsError):
    """Raised when the service asks for the same request again later."""

    def __init__(self, detail: str) -> None:
        super().__init__(f"服务繁忙，请稍后重试。{detail}", "The service is busy; try again.")


class Refused(OpsError):
    """A problem document: `rule` is its code, `detail` its sentence for people."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.rule = str(problem.get("rule") or problem.get("title") or status)
        self.detail = str(problem.get("detail") or problem.get("title") or "")
        self.field = problem.get("field")
        self.errors = problem.get("errors", [])
        super().__init__(self.detail, f"{status} {self.rule} {self.errors or ''}".rstrip())


class Api:
    """`token_for(sub)` returns the bearer token of a person. Requests are repeated until they
    are answered or `patience` (seconds) has run out. `transport`: the way to services of the same
    process; `language`: that in which they are to refuse."""

    def __init__(
        self,
        base_url: str,
        token_for: Callable[[str], str],
        patience: float = PATIENCE_SECONDS,
        transport: httpx.AsyncBaseTransport | None = None,
        language: str = "zh-CN",
    ) -> None:
        limits = httpx.Limits(max_connections=64)
        self._http = httpx.AsyncClient(
            base_url=base_url,
            timeout=30,
            limits=limits,
            trust_env=False,
            transport=transport,
            headers={"Accept-Language": language},
        )
        self._token_for = token_for
        self._patience = patience

    async def __aenter__(self) -> Self:
        """Raises OutOfReach when the API does not listen; patience is for an API that is there."""
        await asyncio.to_thread(need_api, str(self._http.base_url))
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.close()

    async def close(self) -> None:
        await self._http.aclose()

    async def get(self, path: str, who: str, **params: Any) -> Any:
        return await self._ask("GET", path, self._headers(who), params=params or None)

    async def post(
        self, path: str, who: str, body: Mapping[str, Any], key: str | None = None, **params: Any
    ) -> Any:
        """Sends a command under an idempotency key. Raises Refused."""
        headers = self._headers(who) | ({"Idempotency-Key": key} if key else {})
        return await self._ask("POST", path, headers, json=body, params=params or None)

    def _headers(self, who: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token_for(who)}"}

    async def _ask(self, method: str, path: str, headers: dict[str, str], **more: Any) -> Any:
        async for attempt in AsyncRetrying(
            retry=retry_if_exception_type((Busy, httpx.TransportError)),
            wait=wait_random_exponential(0.05, max=2),
            stop=stop_after_delay(self._patience),
            reraise=True,
        ):
            with attempt:
                return answered(await self._http.request(method, path, headers=headers, **more))


def answered(response: httpx.Response) -> Any:
    ours = "json" in response.headers.get("content-type", "")
    if response.is_success and (ours or not response.content):
        return response.json() if response.content else None
    problem = response.json() if ours else {"detail": NOT_OURS.format(response.url)}
    too_early = problem.get("rule") in TOO_EARLY
    if response.status_code in BUSY or too_early:
        raise Busy(str(problem.get("detail") or ""))
    raise Refused(response.status_code, problem)

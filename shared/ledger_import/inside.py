"""The way from an import to the services: through the gateway of the process, under the token of
the person who has started it. The token stays in memory and ends with the run."""

import httpx

from shared.http.gateway import Gateway
from shared.kernel.errors import NotFound, Unavailable
from shared.ledger_import.client import Api

BASE = "http://inside"
SIGNED_OUT, BUSY, BROKEN = 401, 503, 500


class EndedEarly(Exception):
    """Raised when no row can be sent any more; `why` is a code: `signed-out`, `failed`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class ThroughGateway(httpx.AsyncBaseTransport):
    """`source` is the address of the person, for the audit trail. Raises EndedEarly."""

    def __init__(self, gateway: Gateway, source: str | None) -> None:
        self._gateway, self._source = gateway, source

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        _, service, _, path = request.url.path.split("/", 3)
        headers, query = request.headers, request.url.query.decode()
        body, source = await request.aread(), self._source
        try:
            answer = await self._gateway.call(
                service, request.method, path, headers, query, body, source
            )
        except Unavailable as error:
            return httpx.Response(BUSY, json={"detail": error.reason})
        except NotFound as error:
            raise EndedEarly("failed") from error
        if answer.status_code == SIGNED_OUT:
            raise EndedEarly("signed-out")
        if answer.status_code >= BROKEN and answer.status_code != BUSY:
            raise EndedEarly("failed")
        kept = {"content-type": answer.headers.get("content-type", "")}
        return httpx.Response(answer.status_code, headers=kept, content=answer.content)


def api_of(gateway: Gateway, token: str, source: str | None) -> Api:
    """Returns a client of the services of this process and of those that it can reach."""
    return Api(BASE, lambda person: token, transport=ThroughGateway(gateway, source))

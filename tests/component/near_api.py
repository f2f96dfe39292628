"""The client of the command line, on a service in this process."""

from typing import Self

import httpx

from shared.http.auth import development_token
from shared.ledger_import.client import Api
from shared.mongo.clock_store import real_time
from shared.testing.service import SECRET, ServiceUnderTest


def token_for(sub: str) -> str:
    issued = int(real_time().timestamp())
    return development_token(SECRET, sub, issuer="tests", audience="duban", issued=issued)


class NearApi(Api):
    def __init__(self, service: ServiceUnderTest) -> None:
        super().__init__("http://duban.test", token_for)
        transport = httpx.ASGITransport(service.app)
        self._http = httpx.AsyncClient(transport=transport, base_url="http://duban.test")

    async def __aenter__(self) -> Self:
        return self

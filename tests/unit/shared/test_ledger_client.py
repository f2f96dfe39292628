"""The client of the APIs: what a path says is sent, with and without parameters of its own."""

import httpx
import pytest

from shared.ledger_import.client import Api

ANSWER = httpx.Response(201, json={"version": 1})


@pytest.mark.parametrize(
    ("params", "query"),
    [({}, b"at_least=intake-1@2"), ({"check": True}, b"check=true")],
)
async def test_the_query_of_a_path_is_kept_where_there_are_no_parameters(
    params: dict[str, bool], query: bytes
) -> None:
    asked: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.query)
        return ANSWER

    api = Api("http://duban.test", lambda sub: sub)
    api._http = httpx.AsyncClient(
        base_url="http://duban.test", transport=httpx.MockTransport(answer)
    )
    await api.post("/a?at_least=intake-1@2", "p-1", {}, **params)
    assert asked == [query]

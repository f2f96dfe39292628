"""The client of the APIs: it keeps the query of a path, and asks a busy service again."""

from collections.abc import Callable

import httpx
import pytest

from shared.ledger_import.client import Api, Busy, Refused

ANSWER = httpx.Response(201, json={"version": 1})
Answer = Callable[[httpx.Request], httpx.Response]


def api_of(answer: Answer, patience: float = 60) -> Api:
    api = Api("http://duban.test", lambda sub: sub, patience)
    transport = httpx.MockTransport(answer)
    api._http = httpx.AsyncClient(base_url="http://duban.test", transport=transport)
    return api


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

    await api_of(answer).post("/a?at_least=intake-1@2", "p-1", {}, **params)
    assert asked == [query]


async def test_refusals_are_asked_for_in_the_language_of_the_command() -> None:
    for language in ("zh-CN", "en"):
        api = Api("http://duban.test", lambda sub: sub, language=language)
        assert api._http.headers["accept-language"] == language
        await api.close()


@pytest.mark.parametrize("status", [429, 503])
async def test_a_busy_service_is_asked_again_under_the_same_key(status: int) -> None:
    keys: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        keys.append(request.headers["idempotency-key"])
        return ANSWER if len(keys) > 2 else httpx.Response(status, json={"detail": "请稍后"})

    assert await api_of(answer).post("/a", "p-1", {}, key="k") == {"version": 1}
    assert keys == ["k", "k", "k"]


async def test_patience_ends_and_a_refusal_is_not_repeated() -> None:
    busy = api_of(lambda request: httpx.Response(429, json={"detail": "请稍后"}), patience=0)
    with pytest.raises(Busy):
        await busy.get("/a", "p-1")
    asked: list[str] = []

    def refuse(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(409, json={"rule": "too-late", "detail": "已过期限"})

    with pytest.raises(Refused):
        await api_of(refuse).get("/a", "p-1")
    assert asked == ["/a"]

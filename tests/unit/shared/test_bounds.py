"""Bodies, headers and nesting are bounded; nothing is read before the token is known."""

from typing import Annotated, Any

import httpx
import pytest
from fastapi import Body, FastAPI
from starlette.types import Message

from shared.http.bounds import LARGEST_BODY_BYTES, Bounds
from shared.http.json_body import DEEPEST_JSON, MOST_VALUES, depth_of, values_in
from shared.http.problems import add_problem_handlers
from shared.service.api.edge_route import edge_router
from shared.testing.audit import MemoryTrail, auditor_of
from shared.testing.service import ServiceUnderTest
from shared.testing.small_service import SERVICE


class AnyToken:
    auditor = auditor_of("handling", MemoryTrail())

    @property
    def tokens(self) -> "AnyToken":
        return self

    async def subject(self, token: str | None) -> str:
        return "p-1"


def client() -> httpx.AsyncClient:
    app, router = FastAPI(), edge_router()
    app.state.authentication = AnyToken()

    @router.post("/size")
    async def size(body: Annotated[Any, Body()]) -> int:
        return len(body)

    app.include_router(router)
    add_problem_handlers(app)
    app.add_middleware(Bounds)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")


JSON = {"content-type": "application/json"}


async def test_a_body_within_the_bounds_arrives_whole() -> None:
    answer = await client().post("/size", json="x" * 1000)
    assert answer.json() == 1000


@pytest.mark.parametrize("part", [b"1,", b"{},", b"[],", b'"",', b'"\\",",'])
async def test_a_body_of_too_many_values_is_refused_before_it_is_read(part: bytes) -> None:
    body = b"[" + part * (LARGEST_BODY_BYTES // len(part) - 2) + b"1]"
    answer = await client().post("/size", content=body, headers=JSON)
    assert (answer.status_code, answer.json()["rule"]) == (422, "too-many")


async def test_signs_within_texts_are_no_values() -> None:
    assert values_in(b'["' + b'[{,\\"' * MOST_VALUES + b'"]') <= 1
    answer = await client().post("/size", json=["a, [b] {c}"] * (MOST_VALUES - 1))
    assert answer.json() == MOST_VALUES - 1


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp936"])
async def test_a_body_in_another_encoding_hides_no_depth(encoding: str) -> None:
    for sign in "\u225b\u5b22":  # half of each is a quotation mark, half a bracket
        body = f'["{sign}甲", {"[" * 100_000}'.encode(encoding, "replace")
        answer = await client().post("/size", content=body, headers=JSON)
        assert answer.status_code == 422


ONE_READING = {
    b'{"a": 1, "b": {"c": 1, "c": 1}}': ("c", "同一字段出现了不止一次"),
    b'{"\\ud800": 1, "\\ud800": 2}': ("body", "同一字段出现了不止一次"),
    b'{"a": 1e400}': ("body", "内容不是有效的 JSON"),
    b'{"a": -1e9999999}': ("body", "内容不是有效的 JSON"),
    b'{"a": Infinity}': ("body", "内容不是有效的 JSON"),
    b'{"a": ' + b"9" * 5_000 + b"}": ("body", "内容不是有效的 JSON"),
    b'{"a": "\xed\xa0\x80"}': ("body", "内容不是有效的 JSON"),
    b'{"a": 1}\x00': ("body", "内容不是有效的 JSON"),
}


@pytest.mark.parametrize(("body", "expected"), ONE_READING.items(), ids=range(len(ONE_READING)))
async def test_a_body_that_can_be_read_in_two_ways_is_refused(
    body: bytes, expected: tuple[str, str]
) -> None:
    answer = await client().post("/size", content=body, headers=JSON)
    (fault,) = answer.json()["errors"]
    assert (answer.status_code, fault["field"], fault["message"]) == (422, *expected)


async def test_a_mark_of_the_byte_order_is_no_content() -> None:
    answer = await client().post("/size", content=b"\xef\xbb\xbf[1, 1.5]", headers=JSON)
    assert answer.json() == 2


async def test_a_body_beyond_a_megabyte_is_refused_by_its_announced_length() -> None:
    answer = await client().post("/size", content=b"1" * (LARGEST_BODY_BYTES + 1))
    assert (answer.status_code, answer.json()["rule"]) == (413, "too-large")


async def test_a_body_that_does_not_announce_its_length_is_refused_as_well() -> None:
    async def chunks() -> Any:
        for _ in range(17):
            yield b"1" * (LARGEST_BODY_BYTES // 16)

    answer = await client().post("/size", content=chunks())
    assert (answer.status_code, answer.json()["rule"]) == (413, "too-large")


async def test_too_large_headers_are_refused() -> None:
    answer = await client().post("/size", json="x", headers={"x-long": "x" * 20_000})
    assert answer.status_code == 431


async def test_json_nested_too_deep_is_refused() -> None:
    answer = await client().post("/size", content=b"[" * 500 + b"]" * 500, headers=JSON)
    assert (answer.status_code, answer.json()["rule"]) == (422, "too-deep")


@pytest.mark.parametrize(
    "body", [b"NaN", b"[1", b"\xff", b"1" * 5000, b'"\x1b"', b"[" * 40, b"-Infinity"]
)
async def test_what_is_no_json_is_refused(body: bytes) -> None:
    answer = await client().post("/size", content=body, headers=JSON)
    assert (answer.status_code, answer.json()["rule"]) in [(422, "validation"), (422, "too-deep")]


async def test_without_a_token_no_byte_of_the_body_is_read() -> None:
    tested, answered = ServiceUnderTest(SERVICE), []

    async def receive() -> Message:
        raise AssertionError("the body is read")

    async def send(message: Message) -> None:
        answered.append(message.get("status"))

    path = f"/handling/v1/cases/{'0' * 32}/progress"
    scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": []}
    await tested.app(scope, receive, send)
    assert answered[0] == 401


@pytest.mark.parametrize(
    ("body", "depth"),
    [
        (b"[" * 40 + b"]" * 40, 40),
        (b"[" + b"[]," * 50 + b"1]", 2),
        (b'"' + b"[" * 50 + b'"', 0),
        (b'["\\"' + b"[" * 50 + b'"]', 1),
        (b'["\\\n' + b"[" * 50 + b'"]', 1),
        (b'["' + b"[" * 50, 1),
        (b"[" * DEEPEST_JSON, 0),
    ],
)
def test_depth_counts_brackets_outside_of_texts(body: bytes, depth: int) -> None:
    assert depth_of(body) == depth

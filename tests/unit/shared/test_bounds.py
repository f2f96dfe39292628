"""Bodies, headers and nesting are bounded before anything is parsed."""

from typing import Annotated, Any

import httpx
import pytest
from fastapi import Body, FastAPI

from shared.http.bounds import DEEPEST_JSON, LARGEST_BODY_BYTES, Bounds, depth_of


def client() -> httpx.AsyncClient:
    app = FastAPI()

    @app.post("/size")
    async def size(body: Annotated[Any, Body()]) -> int:
        return len(body)

    app.add_middleware(Bounds)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")


async def test_a_body_within_the_bounds_arrives_whole() -> None:
    answer = await client().post("/size", json="x" * 1000)
    assert answer.json() == 1000


async def test_a_body_beyond_a_megabyte_is_refused_by_its_announced_length() -> None:
    answer = await client().post("/size", content=b"1" * (LARGEST_BODY_BYTES + 1))
    assert (answer.status_code, answer.json()["rule"]) == (413, "too-large")


async def test_a_body_that_does_not_announce_its_length_is_refused_as_well() -> None:
    async def chunks() -> Any:
        for _ in range(17):
            yield b"1" * (LARGEST_BODY_BYTES // 16)

    answer = await client().post("/size", content=chunks())
    assert answer.status_code == 413


async def test_too_large_headers_are_refused() -> None:
    answer = await client().post("/size", json="x", headers={"x-long": "x" * 20_000})
    assert answer.status_code == 431


async def test_json_nested_too_deep_is_refused() -> None:
    answer = await client().post("/size", content=b"[" * 500 + b"]" * 500)
    assert (answer.status_code, answer.json()["rule"]) == (422, "too-deep")


@pytest.mark.parametrize(
    ("body", "depth"),
    [
        (b"[" * 40 + b"]" * 40, 40),
        (b"[" + b"[]," * 50 + b"1]", 2),
        (b'"' + b"[" * 50 + b'"', 0),
        (b'["\\"' + b"[" * 50 + b'"]', 1),
        (b"[" * DEEPEST_JSON, 0),
    ],
)
def test_depth_counts_brackets_outside_of_texts(body: bytes, depth: int) -> None:
    assert depth_of(body) == depth

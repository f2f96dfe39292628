"""Listens to what the component tests ask, so that the last of them can say what nobody asked."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

ANSWERED: set[tuple[str, str, str]] = set()
"""(host, method, path) of every request that was granted."""
LAST = "test_every_endpoint.py"


@pytest.fixture(autouse=True, scope="session")
def overheard() -> Iterator[None]:
    plain = httpx.ASGITransport.handle_async_request

    async def heard(transport: Any, request: httpx.Request) -> httpx.Response:
        answer = await plain(transport, request)
        if answer.status_code < 400:
            ANSWERED.add((request.url.host, request.method, request.url.path))
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(httpx.ASGITransport, "handle_async_request", heard)
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.name == LAST)

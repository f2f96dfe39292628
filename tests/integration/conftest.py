"""Fixtures on real parts: connections for each test, parts with accounts once for all."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from pymongo.asynchronous.database import AsyncDatabase

from shared.mongo.connect import Document, connect
from shared.ops.base.settings import OpsSettings
from shared.service.resources.connections import Connections
from shared.testing.isolation import Tap, isolated
from shared.testing.signatures import put_keys
from tests.integration.secured import Secured, secured


@pytest.fixture
async def here(mongo_url: str, kafka_bootstrap: str, space: str) -> AsyncIterator[Connections]:
    """Topics and databases that no other test sees."""
    async with isolated(mongo_url, kafka_bootstrap, space) as made:
        yield made


@pytest.fixture
async def database(mongo_url: str, space: str) -> AsyncIterator[AsyncDatabase[Document]]:
    """The database of intake; no other test sees it."""
    async with connect(mongo_url) as client:
        made = client[f"{space}_intake"]
        yield made
        await client.drop_database(made.name)


@pytest.fixture
async def tap(here: Connections) -> AsyncIterator[Tap]:
    made = Tap(here)
    yield made
    await made.close()


@pytest.fixture
def signing_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder where commands find the keys that tests sign with."""
    folder = put_keys(tmp_path / "signing")
    monkeypatch.setenv("DUBAN_SIGNING_KEYS", str(folder))
    return folder


@pytest.fixture(scope="session")
def secured_parts(
    parts_settings: OpsSettings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Secured]:
    with secured(parts_settings, tmp_path_factory.mktemp("secured")) as running:
        yield running

"""One installation for the whole session: its parts, its five processes, its small city."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
import pytest_asyncio

from shared.service.settings import ServiceSettings
from tests.e2e.world import World, running_world


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def world(
    mongo_url: str, kafka_bootstrap: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    folder = tmp_path_factory.mktemp("installation")
    settings = ServiceSettings(
        mongo_url=mongo_url,
        kafka_bootstrap_servers=kafka_bootstrap,
        space=f"e{uuid4().hex[:10]}",
        vault_key_file=folder / "vault.key",
    )
    async with running_world(settings, folder / "logs") as running:
        yield running

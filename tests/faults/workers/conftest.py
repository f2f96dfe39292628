"""One small town and one whole city for all scenes of this folder: what a scene does to them it
also mends."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
import pytest_asyncio

from shared.service.settings import ServiceSettings
from shared.testing.isolation import isolated
from shared.testing.signatures import put_keys
from tests.e2e.world import running_world
from tests.faults.workers.city import City, a_city
from tests.faults.workers.town import Town, a_town

SESSION = {"scope": "session", "loop_scope": "session"}


@pytest_asyncio.fixture(**SESSION)
async def lone_town(
    mongo_url: str, kafka_bootstrap: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Town]:
    async with (
        isolated(mongo_url, kafka_bootstrap, f"w{uuid4().hex[:10]}") as here,
        a_town(here, mongo_url, tmp_path_factory.mktemp("town")) as made,
    ):
        await made.join()
        yield made


@pytest_asyncio.fixture(loop_scope="session")
async def town(lone_town: Town) -> AsyncIterator[Town]:
    """With one worker, that of ordinal 0."""
    if "worker-0" not in lone_town.members:
        await lone_town.join()
    yield lone_town


@pytest_asyncio.fixture(**SESSION)
async def lone_city(
    mongo_url: str, kafka_bootstrap: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[City]:
    folder = tmp_path_factory.mktemp("city")
    settings = ServiceSettings(
        mongo_url=mongo_url,
        kafka_bootstrap_servers=kafka_bootstrap,
        space=f"f{uuid4().hex[:10]}",
        vault_key_file=folder / "vault.key",
        signing_keys=put_keys(folder / "signing"),
    )
    async with running_world(settings, folder / "logs") as world, a_city(world) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="session")
async def city(lone_city: City) -> AsyncIterator[City]:
    yield lone_city
    await lone_city.heal()

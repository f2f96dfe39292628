"""The public site on a real MongoDB, with a year of cases."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import httpx
import pytest

from services.disclosure.settings import SiteSettings
from services.disclosure.site import CODES, site_app
from shared.mongo.read_models.live import LiveModels
from shared.mongo.read_models.reader import connect_reader
from shared.testing.service import policies
from tests.component.site.published import a_year, store


@dataclass
class Clock:
    once_simulated: bool = False


@dataclass
class Visited:
    """The site as a visitor reaches it, its database and its clock."""

    http: httpx.AsyncClient
    database: Any
    clock: Clock

    async def get(self, path: str, **query: str) -> httpx.Response:
        return await self.http.get(path, params=query)

    async def text(self, path: str, **query: str) -> str:
        answer = await self.get(path, **query)
        assert answer.status_code == 200, (path, answer.status_code, answer.text)
        return answer.text


async def visited(mongo_url: str, space: str) -> AsyncIterator[Visited]:
    client: Any = connect_reader(mongo_url)
    database, clock, ticks = client[f"{space}_site"], Clock(), count(10, step=10)
    url = "https://www.linjiang.example"
    settings = SiteSettings(site_url=url, mongo_url=mongo_url, site_keeps_seconds=0)
    models = LiveModels(lambda projection: database, lambda: next(ticks), CODES)
    app = site_app(models, clock, policies().periods, settings)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://site.test") as http:
        yield Visited(http, database, clock)
    await client.drop_database(database.name)
    client.close()


@pytest.fixture
async def empty_site(mongo_url: str, space: str) -> AsyncIterator[Visited]:
    async for site in visited(mongo_url, space):
        yield site


@pytest.fixture
async def site(empty_site: Visited) -> Visited:
    await store(empty_site.database, a_year())
    return empty_site

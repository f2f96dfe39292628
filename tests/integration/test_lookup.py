"""Whom a command names, looked up in the read model of a real MongoDB as far as it has come."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.contracts.directory import PostFilled
from shared.kernel.messages import Event
from shared.ops.base.dev_tokens import token_for
from shared.service.commands.runtime import ServiceRuntime
from shared.service.identity.actors_projection import ACTORS
from shared.service.processes.api import api_app
from shared.service.processes.composition import open_service
from shared.service.processes.registry import definition_of
from shared.service.resources.process_resources import ProcessResources, open_resources
from shared.service.settings import ServiceSettings
from shared.testing.audit import MemoryTrail, two_sides
from shared.testing.fold import folded
from shared.testing.organisation import SINCE, city, county, deputy, person, stream_of, unit
from shared.testing.signatures import put_keys
from shared.testing.stories import Story, heard
from tests.component.intake.test_api import SUGGESTION

pytestmark = pytest.mark.on_change("machinery", "intake")

REGISTRAR = PostFilled(
    at=city().at, unit="u-city", role="registrar", person="p-reg", valid_from=SINCE
)
CITY = (city(), REGISTRAR, person("p-reg"), county("u-c01"), unit("u-hou", "u-c01", agency="u-c01"))


class Intake:
    """With its read model, to which a test adds what has come over the bus."""

    def __init__(self, resources: ProcessResources, runtime: ServiceRuntime) -> None:
        self._token = token_for("p-reg", resources.settings)
        self._actors = resources.database("intake")["actors_g1"]
        self._stories: dict[str, Story] = {}
        self._http = httpx.AsyncClient(
            transport=httpx.ASGITransport(api_app(resources, [runtime], *two_sides(MemoryTrail()))),
            base_url="http://duban.test/intake/v1",
        )

    async def hears(self, *facts: Event) -> None:
        for fact in facts:
            stream = stream_of(fact)
            self._stories.setdefault(stream, Story(stream)).tell(fact)
        told = heard([d for story in self._stories.values() for d in story.documents])
        await self._actors.delete_many({})
        await self._actors.insert_many(list(folded(ACTORS, told).values()))

    async def register(self, path: str = "/cases", **changes: Any) -> tuple[int, str | None]:
        bearer = {"Authorization": f"Bearer {self._token}"}
        answer = await self._http.post(path, json=SUGGESTION | changes, headers=bearer)
        return answer.status_code, answer.json().get("rule")


@pytest.fixture
async def intake(mongo_url: str, space: str, tmp_path: Path) -> AsyncIterator[Intake]:
    settings = ServiceSettings(
        _env_file=None,
        mongo_url=mongo_url,
        space=space,
        vault_key_file=tmp_path / "vault.key",
        signing_keys=put_keys(tmp_path / "signing"),
    )
    async with AsyncExitStack() as stack:
        resources = await stack.enter_async_context(open_resources(settings, "api"))
        opened = open_service(resources, definition_of("intake"))
        runtime = await stack.enter_async_context(opened)
        yield Intake(resources, runtime)
        for name in ("intake", "control"):
            await resources.mongo.drop_database(f"{space}_{name}")


async def test_units_with_all_above_them_regions_and_deputies_are_looked_up(
    intake: Intake,
) -> None:
    await intake.hears(*CITY, deputy("p-n1"))
    assert await intake.register(wanted_unit="u-hou") == (201, None)
    assert await intake.register(wanted_unit="u-ghost") == (409, "unit-unknown")
    assert await intake.register(region="c99") == (409, "region-unknown")


async def test_a_deputy_who_was_registered_a_moment_ago_is_waited_for(intake: Intake) -> None:
    await intake.hears(*CITY)
    assert await intake.register() == (409, "not-in-office")
    waiting = "/cases?at_least=person-p-n1@1&at_least=unit-u-hou@1"
    assert await intake.register(waiting) == (409, "not-yet-known")
    await intake.hears(deputy("p-n1"))
    assert await intake.register(waiting) == (201, None)

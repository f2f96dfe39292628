"""运行: every service is asked under the caller's token; one without an answer is a row."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from services.portal.operation import SERVICES
from shared.http.condition import Condition
from shared.kernel.actor import Actor, Post
from shared.service.config.access_tables import load_access
from shared.service.processes.registry import SERVICES as ALL
from shared.testing.service import POLICIES, at_rest
from tests.component.portal.conftest import Portal, open_portal

OPERATOR = Actor("p-ops", (Post("operator", "u-city", ("u-city",)),))
OTHER = Actor("p-office", (Post("office", "u-city", ("u-city",)),))


@pytest_asyncio.fixture
async def portal(mongo_url: str) -> AsyncIterator[Portal]:
    async with open_portal(mongo_url) as made:
        made.actors |= {OPERATOR.sub: OPERATOR, OTHER.sub: OTHER}
        yield made


async def shown(portal: Portal, who: Actor) -> httpx.Response:
    return await portal.get("operation", as_=who)


async def test_operators_see_all_services_and_the_silent_ones_as_rows(portal: Portal) -> None:
    handling = FastAPI()

    @handling.get("/condition")
    async def condition() -> Condition:
        return await at_rest("handling")

    portal.app.mount("/handling/v1", handling)
    gateway = portal.let_through("handling")
    answer = (await shown(portal, OPERATOR)).raise_for_status().json()
    await gateway.close()
    assert [each["service"] for each in answer["services"]] == list(SERVICES)
    answering = [each["service"] for each in answer["services"] if each["condition"]]
    assert answering == ["handling", "portal"]


async def test_nobody_else_sees_them(portal: Portal) -> None:
    assert (await shown(portal, OTHER)).status_code == 403


@pytest.mark.parametrize("service", ALL)
def test_the_table_of_every_service_shows_its_condition_to_operators_only(service: str) -> None:
    [row] = load_access(POLICIES, service).rows_of("read-condition")
    assert row.roles == ("operator",)


def test_all_services_are_asked() -> None:
    assert set(SERVICES) == set(ALL)

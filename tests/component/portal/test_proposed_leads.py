"""Units that are proposed to lead a case: for those who assign it, by remits and like cases."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from fastapi import FastAPI

from shared.kernel.actor import Actor, Post
from shared.testing.organisation import city, organisation, unit
from shared.testing.service import at_organs
from tests.component.portal.conftest import REGISTER, Portal, case_id, keep, lived, open_portal

OFFICE = Actor("p-office", at_organs("office"))
LEADER = Actor("p-leader", (Post("leader", "u-city", ("u-city",)),))
HANDLER = Actor("p-hou", (Post("handler", "u-hou", ("u-hou", "u-city")),))
STRANGER = Actor("p-tra", (Post("handler", "u-tra", ("u-tra", "u-city")),))
DRAINS = "关于在高铁站周边完善城市排水防涝设施的建议"
PAPER: dict[str, Any] = {"title": DRAINS, "text": "农村供水也要改善。", "asks": []}
PATH = f"/cases/{case_id(1)}/proposed-leads"
UNITS = ("u-hou", "u-wat", "u-emg")
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def portal(mongo_url: str) -> AsyncIterator[Portal]:
    intake = FastAPI()

    @intake.get("/{path:path}")
    async def paper(path: str) -> dict[str, Any]:
        return PAPER

    async with open_portal(mongo_url) as made:
        await keep(made.database, lived(1, 2, title=DRAINS))
        await keep(made.database, lived(2, title="关于高铁站片区排水防涝设施改造的提案"))
        known = organisation(made.runtime.clock.now().date(), city(), *map(unit, UNITS))
        await made.database["actors_g1"].insert_many([dict(e) for e in known.entries.values()])
        gateway = made.let_through("intake")
        made.app.mount("/intake/v1", intake)
        yield made
        await gateway.close()


async def proposed(portal: Portal, who: Actor = OFFICE) -> list[dict[str, Any]]:
    answer = await portal.get(PATH, who)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_the_unit_of_the_remit_comes_first_with_its_words_and_like_cases(
    portal: Portal,
) -> None:
    first, second = await proposed(portal)
    assert (first["unit"], first["words"], first["beside"]) == (
        "u-hou",
        ["排水", "防涝"],
        ["u-wat"],
    )
    assert [each["case_id"] for each in first["earlier"]] == [case_id(2)]
    assert (second["unit"], second["words"]) == ("u-wat", ["供水"])
    names = (await portal.get(PATH, LEADER)).json()["names"]
    assert names.keys() <= set(UNITS)


async def test_units_that_keep_away_from_the_case_are_not_proposed(portal: Portal) -> None:
    case = {"_id": case_id(1)}
    await portal.database[REGISTER].update_one(case, {"$set": {"against": ["u-hou"]}})
    assert [each["unit"] for each in await proposed(portal)] == ["u-wat"]
    await portal.database[REGISTER].update_one(case, {"$set": {"against": []}})


@pytest.mark.parametrize("who", [HANDLER, STRANGER])
async def test_nobody_else_reads_them(portal: Portal, who: Actor) -> None:
    assert (await portal.get(PATH, who)).status_code == 404

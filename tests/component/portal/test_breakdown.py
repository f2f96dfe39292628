"""Statistics and lights by the tree of units; their numbers are held against lists elsewhere."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from shared.kernel.actor import Actor
from shared.kernel.messages import Recorded
from shared.testing.service import at_organs
from tests.component.portal.conftest import REGISTER, Portal, case_id, keep, lived, open_portal

OFFICE = Actor("p-office", at_organs("office"))
ENDED, WORKED, REGISTERED = 17, 9, 1
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def portal(mongo_url: str) -> AsyncIterator[Portal]:
    """Cases of the section and of the bureau above it, one registered only, one kept from the
    leader."""
    async with open_portal(mongo_url) as made:
        facts = lived(1, ENDED) + lived(2, WORKED) + lived(3, REGISTERED, region=None)
        facts += [of_section(fact) for fact in lived(4, WORKED, kind="proposal")]
        await keep(made.database, [*facts, *lived(5, WORKED)])
        kept = {"$set": {"against": ["p-leader"]}}
        await made.database[REGISTER].update_one({"_id": case_id(5)}, kept)
        parents = {"u-city": None, "u-hou": "u-city", "u-hou-1": "u-hou", "u-fin": "u-city"}
        places = [{"from": "2024-01-01", "parent": parent} for parent in parents.values()]
        await made.database["actors_g1"].insert_many(
            {"_id": unit, "directory": {"places": [place]}}
            for unit, place in zip(parents, places, strict=True)
        )
        yield made


def of_section(fact: Recorded) -> Recorded:
    """Returns the fact as it is where a section leads in place of its bureau."""
    text = fact.event.model_dump_json().replace('"u-hou"', '"u-hou-1"')
    return replace(fact, event=type(fact.event).model_validate_json(text))


async def test_a_unit_stands_below_the_one_that_it_belongs_to(portal: Portal) -> None:
    board = (await portal.get("/lights", OFFICE, by="unit", tree=True)).json()
    rows = [(group["value"], group["depth"]) for group in board["groups"]]
    assert rows == [("u-city", 0), ("u-hou", 1), ("u-hou-1", 2)]
    flat = (await portal.get("/lights", OFFICE, by="unit")).json()["groups"]
    assert {group["value"]: group["total"] for group in flat} == {"u-hou": 2, "u-hou-1": 1}


async def test_without_a_group_the_statistics_say_the_whole_once(portal: Portal) -> None:
    answer = await portal.get("/statistics", OFFICE, period="2025", kind="suggestion")
    [whole] = answer.json()["groups"]
    assert (whole["group"], whole["value"]) == ("all", "all")

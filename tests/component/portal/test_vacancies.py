"""The list of vacant units, over a register and a directory in a real MongoDB."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from shared.kernel.actor import Actor, Post
from shared.ops.cli.commands.vacancies import rows_of, standing, vacant_units
from shared.testing.organisation import city, organisation, seat, staffed, unit
from shared.testing.service import MONDAY, at_organs
from tests.component.near_api import NearApi
from tests.component.portal.conftest import REGISTER, Portal, case_id, keep, lived, open_portal

OFFICE = Actor("p-office", at_organs("office"))
LEADER = Actor("p-leader", (Post("leader", "u-city", ("u-city",)),))
HANDLER = Actor("p-fin", (Post("handler", "u-fin", ("u-fin", "u-city")),))
HEADLESS = (unit("u-hou"), seat("liaison", "u-hou"), seat("handler", "u-hou"))
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def portal(mongo_url: str) -> AsyncIterator[Portal]:
    """Two cases at a lead without a head."""
    entries = organisation(MONDAY.date(), city(), *HEADLESS, *staffed("u-fin")).entries
    async with open_portal(mongo_url) as made:
        await keep(made.database, [*lived(1, 7), *lived(2, 7)])
        await made.database["actors_g1"].insert_many(list(entries.values()))
        yield made


@pytest.mark.parametrize("who", [OFFICE, LEADER], ids=lambda who: who.sub)
async def test_vacant_units_are_listed_with_the_tasks_that_wait(portal: Portal, who: Actor) -> None:
    answer = await portal.get("/vacancies", as_=who)
    assert answer.status_code == 200, answer.text
    [vacant] = answer.json()["units"]
    assert (vacant["unit"], vacant["vacant"], vacant["waiting"]) == ("u-hou", ["单位负责人"], 2)
    assert [task["case_id"] for task in vacant["tasks"]] == [case_id(1), case_id(2)]
    assert vacant["tasks"][0]["due_on"] == "2025-06-03"


async def test_an_organ_without_any_officer_is_listed(portal: Portal) -> None:
    actors = portal.database["actors_g1"]
    organ = organisation(MONDAY.date(), unit("u-openness")).entries["u-openness"]
    await actors.insert_one(dict(organ))
    units = (await portal.get("/vacancies", as_=LEADER)).json()["units"]
    await actors.delete_one({"_id": "u-openness"})
    [openness] = [unit for unit in units if unit["unit"] == "u-openness"]
    assert (openness["vacant"], openness["waiting"]) == (["公开审核员"], 0)


async def test_a_task_of_an_accused_unit_is_listed_with_the_reason(portal: Portal) -> None:
    case, cases = {"_id": case_id(2)}, portal.database[REGISTER]
    await cases.update_one(case, {"$set": {"against": ["u-fin"]}})
    units = (await portal.get("/vacancies", as_=OFFICE)).json()["units"]
    await cases.update_one(case, {"$unset": {"against": ""}})
    [accused] = [unit for unit in units if unit["unit"] == "u-fin"]
    assert (accused["vacant"], accused["waiting"]) == ([], 1)
    [task] = accused["tasks"]
    assert (task["case_id"], task["obstacle"]) == (case_id(2), "被反映单位，应当回避")


async def test_the_command_line_lists_a_row_for_each_task_and_says_how_many_wait(
    portal: Portal,
) -> None:
    units = await vacant_units(NearApi(portal), OFFICE.sub)
    rows = list(rows_of(units))
    assert [row[0] for row in rows] == ["u-hou", "u-hou"]
    assert {row[2] for row in rows} == {"单位负责人"}
    assert [row[5] for row in rows] == ["2025-06-03"] * 2
    assert "不能承办的单位 1 个，等候处理的任务 2 项" in standing(units)
    assert len(list(rows_of([{**units[0], "tasks": [], "waiting": 0}]))) == 1
    assert "没有须改派的任务" in standing([])


@pytest.mark.parametrize("role", ["system-admin", "security-admin"])
async def test_an_administrator_sees_what_is_to_be_filled_and_no_case(
    portal: Portal, role: str
) -> None:
    """A unit that had a head before; the tasks that wait for it stay hidden."""
    admin = Actor(f"p-{role}", (Post(role, "u-city", ("u-city",)),))
    actors, until = portal.database["actors_g1"], MONDAY.date() + timedelta(days=30)
    kept = await actors.find_one({"_id": "u-fin"})
    end = {"head": {"to": until.isoformat()}}
    parted = [post | end.get(post["role"], {}) for post in kept["directory"]["posts"]]
    await actors.update_one({"_id": "u-fin"}, {"$set": {"directory.posts": parted}})
    now = (await portal.get("/vacancies", as_=admin)).json()["units"]
    then = (await portal.get("/vacancies", as_=admin, on=until.isoformat())).json()
    await actors.replace_one({"_id": "u-fin"}, kept)
    assert [unit for unit in now if ["head"] in unit["posts"]] == []
    [vacant] = [unit for unit in then["units"] if unit["unit"] == "u-fin"]
    assert (vacant["posts"], vacant["vacant"]) == ([["head"]], ["单位负责人"])
    assert (vacant["waiting"], vacant["tasks"], then["day"]) == (0, [], until.isoformat())


async def test_units_do_not_read_the_list(portal: Portal) -> None:
    assert (await portal.get("/vacancies", as_=HANDLER)).status_code == 403

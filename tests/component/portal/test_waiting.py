"""Counts of the cases that wait for me, by action, each with the list that it counts."""

from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_asyncio

from services.portal.desk import waiting
from services.portal.domain.register import CASE_REGISTER
from services.portal.queries import ORDERS
from shared.kernel.actor import Actor, Post
from shared.testing.service import at_organs
from tests.component.portal.conftest import REGISTER, Portal, case_id, keep, lived, open_portal

OFFICE = Actor("p-office", at_organs("office"))


def of_unit(unit: str, role: str, sub: str = "") -> Actor:
    return Actor(sub or f"p-{unit}-{role}", (Post(role, unit, (unit, "u-city")),))


HANDLER, COHANDLER = of_unit("u-hou", "handler"), of_unit("u-fin", "handler")
SECTION = Actor("p-section", (Post("handler", "u-hou-1", ("u-hou-1", "u-hou", "u-city")),))
DELEGATE = Actor("p-aide", (Post("handler", "u-hou", ("u-hou", "u-city"), "p-boss"),))
STRANGER = of_unit("u-tra", "handler")
REGISTERED, ACCEPTED, JOINED, CONTACTED = 1, 2, 7, 9
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def portal(mongo_url: str) -> AsyncIterator[Portal]:
    """A case at each of four steps, and a fifth that is against a person."""
    facts = [
        fact
        for number, steps in enumerate((REGISTERED, ACCEPTED, JOINED, CONTACTED, JOINED), 1)
        for fact in lived(number, steps)
    ]
    async with open_portal(mongo_url) as made:
        await keep(made.database, facts)
        await made.database[REGISTER].update_one(
            {"_id": case_id(5)}, {"$set": {"against": ["p-u-hou-handler"]}}
        )
        yield made


async def counted(portal: Portal, who: Actor) -> dict[str, int]:
    rows = (await portal.get("/waiting", who)).json()
    for row in rows:
        query = dict([row["query"].split("=")], total="true")
        page = (await portal.get("/worklist", who, **query)).json()
        assert page["total"] == row["count"] == len(page["items"]), row
    return {row["action"]: row["count"] for row in rows}


async def test_a_number_is_that_of_the_list_it_counts(portal: Portal) -> None:
    assert await counted(portal, OFFICE) == {"accept-case": 1, "assign-case": 1}
    assert await counted(portal, HANDLER) == {"record-contact": 1, "submit-draft": 1}
    assert await counted(portal, COHANDLER) == {"give-opinion": 3}
    assert await counted(portal, STRANGER) == {}


async def test_a_section_acts_for_its_bureau_and_a_delegate_for_the_holder(portal: Portal) -> None:
    seen = {"record-contact": 2, "submit-draft": 1}
    assert await counted(portal, SECTION) == seen
    assert await counted(portal, DELEGATE) == seen


async def numbers(portal: Portal, who: Actor, **query: Any) -> list[int]:
    answer = await portal.get("/worklist", who, **query)
    return [int(line["case_id"], 16) for line in answer.json()["items"]]


async def test_the_list_of_all_that_waits_has_no_case_against_me(portal: Portal) -> None:
    assert sorted(await numbers(portal, HANDLER, waiting=True)) == [3, 4]
    assert await numbers(portal, STRANGER, waiting=True) == []
    assert await numbers(portal, HANDLER, waiting_for="assign-case") == []


async def test_a_range_of_days_and_both_orders(portal: Portal) -> None:
    due = (await portal.get("/worklist", OFFICE, q="")).json()["items"][0]["due_on"]
    within = await numbers(portal, OFFICE, due_from=due, due_to=due)
    assert within
    assert await numbers(portal, OFFICE, due_from=due, due_to=due, sort="-due") == within[::-1]
    assert await numbers(portal, OFFICE, due_to="2025-01-01") == []
    newest = await numbers(portal, OFFICE, sort="newest")
    assert await numbers(portal, OFFICE, sort="oldest") == newest[::-1]


async def test_a_unit_stands_for_those_below_it(portal: Portal) -> None:
    units = {"u-city": None, "u-hou": "u-city", "u-hou-1": "u-hou", "u-fin": "u-city"}
    await portal.database["actors_g1"].insert_many(
        {"_id": unit, "directory": {"places": [{"from": "2024-01-01", "parent": parent}]}}
        for unit, parent in units.items()
    )
    alone = await numbers(portal, OFFICE, unit="u-city")
    below = await numbers(portal, OFFICE, unit="u-city", subtree=True)
    assert (alone, sorted(below)) == ([], [3, 4, 5])
    assert await numbers(portal, OFFICE, unit="u-hou-1", subtree=True) == []
    tally = (await portal.get("/tally", OFFICE, unit="u-city", subtree=True)).json()
    assert tally["total"] == len(below)


@pytest.mark.parametrize("who", [OFFICE, HANDLER, SECTION], ids=lambda who: who.sub)
@pytest.mark.parametrize("order", ORDERS)
async def test_what_waits_is_found_by_an_index(portal: Portal, who: Actor, order: str) -> None:
    cases = portal.database[REGISTER]
    for index in CASE_REGISTER.indexes:
        await cases.create_index(list(index))
    authorization = portal.runtime.authorization
    actor = authorization.knowing(who, portal.now)
    edge: Any = SimpleNamespace(actor=actor, runtime=portal.runtime)
    shown = authorization.visible(actor, "read-case").as_filter()
    by = [(ORDERS[order].field, ORDERS[order].direction), ("_id", ORDERS[order].direction)]
    found = cases.find({"$and": [shown, waiting(edge)]}).sort(by).limit(21)
    plan = str((await found.explain())["queryPlanner"]["winningPlan"])
    assert "IXSCAN" in plan
    assert "COLLSCAN" not in plan

"""Every order of the worklist is read off an index: no page is made from all cases."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any, get_args

import pytest
import pytest_asyncio

from services.portal.domain.register import CASE_REGISTER
from services.portal.queries import ORDERS, Order, Sort, alternatives, page
from shared.kernel.actor import Actor, Post
from shared.mongo.read_models.model import ReadModel
from shared.testing.service import MONDAY, policies
from tests.component.portal.conftest import REGISTER, Portal, case_id, keep, lived, open_portal
from tests.component.portal.test_api import COHANDLER, DEPUTY, HANDLER, OFFICE, PLATFORM, REGISTRAR

pytestmark = pytest.mark.asyncio(loop_scope="module")
ORGAN = Actor("p-organ", (Post("office", "u-npcsc-dep", ("u-npcsc-dep",)),))
READERS = (REGISTRAR, ORGAN, OFFICE, HANDLER, COHANDLER, DEPUTY, PLATFORM)
PAGE, FEW, CASES = 20, 80, 400


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def many(mongo_url: str) -> AsyncIterator[Portal]:
    """Copies of one case with dates and numbers of their own."""
    async with open_portal(mongo_url) as made:
        model = ReadModel(made.runtime.kept, CASE_REGISTER.name, 1)
        await model.prepare(CASE_REGISTER.indexes)
        await keep(made.database, lived(0, 9))
        register = made.database[REGISTER]
        one = await register.find_one()
        await register.insert_many([copied(one, number) for number in range(1, CASES)])
        yield made


def copied(case: Mapping[str, Any], number: int) -> dict[str, Any]:
    place = f"{(number * 7) % CASES:04d}"
    moments = dict.fromkeys(("due", "registered_at"), f"2025-03-01T00:00:00.{place}Z")
    named = {"_id": case_id(number), "label_order": place, "client": "c-npc"}
    return {**case, **moments, **named}


@pytest.mark.parametrize("sort", get_args(Sort))
@pytest.mark.parametrize("who", READERS, ids=lambda who: who.sub)
async def test_a_page_reads_no_more_cases_than_it_shows(
    many: Portal, who: Actor, sort: Sort
) -> None:
    for found in await explained(many, who, ORDERS[sort]):
        assert found["executionStats"]["totalKeysExamined"] < FEW


@pytest.mark.parametrize("who", READERS, ids=lambda who: who.sub)
@pytest.mark.parametrize("named", [{"light": "green"}, {"round": 1}, {"status": "handling"}])
async def test_a_filter_that_most_cases_pass_reads_no_more_either(
    many: Portal, who: Actor, named: dict[str, Any]
) -> None:
    for found in await explained(many, who, ORDERS["due"], **named):
        assert found["executionStats"]["totalKeysExamined"] < FEW


@pytest.mark.parametrize("who", READERS, ids=lambda who: who.sub)
async def test_a_case_that_is_seen_for_two_reasons_stands_once(many: Portal, who: Actor) -> None:
    rows, after = [], None
    shown = await conditions_of(many, who)
    for _ in range(CASES):
        found, after = await page(many.database[REGISTER], [shown], ORDERS["number"], 150, after)
        rows += [row["_id"] for row in found]
        if after is None:
            break
    every = many.database[REGISTER].find(shown).sort([("label_order", 1), ("_id", 1)])
    assert rows == [row["_id"] async for row in every]
    assert len(rows) >= CASES - 1  # the first one is no client's


async def explained(
    portal: Portal, who: Actor, order: Order, **named: Any
) -> list[Mapping[str, Any]]:
    """Returns how the store finds each part of a page of the worklist."""
    sort = [(order.field, order.direction), ("_id", order.direction)]
    register = portal.database[REGISTER]
    filters = alternatives([await conditions_of(portal, who), *([named] if named else [])])
    cursors = (register.find(each).sort(sort).limit(PAGE) for each in filters)
    return [await cursor.explain() for cursor in cursors]


async def conditions_of(portal: Portal, who: Actor) -> Mapping[str, Any]:
    posted = replace(who, organs=policies().organs(MONDAY))
    return portal.runtime.authorization.visible(posted, "read-case").present.as_filter()

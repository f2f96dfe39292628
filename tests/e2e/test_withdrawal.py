"""A case withdrawn while its publication is on the way: whoever is first at intake has his way, and
nothing is published that was withdrawn before. One worker stands still, so the other is first."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from shared.testing.eventually import eventually
from tests.e2e import evidence
from tests.e2e.desk import Desk
from tests.e2e.matter import Matter, paper, replied
from tests.e2e.organisation import GUO, HOUSING, OFFICE, PUBLISHER, TANG
from tests.e2e.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")

REASON = {"reason": "情况有变", "all_cosigners_agree": True}


@asynccontextmanager
async def standing_still(world: World, worker: str) -> AsyncIterator[None]:
    await world.processes.stop(worker)
    try:
        yield
    finally:
        await world.processes.start(worker)


async def about_to_be_published(world: World) -> Matter:
    body = paper("suggestion", {"person": TANG}, {"person": GUO}, period="withdrawn")
    case = await replied(world, HOUSING, body)
    await case.decide(HOUSING)
    await case.page()
    return case


async def is_recorded(case: Matter, fact: str) -> bool:
    return bool((await evidence.facts_of(case.world, case.id))[fact])


async def is_never_published(case: Matter) -> None:
    page = await case.page()
    assert page["status"] == "withdrawn"
    assert not any(row["running"] for row in page["reminder"]["clocks"].values())
    facts = await evidence.facts_of(case.world, case.id)
    assert facts["case.disclosed.v1"] == 0
    assert facts["publication.refused.v1"] == facts["publication.released.v1"] == 1
    assert (await case.world.page(f"/cases/{case.id}")).status_code == 404


async def test_a_case_withdrawn_before_intake_heard_of_the_publication(world: World) -> None:
    case = await about_to_be_published(world)
    async with standing_still(world, "reactions"):
        answer = await case.approve(HOUSING)
        assert "disclosure.requested.v1" in answer["facts"]
        await case.withdraw()
    await is_never_published(case)


async def test_a_case_withdrawn_and_then_approved_by_who_has_not_heard_of_it(world: World) -> None:
    case = await about_to_be_published(world)
    async with standing_still(world, "disclosure"):
        await case.withdraw()
        await case.approve(HOUSING)
        await eventually(lambda: is_recorded(case, "publication.refused.v1"), within=60)
    await is_never_published(case)


async def test_a_case_reserved_for_publication_is_not_withdrawn_until_it_is_public(
    world: World,
) -> None:
    case = await about_to_be_published(world)
    withdrawal = case.at("intake", "withdrawal")
    async with standing_still(world, "disclosure"):
        await case.approve(HOUSING)
        await eventually(lambda: is_recorded(case, "publication.cleared.v1"), within=60)
        await Desk(world, OFFICE).may_not(withdrawal, REASON, rule="publication-under-way")
    await case.page()
    assert await case.is_published()

    await Desk(world, OFFICE).may_not(withdrawal, REASON, rule="case-published")
    down = await case.publication(HOUSING, "withdrawal")
    await case.does(PUBLISHER, down, {"reason": "内容有误"})
    await case.page()
    assert (await world.page(f"/cases/{case.id}")).status_code == 410

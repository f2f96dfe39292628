"""A letter to the mayor's mailbox: no visit is needed, five working days, published neither whole
nor unasked."""

import pytest

from tests.e2e.desk import Desk
from tests.e2e.matter import CLOSED, OPEN, Matter, paper, registered
from tests.e2e.organisation import OFFICE, PUBLISHER, TRAFFIC, clerk
from tests.e2e.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")

WRITER = {"name": "李四", "phone": "13612345678"}
SOLVED = {"text": "路灯已修复。", "meaning": "solved"}


async def test_a_letter_is_answered_at_once_and_stays_between_the_two(world: World) -> None:
    case = await registered(world, paper("hotline", WRITER, title="反映路灯不亮"))
    await case.accept()
    await case.assign(TRAFFIC)
    await case.receive(TRAFFIC)
    await replied_without_a_visit(case)
    await refused_to_the_public(case)
    proxy = await case.rating(TRAFFIC, (await case.proposers())[0], how="proxy-rating")
    await case.does(OFFICE, proxy, {"attitude": "satisfied", "result": "satisfied"})
    page = await case.page()
    assert (page["status"], page["light"], page["due"]) == ("closed", "done", None)


async def replied_without_a_visit(case: Matter) -> None:
    drafts = await case.of_task("handling", TRAFFIC, "drafts")
    refused = {"rule": "disclosure-form", "field": "disclosure.form"}
    handler = Desk(case.world, clerk(TRAFFIC))
    await handler.may_not(drafts, SOLVED | {"disclosure": OPEN}, **refused)
    await case.reply(TRAFFIC, **SOLVED, disclosure=CLOSED)
    assert (await case.page())["status"] == "closed"


async def refused_to_the_public(case: Matter) -> None:
    decision = await case.publication(TRAFFIC, "decision")
    refused = {"rule": "form-not-allowed", "field": "form"}
    await Desk(case.world, PUBLISHER).may_not(decision, OPEN, **refused)
    await case.decide(TRAFFIC, **CLOSED)
    await case.approve(TRAFFIC)
    await case.page()
    assert (await case.world.page(f"/cases/{case.id}")).status_code == 404

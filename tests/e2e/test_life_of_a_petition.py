"""A citizen's petition: sealed for ever, answered to him alone, rated by paper, never published."""

import pytest

from tests.e2e.desk import Desk
from tests.e2e.matter import CLOSED, OPEN, Matter, paper, registered
from tests.e2e.organisation import (
    COUNTY_EDUCATION,
    OFFICE,
    PUBLISHER,
    REGISTRAR,
    TANG,
    WATER,
    clerk,
)
from tests.e2e.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")

CITIZEN = {"name": "欧阳雪莹", "phone": "13712345678", "address": "白鹭县中山路8号"}
LETTER = "孩子所在学校收取补课费。"
ANSWERS = {"attitude": "satisfied", "result": "basically-satisfied"}
SOLVED = {"text": "已责令学校退还。", "meaning": "supported"}
ABOUT = {"title": "反映学校收费", "text": LETTER, "subject": "school-fees", "region": "county"}


async def test_a_petition_is_answered_and_never_published(world: World) -> None:
    body = paper("petition", CITIZEN, **ABOUT)
    known = body | {"proposers": [{"person": TANG, "part": "lead"}]}
    refused = {"rule": "citizen-expected", "field": "proposers"}
    await Desk(world, REGISTRAR).may_not("/intake/v1/cases", known, **refused)
    case = await registered(world, body)
    await case.accept()
    await case.assign(COUNTY_EDUCATION)
    await case.receive(COUNTY_EDUCATION)
    await read_only_by_who_needs_it(case)
    await closed_by_the_reply(case)
    await rated_on_paper(case)
    await refused_to_the_public(case)


async def read_only_by_who_needs_it(case: Matter) -> None:
    page = await case.page()
    assert page["title"] is None
    assert page["label"].endswith("号信访件")
    assert page["intake"]["proposers"][0]["masked"] == "欧阳**"
    path = f"/intake/v1/cases/{case.id}"
    unit = Desk(case.world, clerk(COUNTY_EDUCATION))
    letter = await unit.sees(path)
    assert (letter["text"], letter["proposers"][0]["contact"]) == (LETTER, None)
    letter = await unit.sees(f"{path}?contact_reason=notify")
    assert letter["proposers"][0]["contact"] == CITIZEN
    assert await Desk(case.world, clerk(WATER)).sees_nothing_at(path)
    assert await Desk(case.world, clerk(WATER)).sees_nothing_at(f"/portal/v1/cases/{case.id}")


async def closed_by_the_reply(case: Matter) -> None:
    await case.contact(COUNTY_EDUCATION, mode="phone")
    drafts = await case.of_task("handling", COUNTY_EDUCATION, "drafts")
    refused = {"rule": "not-publishable", "field": "disclosure.mode"}
    handler = Desk(case.world, clerk(COUNTY_EDUCATION))
    await handler.may_not(drafts, SOLVED | {"disclosure": OPEN}, **refused)
    await case.reply(COUNTY_EDUCATION, **SOLVED, disclosure=CLOSED)
    assert (await case.page())["status"] == "closed"


async def rated_on_paper(case: Matter) -> None:
    """The office enters the form; the unit may never rate its own work."""
    rater = (await case.proposers())[0]
    proxy = await case.rating(COUNTY_EDUCATION, rater, how="proxy-rating")
    await Desk(case.world, clerk(COUNTY_EDUCATION)).is_denied(proxy, ANSWERS)
    await case.does(OFFICE, proxy, ANSWERS)


async def refused_to_the_public(case: Matter) -> None:
    decision = await case.publication(COUNTY_EDUCATION, "decision")
    refused = {"rule": "not-publishable", "field": "mode"}
    await Desk(case.world, PUBLISHER).may_not(decision, OPEN, **refused)
    page = await case.page()
    assert (page["light"], page["due"]) == ("done", None)
    assert (await case.world.page(f"/cases/{case.id}")).status_code == 404
    assert case.id not in (await case.world.page("/cases")).text
    assert page["label"] not in (await case.world.page("/cases?kind=petition")).text

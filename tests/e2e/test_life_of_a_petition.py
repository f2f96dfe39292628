"""A citizen's petition: sealed for ever, answered to him alone, rated by paper, never published."""

import pytest

from tests.e2e.desk import Desk
from tests.e2e.matter import CLOSED, OPEN, Matter, paper, registered
from tests.e2e.organisation import (
    COUNTY_EDUCATION,
    LEADER,
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
CHARGE = {"scheme": "charge", "problem": "补课费没有退还", "measures": "县教育局一个月内核实退还"}
SOLVED = {"text": "已责令学校退还。", "meaning": "supported"}
ABOUT = {"title": "反映学校收费", "text": LETTER, "subject": "school-fees", "region": "county"}


async def test_a_petition_is_answered_and_never_published(world: World) -> None:
    body = paper("petition", CITIZEN, **ABOUT)
    known = body | {"proposers": [{"person": TANG, "part": "lead"}]}
    refused = {"rule": "citizen-expected", "field": "proposers"}
    await Desk(world, REGISTRAR).may_not("/intake/v1/cases", known, **refused)
    case = await registered(world, body)
    await case.accept()
    assert (await case.page())["carrier"] == REGISTRAR
    await case.assign(COUNTY_EDUCATION)
    await case.receive(COUNTY_EDUCATION)
    assert (await case.page())["carrier"] is None
    await read_only_by_who_needs_it(case)
    charge = await taken_charge_of(case)
    await noticed(case)
    await closed_by_the_reply(case)
    await ended_after_its_reply(case, charge)
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


async def taken_charge_of(case: Matter) -> str:
    """A leader takes the petition upon himself; returns the id of his charge."""
    await case.does(LEADER, case.at("assignment", "charges"), {"leader": LEADER, **CHARGE})
    assert (await case.page())["charge"] == [LEADER]
    desk = Desk(case.world, LEADER)
    listed = await desk.sees("/portal/v1/worklist?waiting_for=report-charge")
    assert case.id in {line["case_id"] for line in listed["items"]}
    [view] = (await desk.sees(case.at("assignment")))["charges"]
    charge: str = view["charge"]
    report = case.at("assignment", "charges", charge, "report")
    await case.does(LEADER, report, {"note": "已与来信人面谈"})
    return charge


async def noticed(case: Matter) -> None:
    """The notices that the petition has come to, each as a paper with the name of the citizen."""
    notices = (await Desk(case.world, OFFICE).sees(f"/portal/v1/cases/{case.id}"))["notices"]
    assert notices == ["acceptance", "forwarding", "forwarding-notice"]
    for notice in notices:
        path = f"/portal/v1/cases/{case.id}/notices/{notice}/print"
        paper_ = await case.world.ask("GET", path, OFFICE)
        assert paper_.is_success, paper_.text
        assert (CITIZEN["name"] in paper_.text, CHARGE["measures"] in paper_.text) == (True, False)


async def ended_after_its_reply(case: Matter, charge: str) -> None:
    """A charge goes on after the case is closed, until the leader says how it ended."""
    assert (await case.page())["charge"] == [LEADER]
    end = case.at("assignment", "charges", charge, "end")
    await case.does(LEADER, end, {"result": "resolved", "note": "款项已经退还"})
    assert (await case.page())["charge"] == []


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

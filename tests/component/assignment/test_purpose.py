"""An accusation is given to the units that the policy row names, and to no other
(信访工作条例第30条)."""

from typing import Any

import pytest

from services.assignment.app import SERVICE
from shared.contracts import intake
from shared.contracts.case_event import Proposer
from shared.kernel.actor import Actor, Post
from shared.testing.organisation import city, staffed
from shared.testing.service import MONDAY, ServiceUnderTest, at_organs
from tests.component.assignment.test_api import CASE, path

OFFICE = Actor("p-office", at_organs("office"))
DISCIPLINE = Actor("p-dis", (Post("liaison", "u-discipline", ("u-discipline", "u-city")),))
HOUSING = Actor("p-hou", (Post("liaison", "u-hou", ("u-hou", "u-city")),))
PLATFORM = Actor("c-petition", client_of="u-city")
PEOPLE = (OFFICE, DISCIPLINE, HOUSING, PLATFORM)
PLACE = f"/cases/{CASE}/assignments"
OBJECTION = {"reason": "outside-remit", "explanation": "不属于纪检监察机关管辖"}


def head(service: ServiceUnderTest) -> dict[str, Any]:
    where = {"agency": "u-city", "kind": "petition", "channel": "letter", "period": "2025"}
    return {**where, "client": "c-petition", "at": service.now}


async def accepted(purpose: str) -> ServiceUnderTest:
    service = ServiceUnderTest(SERVICE, *PEOPLE)
    await service.knows(city(), *staffed("u-hou"), *staffed("u-fin"), *staffed("u-discipline"))
    citizen = Proposer(id="x-000000000001", known=False, masked="张**", part="lead")
    fact = intake.CaseAccepted(
        **head(service), by="p-office", title="反映", text="反映", proposers=(citizen,),
        subject="integrity", region="u-c01", received_on=MONDAY.date(), purpose=purpose,
    )  # fmt: skip
    await service.react_to(fact, f"intake-{CASE}", 2)
    return service


async def classified(service: ServiceUnderTest, purpose: str) -> None:
    fact = intake.CaseClassified(**head(service), by="p-office", purpose=purpose, reason="更正")
    await service.react_to(fact, f"intake-{CASE}", 3)


async def page(service: ServiceUnderTest, who: Actor = OFFICE) -> Any:
    return (await service.get(f"/cases/{CASE}", as_=who)).json()


async def handed_out(service: ServiceUnderTest, unit: str) -> str:
    body = {"tasks": [{"unit": unit, "part": "lead"}]}
    answer = await service.post(PLACE, body, as_=OFFICE)
    assert answer.status_code == 201, answer.text
    [task] = (await page(service))["tasks"]
    return str(task["task"])


@pytest.fixture
async def accusation() -> ServiceUnderTest:
    return await accepted("accusation")


async def test_another_unit_neither_leads_nor_joins_nor_takes_over(
    accusation: ServiceUnderTest,
) -> None:
    wrong = [{"unit": "u-hou", "part": "lead"}]
    beside = [{"unit": "u-discipline", "part": "lead"}, {"unit": "u-hou", "part": "co"}]
    for tasks in (wrong, beside):
        answer = await accusation.post(PLACE, {"tasks": tasks}, as_=OFFICE)
        assert (answer.json()["rule"], answer.json()["field"]) == ("unit-not-competent", "tasks")
        assert "检举控告" in answer.json()["detail"]
    lead = await handed_out(accusation, "u-discipline")
    elsewhere = {"unit": "u-hou", "reason": "职责"}
    for place, who, body, field in (
        (f"/cases/{CASE}/cohandlers", OFFICE, elsewhere, "unit"),
        (path(lead, "reassignment"), OFFICE, elsewhere, "unit"),
        (path(lead, "objection"), DISCIPLINE, OBJECTION | {"suggested_unit": "u-hou"},
         "suggested_unit"),
    ):  # fmt: skip
        answer = await accusation.post(place, body, as_=who)
        assert (answer.json()["rule"], answer.json()["field"]) == ("unit-not-competent", field)
    assert (await page(accusation))["reserved_to"] == ["u-discipline"]


async def test_an_objection_is_upheld_when_another_unit_may_have_the_case(
    accusation: ServiceUnderTest,
) -> None:
    lead = await handed_out(accusation, "u-discipline")
    assert (await accusation.post(path(lead, "objection"), OBJECTION, as_=DISCIPLINE)).is_success
    ruling = path(lead, "objection-decision")
    refused = await accusation.post(ruling, {"upheld": True}, as_=OFFICE)
    assert (refused.status_code, refused.json()["rule"]) == (409, "no-other-competent")
    await classified(accusation, "appeal")
    assert (await accusation.post(ruling, {"upheld": True}, as_=OFFICE)).status_code == 201
    moved = await accusation.post(path(lead, "reassignment"), {"unit": "u-hou"}, as_=OFFICE)
    assert moved.status_code == 201, moved.text


async def test_a_unit_that_may_not_have_the_case_any_more_is_shown_and_moved() -> None:
    service = await accepted("appeal")
    lead = await handed_out(service, "u-hou")
    assert (await page(service))["tasks"][0]["obstacles"]["misplaced"] is False
    await classified(service, "accusation")
    assert (await page(service))["tasks"][0]["obstacles"]["misplaced"] is True
    stays = {"unit": "u-discipline", "reason": "属检举控告", "former_as_co": True}
    refused = await service.post(path(lead, "reassignment"), stays, as_=OFFICE)
    assert (refused.json()["rule"], refused.json()["field"]) == (
        "unit-not-competent",
        "former_as_co",
    )
    moved = stays | {"former_as_co": False}
    assert (await service.post(path(lead, "reassignment"), moved, as_=OFFICE)).is_success
    assert (await service.get(f"/cases/{CASE}", as_=HOUSING)).status_code == 404


async def test_obstacles_are_no_business_of_platforms_and_units() -> None:
    service = await accepted("appeal")
    await handed_out(service, "u-hou")
    for who in (PLATFORM, HOUSING):
        [task] = (await page(service, who))["tasks"]
        assert task["obstacles"] is None, who

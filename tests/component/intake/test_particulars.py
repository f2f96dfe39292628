"""Particulars of petitions over HTTP: registered, corrected, and linked to the earlier ones by a
clerk who has looked at them."""

from typing import Any

import pytest

from services.intake.app import SERVICE
from shared.contracts.intake import CaseRegistered
from shared.contracts.particulars import ParticularsNoted
from shared.kernel.actor import Actor, Post
from shared.testing.checklist import refusing
from shared.testing.organisation import city, deputy, person, unit
from shared.testing.service import ServiceUnderTest, at_organs
from tests.component.intake.test_api import PETITION, SUGGESTION

OFFICE = Actor("p-office", at_organs("office"))
REGISTRAR = Actor("p-reg", (Post("registrar", "u-city", ("u-city",)),))
AUDITOR = Actor("p-audit", (Post("auditor", "u-city", ("u-city",)),))
ACCUSED = Actor("p-boss", (Post("registrar", "u-city", ("u-city",)),))
VISIT: dict[str, Any] = {"channel": "visit", "people": 60}
OTHER_WORDS = {"text": "学校仍在收取资料费，请予答复。"}
NOBODY = "d" * 32


@pytest.fixture
async def intake() -> ServiceUnderTest:
    service = ServiceUnderTest(SERVICE, OFFICE, REGISTRAR, AUDITOR, ACCUSED)
    units = (unit("u-hou"), unit("u-edu", region="c01"), unit("u-discipline"))
    await service.knows(city(), *units, deputy("p-n1", "李四"), person("p-boss"))
    return service


async def registered(intake: ServiceUnderTest, **changes: Any) -> str:
    answer = await intake.post("/cases", PETITION | changes, as_=REGISTRAR)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["case_id"])


async def seen(intake: ServiceUnderTest, case: str, by: Actor = REGISTRAR) -> Any:
    return (await intake.get(f"/cases/{case}", as_=by)).json()


async def test_a_visit_of_many_is_registered_with_its_particulars(intake: ServiceUnderTest) -> None:
    said = {"visitors": 30, "prior_level": "county", "bypassed": True}
    case = await registered(intake, **VISIT, **said, directed="已告知向城东区教育局提出")
    (fact, *_) = await intake.facts(f"intake-{case}")
    assert isinstance(fact, CaseRegistered)
    assert (fact.group_visit, len(fact.petitioners)) == (True, 2)
    assert "城东区教育局" not in fact.model_dump_json()
    page = await seen(intake, case)
    assert {name: page[name] for name in said} == said
    assert (page["group_visit"], page["directed"]) == (True, "已告知向城东区教育局提出")
    assert (await seen(intake, case, AUDITOR))["directed"] is None


async def test_those_who_came_are_concerned_where_nobody_counted_those(
    intake: ServiceUnderTest,
) -> None:
    case = await registered(intake, channel="visit", people=None, visitors=12)
    assert (await seen(intake, case))["people"] == 12


async def test_a_petitioner_who_comes_again_is_found_by_name_or_phone_and_a_clerk_confirms(
    intake: ServiceUnderTest,
) -> None:
    first = await registered(intake)
    again = await registered(intake, **OTHER_WORDS)
    page = await seen(intake, again)
    assert (page["repeated"], page["same_petitioner"], page["similar"]) == (False, [first], [])
    body = {"repeated": True, "earlier": [first]}
    answer = await intake.post(f"/cases/{again}/particulars", body, as_=OFFICE)
    assert answer.status_code == 201, answer.text
    fact = (await intake.facts(f"intake-{again}"))[-1]
    assert isinstance(fact, ParticularsNoted)
    assert (await seen(intake, again))["earlier"] == [first]
    assert (await seen(intake, first))["later"] == [again]
    proposers = [{"name": "王建国", "part": "lead", "phone": "13812345678"}]
    third = await registered(intake, proposers=proposers, text="另一件事")
    assert (await seen(intake, third))["same_petitioner"] == sorted([first, again])
    assert (await seen(intake, third, AUDITOR))["same_petitioner"] == []


async def test_a_paper_that_was_refused_is_found_as_the_earlier_one(
    intake: ServiceUnderTest,
) -> None:
    first = await registered(intake)
    refusal = refusing("outside-remit", "petition")
    assert (await intake.post(f"/cases/{first}/refusal", refusal, as_=OFFICE)).status_code == 201
    again = await registered(intake, **OTHER_WORDS, repeated=True, earlier=[first])
    page = await seen(intake, again)
    assert (page["earlier"], page["same_petitioner"]) == ([first], [first])


async def test_one_may_not_link_what_one_may_not_know(intake: ServiceUnderTest) -> None:
    """An accusation is not to be found out by trying ids: the refusal is that of an unknown one."""
    against = {"persons": ["p-boss"]}
    accusation = await registered(intake, purpose="accusation", against=against)
    suggestion = await intake.post("/cases", SUGGESTION, as_=REGISTRAR)
    again = await registered(intake, **OTHER_WORDS)
    path, body = f"/cases/{again}/particulars", {"repeated": True}
    sentences = set()
    for earlier in (NOBODY, accusation, suggestion.json()["case_id"]):
        answer = await intake.post(path, body | {"earlier": [earlier]}, as_=ACCUSED)
        assert answer.json()["rule"] == "earlier-unknown", answer.text
        sentences.add(answer.json()["detail"])
    assert len(sentences) == 1
    linked = await intake.post(path, body | {"earlier": [accusation]}, as_=REGISTRAR)
    assert linked.status_code == 201, linked.text
    page = await seen(intake, again, ACCUSED)
    assert (page["repeated"], page["earlier"], page["same_petitioner"]) == (True, [], [])
    assert (await seen(intake, again))["earlier"] == [accusation]


async def test_the_button_is_there_for_petitions_alone(intake: ServiceUnderTest) -> None:
    case = await registered(intake)
    suggestion = await intake.post("/cases", SUGGESTION, as_=REGISTRAR)
    for id_, offered in ((case, True), (suggestion.json()["case_id"], False)):
        answer = await intake.get(f"/cases/{id_}/actions", as_=OFFICE)
        named = {each["action"] for each in answer.json()["actions"]}
        assert ("note-particulars" in named) is offered

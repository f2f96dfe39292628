"""The purpose of a petition (信访工作条例第29至31条): wanted before acceptance, corrected with a
reason; an accusation never becomes public."""

from typing import Any

import pytest

from services.intake.app import SERVICE
from shared.contracts.disclosure import DisclosureRequested
from shared.contracts.intake import CaseAccepted, CaseClassified, PublicationRefused
from shared.kernel.actor import Actor, Post
from shared.testing.checklist import checked, refusing
from shared.testing.organisation import city, deputy, unit
from shared.testing.service import ServiceUnderTest, at_organs
from tests.component.intake.test_api import PETITION, SUGGESTION
from tests.unit.intake.papers import REQUEST, TASK, head

OFFICE = Actor("p-office", at_organs("office"))
REGISTRAR = Actor("p-reg", (Post("registrar", "u-city", ("u-city",)),))
AUDITOR = Actor("p-audit", (Post("auditor", "u-city", ("u-city",)),))
REASON = "来信补充了举报材料"


@pytest.fixture
async def intake() -> ServiceUnderTest:
    service = ServiceUnderTest(SERVICE, OFFICE, REGISTRAR, AUDITOR)
    section = unit("u-edu-1", "u-edu", level="section", region="c01")
    units = (unit("u-hou"), unit("u-edu"), section, unit("u-discipline"))
    await service.knows(city(), *units, deputy("p-n1", "李四"))
    return service


async def registered(intake: ServiceUnderTest, **changes: Any) -> str:
    answer = await intake.post("/cases", PETITION | changes, as_=REGISTRAR)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["case_id"])


async def accepted(intake: ServiceUnderTest, purpose: str) -> str:
    case = await registered(intake, purpose=purpose)
    answer = await intake.post(f"/cases/{case}/acceptance", checked("petition"), as_=OFFICE)
    assert answer.status_code == 201, answer.text
    return case


async def test_a_petition_without_purpose_is_not_accepted(intake: ServiceUnderTest) -> None:
    case = await registered(intake, purpose=None)
    path = f"/cases/{case}/acceptance"
    answer = await intake.post(path, {}, as_=OFFICE)
    assert (answer.json()["rule"], answer.json()["field"]) == ("purpose-missing", "purpose")
    assert "检举控告" in answer.json()["detail"]
    assert (
        await intake.post(path, {"purpose": "appeal", **checked("petition")}, as_=OFFICE)
    ).status_code == 201
    fact = (await intake.facts(f"intake-{case}"))[-1]
    assert isinstance(fact, CaseAccepted)
    assert fact.purpose == "appeal"
    assert (await intake.get(f"/cases/{case}", as_=OFFICE)).json()["purpose"] == "appeal"


async def test_acceptance_may_correct_what_was_registered(intake: ServiceUnderTest) -> None:
    case = await registered(intake, purpose="advice")
    body = {"purpose": "accusation", **checked("petition")}
    assert (await intake.post(f"/cases/{case}/acceptance", body, as_=OFFICE)).status_code == 201
    assert (await intake.get(f"/cases/{case}", as_=OFFICE)).json()["purpose"] == "accusation"


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (PETITION | {"purpose": "gossip"}, "purpose-unknown"),
        (SUGGESTION | {"purpose": "appeal"}, "purpose-not-kept"),
        (PETITION | {"purpose": "accusation", "wanted_unit": "u-hou"}, "unit-not-competent"),
    ],
)
async def test_a_purpose_is_one_of_the_kinds_own(
    intake: ServiceUnderTest, body: dict[str, Any], rule: str
) -> None:
    answer = await intake.post("/cases", body, as_=REGISTRAR)
    assert (answer.status_code, answer.json()["rule"]) == (409, rule), answer.text


async def test_a_purpose_is_corrected_with_a_reason_once(intake: ServiceUnderTest) -> None:
    case = await accepted(intake, "appeal")
    path = f"/cases/{case}/classification"
    body = {"purpose": "accusation", "reason": REASON}
    assert (await intake.post(path, body | {"reason": " "}, as_=OFFICE)).status_code == 422
    assert (await intake.post(path, body, as_=REGISTRAR)).status_code == 403
    first = await intake.post(path, body, as_=OFFICE)
    assert first.json()["facts"] == ["case.classified.v1"]
    assert (await intake.post(path, body, as_=OFFICE)).json()["facts"] == []
    fact = (await intake.facts(f"intake-{case}"))[-1]
    assert isinstance(fact, CaseClassified)
    assert fact.purpose == "accusation"


async def test_a_purpose_before_acceptance_is_that_of_the_acceptance(
    intake: ServiceUnderTest,
) -> None:
    case = await registered(intake)
    body = {"purpose": "appeal", "reason": REASON}
    answer = await intake.post(f"/cases/{case}/classification", body, as_=OFFICE)
    assert (answer.status_code, answer.json()["rule"]) == (409, "case-not-accepted")


async def test_the_button_is_shown_where_the_kind_has_purposes(intake: ServiceUnderTest) -> None:
    petition = await accepted(intake, "appeal")
    suggestion = (await intake.post("/cases", SUGGESTION, as_=REGISTRAR)).json()["case_id"]
    await intake.post(f"/cases/{suggestion}/acceptance", checked(), as_=OFFICE)
    for case, is_shown in ((petition, True), (suggestion, False)):
        actions = (await intake.get(f"/cases/{case}/actions", as_=OFFICE)).json()["actions"]
        assert ("classify-case" in {each["action"] for each in actions}) is is_shown


async def test_an_accusation_is_never_cleared_for_publication(intake: ServiceUnderTest) -> None:
    case = await accepted(intake, "accusation")
    fact = DisclosureRequested.model_construct(
        **head("petition"), round=1, task=TASK, request=REQUEST
    )
    await intake.react_to(fact, f"disclosure-{case}", 1)
    last = (await intake.facts(f"intake-{case}"))[-1]
    assert isinstance(last, PublicationRefused)
    assert last.reason == "purpose"


async def test_an_accusation_against_its_own_organ_is_not_taken_up_here(
    intake: ServiceUnderTest,
) -> None:
    """It belongs to the level above, which the policy row may name (`above`)."""
    against = {"units": ["u-discipline"]}
    case = await registered(intake, purpose="accusation", against=against)
    accept, refuse = f"/cases/{case}/acceptance", f"/cases/{case}/refusal"
    answer = await intake.post(accept, {}, as_=OFFICE)
    assert (answer.status_code, answer.json()["rule"]) == (409, "nobody-competent")
    assert "上一级" in answer.json()["detail"]
    body = refusing("outside-remit", "petition", "转送省纪委监委")
    assert (await intake.post(refuse, body, as_=OFFICE)).status_code == 201


async def test_an_appeal_against_that_organ_does_not_become_an_accusation_here(
    intake: ServiceUnderTest,
) -> None:
    case = await registered(intake, purpose="appeal", against={"units": ["u-discipline"]})
    assert (
        await intake.post(f"/cases/{case}/acceptance", checked("petition"), as_=OFFICE)
    ).status_code == 201
    body = {"purpose": "accusation", "reason": REASON}
    answer = await intake.post(f"/cases/{case}/classification", body, as_=OFFICE)
    assert (answer.status_code, answer.json()["rule"]) == (409, "nobody-competent")


async def test_the_reason_of_a_correction_is_shown_to_those_who_read_the_text(
    intake: ServiceUnderTest,
) -> None:
    case = await accepted(intake, "appeal")
    body = {"purpose": "accusation", "reason": REASON}
    await intake.post(f"/cases/{case}/classification", body, as_=OFFICE)
    [step] = (await intake.get(f"/cases/{case}", as_=OFFICE)).json()["steps"]
    shown = {name: step[name] for name in ("type", "step", "by", "purpose", "reason", "evidence")}
    assert shown == {
        "type": "case.classified.v1", "step": "更正分类", "by": "p-office", "purpose": "检举控告",
        "reason": REASON, "evidence": None,
    }  # fmt: skip
    [hidden] = (await intake.get(f"/cases/{case}", as_=AUDITOR)).json()["steps"]
    assert hidden["reason"] is None

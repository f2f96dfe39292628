"""Where the row says so, the office plans and the leader decides, and only then units have the case
(ADR 93)."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from shared.contracts.assignment import CaseAssigned
from shared.contracts.directory import UnitDissolved
from shared.contracts.intake import CaseWithdrawn
from shared.contracts.merging import CaseMerged
from shared.contracts.planning import AssignmentPlanned, PlanDecided
from shared.kernel.actor import Actor, Post
from shared.kernel.messages import Sealed
from shared.service.config.policies import PolicyBook
from shared.testing.samples import sample
from shared.testing.service import ServiceUnderTest, at_organs, policies
from tests.component.assignment.test_answers import LEADER, post
from tests.component.assignment.test_api import (
    CASE,
    DEPUTY,
    LIAISON,
    OFFICE,
    STREAM,
    TEAM,
    accepted,
    actions,
    against,
    head,
)

PLANS = f"/cases/{CASE}/plans"
PLAN = {
    "tasks": [TEAM["tasks"][0], {**TEAM["tasks"][1], "scope": "资金安排"}],
    "reason": "管网属住建局职责，涉及资金",
}
OTHERS = {"verdict": "changed", "tasks": [{"unit": "u-tra", "part": "lead"}]}
BOTH = Actor("p-office", (*at_organs("office"), Post("leader", "u-city", ("u-city",))))


def gated() -> PolicyBook:
    """The deployed rows of a place whose leaders endorse every hand-out."""
    book = policies()
    rows = tuple(
        row.model_copy(update={"gates": row.gates.model_copy(update={"leader_endorses": True})})
        for row in book.rows
    )
    return replace(book, rows=rows, organs_by_day={})


@pytest.fixture
async def service() -> ServiceUnderTest:
    """A suggestion that was taken up, at a place whose leaders endorse."""
    return await accepted(book=gated())


async def planned(service: ServiceUnderTest) -> str:
    """The office plans; returns the path of the decision."""
    assert await post(service, PLANS, PLAN, OFFICE) == (201, "")
    fact = (await service.facts(STREAM))[-1]
    assert isinstance(fact, AssignmentPlanned)
    return f"{PLANS}/{fact.plan}/decision"


async def plan_of(service: ServiceUnderTest, who: Actor) -> Any:
    return (await service.get(f"/cases/{CASE}", as_=who)).json()["plan"]


async def test_nothing_is_handed_out_before_the_leader_agrees(service: ServiceUnderTest) -> None:
    place = f"/cases/{CASE}/assignments"
    assert await post(service, place, TEAM, OFFICE) == (409, "endorsement-first")
    assert await actions(service, OFFICE) == {("plan-assignment", None)}
    decision = await planned(service)
    assert not [f for f in await service.facts(STREAM) if isinstance(f, CaseAssigned)]
    assert await post(service, place, TEAM, OFFICE) == (409, "endorsement-first")
    assert await actions(service, LEADER) == {("decide-plan", decision.split("/")[-2])}
    done = await service.post(decision, {"verdict": "agreed", "note": "同意"}, as_=LEADER)
    assert done.json()["facts"] == ["plan.decided.v1", "case.assigned.v1"], done.text
    assert await post(service, decision, {"verdict": "agreed"}, LEADER) == (
        409,
        "already-assigned",
    )


async def test_the_units_have_what_the_leader_has_read(service: ServiceUnderTest) -> None:
    decision = await planned(service)
    fact = (await service.facts(STREAM))[-1]
    assert isinstance(fact, AssignmentPlanned)
    assert isinstance(fact.reason, Sealed)
    assert isinstance(fact.tasks[1].scope, Sealed)
    shown = await plan_of(service, LEADER)
    assert (shown["reason"], shown["verdict"]) == (PLAN["reason"], None)
    assert not shown["lapsed"]
    assert [(t["unit"], t["part"], t["scope"]) for t in shown["tasks"]] == [
        ("u-hou", "lead", ""),
        ("u-fin", "co", "资金安排"),
    ]
    assert await post(service, decision, {"verdict": "agreed"}, LEADER) == (201, "")
    page = (await service.get(f"/cases/{CASE}", as_=OFFICE)).json()
    told = [(task["unit"], task["part"], task["scope"]) for task in page["tasks"]]
    assert told == [("u-hou", "lead", ""), ("u-fin", "co", "资金安排")]
    assert (page["plan"]["verdict"], page["plan"]["decided_by"]) == ("agreed", "p-leader")


async def test_or_what_the_leader_has_made_of_it(service: ServiceUnderTest) -> None:
    decision = await planned(service)
    assert await post(service, decision, OTHERS, LEADER) == (201, "")
    page = (await service.get(f"/cases/{CASE}", as_=OFFICE)).json()
    assert [task["unit"] for task in page["tasks"]] == ["u-tra"]


async def test_or_the_office_hears_why_not_and_plans_again(service: ServiceUnderTest) -> None:
    decision = await planned(service)
    assert await post(service, decision, {"verdict": "returned"}, LEADER) == (409, "plan-note")
    back = {"verdict": "returned", "note": "先与水利局会商"}
    assert await post(service, decision, back, LEADER) == (201, "")
    fact = (await service.facts(STREAM))[-1]
    assert isinstance(fact, PlanDecided)
    assert isinstance(fact.note, Sealed)
    assert (await plan_of(service, OFFICE))["note"] == back["note"]
    assert await actions(service, LEADER) == set()
    again = await planned(service)
    assert again != decision
    assert await post(service, decision, back, LEADER) == (409, "plan-replaced")
    assert await post(service, again, {"verdict": "agreed"}, LEADER) == (201, "")


@pytest.mark.parametrize(
    ("who", "status"), [(OFFICE, 403), (LIAISON, 404), (DEPUTY, 403), (Actor("p-stranger"), 404)]
)
async def test_the_leader_decides_and_nobody_else(
    service: ServiceUnderTest, who: Actor, status: int
) -> None:
    decision = await planned(service)
    assert (await post(service, decision, {"verdict": "agreed"}, who))[0] == status
    assert (await post(service, PLANS, PLAN, who))[0] == (201 if who == OFFICE else status)


async def test_who_planned_does_not_decide_whatever_posts_he_holds(
    service: ServiceUnderTest,
) -> None:
    decision = await planned(service)
    assert await post(service, decision, {"verdict": "agreed"}, BOTH) == (409, "own-plan")
    blocked = (await service.get(f"/cases/{CASE}/actions", as_=BOTH)).json()["blocked"]
    assert [each["rule"] for each in blocked] == ["own-plan"]


async def test_of_two_leaders_at_once_one_decides_and_the_case_is_handed_out_once(
    service: ServiceUnderTest,
) -> None:
    decision = await planned(service)
    other = replace(LEADER, sub="p-leader-2")
    answers = await asyncio.gather(
        post(service, decision, {"verdict": "agreed"}, LEADER),
        post(service, decision, OTHERS, other),
        post(service, decision, {"verdict": "returned", "note": "再议"}, other),
    )
    assert sorted(status for status, _ in answers) == [201, 409, 409]
    facts = [type(fact) for fact in await service.facts(STREAM)]
    assert facts.count(PlanDecided) == 1
    assert facts.count(CaseAssigned) <= 1


async def test_of_a_new_plan_and_a_decision_at_once_nothing_unread_is_handed_out(
    service: ServiceUnderTest,
) -> None:
    decision = await planned(service)
    second = {**PLAN, "tasks": [{"unit": "u-tra", "part": "lead"}]}
    _, (status, rule) = await asyncio.gather(
        post(service, PLANS, second, OFFICE),
        post(service, decision, {"verdict": "agreed"}, LEADER),
    )
    handed = [fact for fact in await service.facts(STREAM) if isinstance(fact, CaseAssigned)]
    assert (status, rule) in ((201, ""), (409, "plan-replaced"))
    assert [task.unit for fact in handed for task in fact.tasks] == (
        ["u-hou", "u-fin"] if status == 201 else []
    )


async def test_the_plan_is_internal(service: ServiceUnderTest) -> None:
    decision = await planned(service)
    assert await plan_of(service, DEPUTY) is None
    assert await post(service, decision, {"verdict": "agreed"}, LEADER) == (201, "")
    for who, seen in ((LIAISON, False), (DEPUTY, False), (OFFICE, True), (LEADER, True)):
        assert (await plan_of(service, who) is not None) == seen, who.sub


async def test_a_case_that_was_withdrawn_or_merged_meanwhile_is_not_handed_out() -> None:
    for rule, fact in {"case-stopped": CaseWithdrawn, "case-merged": CaseMerged}.items():
        service = await accepted(book=gated())
        decision = await planned(service)
        told = sample(fact).model_copy(update=head(service))
        await service.react_to(told, f"intake-{CASE}", 3)
        assert await post(service, decision, {"verdict": "agreed"}, LEADER) == (409, rule)
        assert await actions(service, LEADER) == set()
        shown = await plan_of(service, LEADER)
        assert shown is None or (shown["verdict"], shown["lapsed"]) == (None, True), rule


async def test_a_unit_that_is_gone_or_accused_meanwhile_is_found_by_the_decision() -> None:
    service = await accepted(book=gated())
    decision = await planned(service)
    await service.knows(UnitDissolved(at=service.now, unit="u-fin", valid_to=service.now.date()))
    assert await post(service, decision, {"verdict": "agreed"}, LEADER) == (409, "unit-not-valid")
    accusing = await accepted("petition", "letter", gated())
    decision = await planned(accusing)
    await accusing.react_to(against(accusing, "u-fin"), f"intake-{CASE}", 3)
    assert await post(accusing, decision, {"verdict": "agreed"}, LEADER) == (409, "unit-against")
    assert await post(accusing, decision, OTHERS, LEADER) == (201, "")


async def test_without_the_gate_the_office_hands_out_and_plans_nothing() -> None:
    service = await accepted()
    assert await post(service, PLANS, PLAN, OFFICE) == (409, "plan-not-needed")
    assert await post(service, f"/cases/{CASE}/assignments", TEAM, OFFICE) == (201, "")


async def test_what_the_decision_brings_about_is_told_before(service: ServiceUnderTest) -> None:
    plan = (await planned(service)).split("/")[-2]
    act = {"action": "decide-plan", "target": plan, "body": {"verdict": "agreed"}}
    told = (await service.post(f"/cases/{CASE}/consequences", act, as_=LEADER)).json()
    assert told["refused"] is None
    assert {(each["unit"], each["change"]) for each in told["units"]} == {
        ("u-hou", "gains"),
        ("u-fin", "gains"),
    }
    assert {each["rule"] for each in told["starts"]} >= {"sign-for", "objection", "reply"}

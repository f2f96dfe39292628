"""A hand-out is answered: signed for with a unit asked for beside, or given back until the returns
are used up and a ruling binds (ADR 86)."""

from dataclasses import replace
from typing import Any

from shared.contracts import assignment as facts
from shared.contracts.intake import CaseWithdrawn
from shared.contracts.proposals import CohandlerProposed
from shared.kernel.actor import Actor, Post
from shared.kernel.messages import Sealed
from shared.service.config.policies import PolicyBook
from shared.testing.service import ServiceUnderTest, policies
from tests.component.assignment.test_api import (
    CASE,
    CO_LIAISON,
    DEPUTY,
    LIAISON,
    OBJECTION,
    OFFICE,
    STREAM,
    accepted,
    actions,
    against,
    assign,
    head,
    path,
    service,
)

__all__ = ["service"]

LEADER = Actor("p-leader", (Post("leader", "u-city", ("u-city",)),))
SECOND = Actor("p-tra", (Post("liaison", "u-tra", ("u-tra", "u-city")),))
THIRD = Actor("p-wat", (Post("liaison", "u-wat", ("u-wat", "u-city")),))
WISH = {"cohandler": "u-tra", "scope": "校门前交通", "reason": "涉及道路交通组织"}
RULING = {"ruled_unit": "u-wat", "reason": "依“三定”规定裁定"}


def book_with(**changes: Any) -> PolicyBook:
    """The deployed rows with these changes in each."""
    book = policies()
    rows = tuple(row.model_copy(update=changes) for row in book.rows)
    return replace(book, rows=rows, organs_by_day={})


async def post(service: ServiceUnderTest, place: str, body: Any, who: Actor) -> tuple[int, str]:
    answer = await service.post(place, body, as_=who)
    return answer.status_code, answer.json().get("rule", "")


async def objected(service: ServiceUnderTest, task: str, who: Actor, to: str) -> None:
    """The unit gives its task back."""
    body = OBJECTION | {"suggested_unit": to}
    assert await post(service, path(task, "objection"), body, who) == (201, "")


async def moved(service: ServiceUnderTest, task: str, to: str) -> str:
    """The organ upholds the objection and moves the task; returns the new one."""
    upheld = await post(service, path(task, "objection-decision"), {"upheld": True}, OFFICE)
    assert upheld == (201, "")
    assert await post(service, path(task, "reassignment"), {"unit": to}, OFFICE) == (201, "")
    fact = (await service.facts(STREAM))[-1]
    assert isinstance(fact, facts.AssignmentReassigned)
    return fact.to.task


async def at_cap(service: ServiceUnderTest) -> str:
    """Two units gave the case back; the third one objects."""
    lead, _ = await assign(service)
    await objected(service, lead, LIAISON, "u-tra")
    second = await moved(service, lead, "u-tra")
    await objected(service, second, SECOND, "u-wat")
    third = await moved(service, second, "u-wat")
    await objected(service, third, THIRD, "u-hou")
    return third


async def shown(service: ServiceUnderTest, task: str, who: Actor) -> Any:
    page = (await service.get(f"/cases/{CASE}", as_=who)).json()
    return next(each for each in page["tasks"] if each["task"] == task)


async def proposed(service: ServiceUnderTest) -> str:
    """The lead signed and asked for a unit beside it; returns its task."""
    lead, _ = await assign(service)
    asked = await service.post(path(lead, "cohandler-proposal"), WISH, as_=LIAISON)
    assert asked.json()["facts"] == ["assignment.received.v1", "cohandler.proposed.v1"], asked.text
    return lead


async def test_a_lead_signs_and_asks_and_the_organ_owes_the_answer(
    service: ServiceUnderTest,
) -> None:
    lead = await proposed(service)
    fact = (await service.facts(STREAM))[-1]
    assert isinstance(fact, CohandlerProposed)
    assert fact.opens is not None
    assert [(each.due.rule, each.unit) for each in fact.opens] == [("cohandler-ruling", None)]
    assert ("decide-cohandler", lead) in await actions(service, OFFICE)
    assert ("decide-cohandler", lead) not in await actions(service, LIAISON)
    answer = {"granted": True, "cohandler": "u-tra"}
    for who, status in ((LIAISON, 403), (LEADER, 403), (Actor("p-stranger"), 404)):
        assert (await post(service, path(lead, "cohandler-decision"), answer, who))[0] == status


async def test_the_unit_joins_with_the_share_that_was_proposed(service: ServiceUnderTest) -> None:
    lead = await proposed(service)
    answer = {"granted": True, "cohandler": "u-tra"}
    added = await service.post(path(lead, "cohandler-decision"), answer, as_=OFFICE)
    assert added.json()["facts"] == ["cohandler.decided.v1", "assignment.added.v1"], added.text
    proposal = (await shown(service, lead, LIAISON))["proposal"]
    assert (proposal["granted"], proposal["reason"]) == (True, WISH["reason"])
    page = (await service.get(f"/cases/{CASE}", as_=OFFICE)).json()
    assert [task["unit"] for task in page["tasks"]] == ["u-hou", "u-fin", "u-tra"]
    assert page["tasks"][2]["scope"] == WISH["scope"]


async def test_or_is_told_why_not(service: ServiceUnderTest) -> None:
    lead, _ = await assign(service)
    await service.post(path(lead, "cohandler-proposal"), WISH, as_=LIAISON)
    place = path(lead, "cohandler-decision")
    assert await post(service, place, {"granted": False}, OFFICE) == (409, "cohandler-note")
    assert await post(service, place, {"granted": True}, OFFICE) == (409, "cohandler-required")
    no = {"granted": False, "note": "由你局征求意见"}
    assert await post(service, place, no, OFFICE) == (201, "")
    assert (await shown(service, lead, LIAISON))["proposal"]["note"] == no["note"]
    assert await post(service, place, no, OFFICE) == (409, "no-proposal")


async def test_a_proposal_waits_no_longer_when_its_task_is_over(service: ServiceUnderTest) -> None:
    lead = await proposed(service)
    assert not (await shown(service, lead, OFFICE))["proposal"]["lapsed"]
    await service.react_to(CaseWithdrawn(**head(service), by="p-d1"), f"intake-{CASE}", 9)
    proposal = (await shown(service, lead, OFFICE))["proposal"]
    assert (proposal["granted"], proposal["lapsed"]) == (None, True)


async def test_only_the_lead_asks(service: ServiceUnderTest) -> None:
    lead, co = await assign(service)
    theirs = path(co, "cohandler-proposal")
    assert (await post(service, theirs, WISH, CO_LIAISON))[0] == 403
    for who, status in ((CO_LIAISON, 403), (OFFICE, 403), (Actor("p-stranger"), 404)):
        assert (await post(service, path(lead, "cohandler-proposal"), WISH, who))[0] == status


async def test_after_two_returns_only_a_ruling_is_left(service: ServiceUnderTest) -> None:
    third = await at_cap(service)
    fact = (await service.facts(STREAM))[-1]
    assert isinstance(fact, facts.AssignmentObjected)
    assert fact.opens is not None
    assert [(each.due.rule, each.unit) for each in fact.opens] == [("arbitration", None)]
    page = (await service.get(f"/cases/{CASE}", as_=OFFICE)).json()
    assert (page["returns"], page["most_returns"]) == (2, 2)
    place = path(third, "objection-decision")
    for upheld in (True, False):
        refusal = await post(service, place, {"upheld": upheld}, OFFICE)
        assert refusal == (409, "returns-exhausted")
    gone = {("decide-objection", third), ("reassign", third)}
    assert gone.isdisjoint(await actions(service, OFFICE))
    assert await actions(service, LEADER) == {("arbitrate-objection", third)}
    for who, status in ((OFFICE, 403), (THIRD, 403), (Actor("p-stranger"), 404)):
        assert (await post(service, path(third, "arbitration"), RULING, who))[0] == status


async def test_the_ruling_binds_the_unit_and_the_organ(service: ServiceUnderTest) -> None:
    third = await at_cap(service)
    done = await service.post(path(third, "arbitration"), RULING, as_=LEADER)
    assert done.json()["facts"] == ["objection.arbitrated.v1"], done.text
    again = OBJECTION | {"suggested_unit": "u-hou"}
    assert await post(service, path(third, "objection"), again, THIRD) == (409, "arbitrated")
    other = {"unit": "u-hou", "reason": "职责调整"}
    assert await post(service, path(third, "reassignment"), other, OFFICE) == (409, "arbitrated")
    task = await shown(service, third, THIRD)
    assert (task["bound"], task["arbitration"]["reason"]) == (True, RULING["reason"])
    assert (await service.post(path(third, "receipt"), as_=THIRD)).status_code == 201


async def test_the_task_moves_with_the_ruling_to_the_unit_that_is_named(
    service: ServiceUnderTest,
) -> None:
    third = await at_cap(service)
    body = RULING | {"ruled_unit": "u-hou"}
    done = await service.post(path(third, "arbitration"), body, as_=LEADER)
    kinds = ["objection.arbitrated.v1", "assignment.reassigned.v1"]
    assert done.json()["facts"] == kinds, done.text
    fact = (await service.facts(STREAM))[-1]
    assert isinstance(fact, facts.AssignmentReassigned)
    task = await shown(service, fact.to.task, LIAISON)
    assert (task["bound"], task["objection_window"]) == (True, None)
    assert task["sign_for"] is not None
    assert await post(service, path(fact.to.task, "objection"), OBJECTION, LIAISON) == (
        409,
        "arbitrated",
    )
    assert (await service.get(f"/cases/{CASE}", as_=THIRD)).status_code == 404


async def test_before_the_cap_nobody_rules(service: ServiceUnderTest) -> None:
    lead, _ = await assign(service)
    await objected(service, lead, LIAISON, "u-tra")
    assert await actions(service, LEADER) == set()
    early = await post(service, path(lead, "arbitration"), RULING, LEADER)
    assert early == (409, "arbitration-early")


async def test_the_texts_of_a_petition_stay_sealed_and_are_read_by_who_may() -> None:
    service = await accepted("petition", "letter")
    lead, _ = await assign(service)
    await service.post(path(lead, "cohandler-proposal"), WISH, as_=LIAISON)
    stated = OBJECTION | {"head_statement": "同意退办。"}
    await service.post(path(lead, "objection"), stated, as_=LIAISON)
    proposal, objection = (await service.facts(STREAM))[-2:]
    assert isinstance(proposal, CohandlerProposed)
    assert isinstance(objection, facts.AssignmentObjected)
    assert isinstance(proposal.reason, Sealed)
    assert isinstance(objection.head_statement, Sealed)
    for reader, seen in ((OFFICE, True), (LIAISON, True), (CO_LIAISON, False), (DEPUTY, False)):
        task = await shown(service, lead, reader)
        words = (task["proposal"]["reason"], task["objection"]["head_statement"])
        assert words == ((WISH["reason"], "同意退办。") if seen else (None, None)), reader.sub


async def test_a_row_may_ask_for_the_head_and_let_no_case_be_returned() -> None:
    """Other places, other rows: the same code."""
    strict = {"most_returns": 0, "objection_needs": ("head-statement",)}
    service = await accepted(book=book_with(**strict))
    lead, _ = await assign(service)
    place = path(lead, "objection")
    assert await post(service, place, OBJECTION, LIAISON) == (409, "statement-required")
    stated = {"reason": "outside-remit", "head_statement": "同意退办。"}
    assert await post(service, place, stated, LIAISON) == (201, "")
    assert ("arbitrate-objection", lead) in await actions(service, LEADER)


async def test_of_two_that_wait_the_organ_may_still_dismiss_the_one_over_the_cap() -> None:
    service = await accepted(book=book_with(most_returns=1))
    lead, co = await assign(service)
    await objected(service, lead, LIAISON, "u-tra")
    await objected(service, co, CO_LIAISON, "u-tra")
    place = path(co, "objection-decision")
    await moved(service, lead, "u-tra")
    assert ("decide-objection", co) in await actions(service, OFFICE)
    assert await actions(service, LEADER) == {("arbitrate-objection", co)}
    assert await post(service, place, {"upheld": True}, OFFICE) == (409, "returns-exhausted")
    assert await post(service, place, {"upheld": False}, OFFICE) == (201, "")


async def test_a_task_that_was_given_back_without_moves_left_waits_for_who_rules() -> None:
    service = await accepted(book=book_with(most_moves=1))
    lead, _ = await assign(service)
    await objected(service, lead, LIAISON, "u-tra")
    second = await moved(service, lead, "u-tra")
    await objected(service, second, SECOND, "u-wat")
    place = path(second, "objection-decision")
    assert await post(service, place, {"upheld": True}, OFFICE) == (201, "")
    fact = (await service.facts(STREAM))[-1]
    assert isinstance(fact, facts.ObjectionDecided)
    assert [(each.due.rule, each.unit) for each in fact.opens or ()] == [("arbitration", None)]
    assert ("reassign", second) not in await actions(service, OFFICE)
    assert await actions(service, LEADER) == {("arbitrate-objection", second)}
    assert await post(service, path(second, "arbitration"), RULING, LEADER) == (201, "")


async def test_the_organ_finds_another_unit_for_a_ruled_one_that_the_case_is_against() -> None:
    service = await accepted("petition", "letter", book_with(most_returns=0))
    lead, _ = await assign(service)
    await objected(service, lead, LIAISON, "u-tra")
    ruled = RULING | {"ruled_unit": "u-hou"}
    assert await post(service, path(lead, "arbitration"), ruled, LEADER) == (201, "")
    assert ("reassign", lead) not in await actions(service, OFFICE)
    await service.react_to(against(service, "u-hou"), f"intake-{CASE}", 3)
    assert ("reassign", lead) in await actions(service, OFFICE)
    other = {"unit": "u-tra", "reason": "原单位为被反映单位"}
    assert await post(service, path(lead, "reassignment"), other, OFFICE) == (201, "")

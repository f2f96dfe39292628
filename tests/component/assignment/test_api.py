"""The assignment service through HTTP, on ports in memory."""

from typing import Any

import pytest

from services.assignment.app import SERVICE
from shared.contracts import handling, intake, reminder
from shared.contracts.assignment import (
    AssignmentObjected,
    AssignmentOpened,
    AssignmentReassigned,
    CaseAssigned,
)
from shared.contracts.case_event import Proposer
from shared.contracts.directory import UnitDissolved
from shared.contracts.recusal import AgainstNamed
from shared.kernel.actor import Actor, Post
from shared.kernel.messages import Sealed
from shared.service.config.policies import PolicyBook
from shared.testing.organisation import city, seat, staffed, unit
from shared.testing.service import MONDAY, ServiceUnderTest, at_organs

CASE = "5" * 32
STREAM = f"assignment-{CASE}"
OFFICE = Actor("p-office", at_organs("office"))
COUNTY_OFFICE = Actor("p-county", (Post("office", "u-c01", ("u-c01", "u-city")),))
LIAISON = Actor("p-liaison", (Post("liaison", "u-hou-1", ("u-hou-1", "u-hou", "u-city")),))
CO_LIAISON = Actor("p-fin", (Post("liaison", "u-fin", ("u-fin", "u-city")),))
DEPUTY = Actor("p-d1", deputy=True)
PEOPLE = (OFFICE, COUNTY_OFFICE, LIAISON, CO_LIAISON, DEPUTY)
CITY = (city(), *staffed("u-hou"), *staffed("u-fin"), *staffed("u-tra"), *staffed("u-wat"),
        unit("u-far", None, agency="u-far"))  # fmt: skip
TEAM = {"tasks": [{"unit": "u-hou", "part": "lead"}, {"unit": "u-fin", "part": "co"}]}
OBJECTION = {
    "reason": "outside-remit",
    "explanation": "该事项属交通部门职责",
    "suggested_unit": "u-tra",
}


def head(service: ServiceUnderTest, kind: str = "suggestion", channel: str = "session") -> Any:
    where = {"agency": "u-city", "kind": kind, "channel": channel, "period": "2025"}
    return {**where, "at": service.now}


async def accepted(
    kind: str = "suggestion", channel: str = "session", book: PolicyBook | None = None
) -> ServiceUnderTest:
    service = ServiceUnderTest(SERVICE, *PEOPLE, book=book)
    await service.knows(*CITY)
    fact = intake.CaseAccepted(
        **head(service, kind, channel),
        by="p-office",
        title="关于治理停车难的建议",
        text="建议……",
        proposers=(Proposer(id="p-d1", known=True, masked="李四", part="lead"),),
        subject="urban",
        region="u-c01",
        received_on=MONDAY.date(),
    )
    await service.react_to(fact, f"intake-{CASE}", 2)
    return service


@pytest.fixture
async def service() -> ServiceUnderTest:
    """A suggestion that was taken up."""
    return await accepted()


async def assign(service: ServiceUnderTest, body: Any = TEAM) -> list[str]:
    answer = await service.post(f"/cases/{CASE}/assignments", body, as_=OFFICE)
    assert answer.status_code == 201, answer.text
    [fact] = [fact for fact in await service.facts(STREAM) if isinstance(fact, CaseAssigned)]
    return [task.task for task in fact.tasks]


def path(task: str, what: str) -> str:
    return f"/cases/{CASE}/tasks/{task}/{what}"


async def actions(service: ServiceUnderTest, actor: Actor) -> set[tuple[str, str | None]]:
    """Returns the actions on offer, but for the one that is open at any time (领导牵头)."""
    answer = await service.get(f"/cases/{CASE}/actions", as_=actor)
    offered = {(action["action"], action["target"]) for action in answer.json()["actions"]}
    return offered - {("charge-leader", None)}


async def test_an_accepted_case_is_opened_by_the_fact_of_intake(service: ServiceUnderTest) -> None:
    [fact] = await service.facts(STREAM)
    assert isinstance(fact, AssignmentOpened)
    assert (fact.agency, fact.subject, fact.region) == ("u-city", "urban", "u-c01")


async def test_the_office_assigns_a_lead_and_co_handlers(service: ServiceUnderTest) -> None:
    lead, co = await assign(service)
    body = (await service.get(f"/cases/{CASE}", as_=OFFICE)).json()
    assert [(task["task"], task["part"]) for task in body["tasks"]] == [(lead, "lead"), (co, "co")]
    assert body["tasks"][0]["due"]["at"] == "2025-06-03T16:00:00Z"
    assert (body["situation"], body["version"]) == ("assigned", 2)


async def test_a_repeated_request_assigns_once(service: ServiceUnderTest) -> None:
    first, again = [
        await service.post(f"/cases/{CASE}/assignments", TEAM, as_=OFFICE, key="k-1")
        for _ in range(2)
    ]
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == {**first.json(), "repeated": True}
    refused = await service.post(f"/cases/{CASE}/assignments", TEAM, as_=OFFICE)
    assert (refused.status_code, refused.json()["rule"]) == (409, "already-assigned")


@pytest.mark.parametrize(
    ("stranger", "refusal"),
    [
        (LIAISON, (404, "not-found")),
        (COUNTY_OFFICE, (404, "not-found")),
        (DEPUTY, (403, "not-allowed-assign-case")),  # knows the own case
    ],
)
async def test_only_the_agencys_office_assigns(
    service: ServiceUnderTest, stranger: Actor, refusal: tuple[int, str]
) -> None:
    answer = await service.post(f"/cases/{CASE}/assignments", TEAM, as_=stranger)
    assert (answer.status_code, answer.json()["rule"]) == refusal


@pytest.mark.parametrize(
    ("body", "status", "rule"),
    [
        ({"tasks": []}, 422, "validation"),
        ({"tasks": [{"unit": "u-hou", "part": "lead", "note": "x"}]}, 422, "validation"),
        ({"tasks": [{"unit": "住建局", "part": "lead"}]}, 422, "validation"),
        ({"tasks": [{"unit": "u-hou", "part": "co"}]}, 409, "one-lead"),
    ],
)
async def test_a_wrong_team_is_refused_with_its_rule(
    service: ServiceUnderTest, body: Any, status: int, rule: str
) -> None:
    answer = await service.post(f"/cases/{CASE}/assignments", body, as_=OFFICE)
    assert (answer.status_code, answer.json()["rule"]) == (status, rule)


@pytest.mark.parametrize(
    ("unit_id", "rule"),
    [("u-ghost", "unit-unknown"), ("u-far", "unit-elsewhere"), ("u-city", "unit-is-agency")],
)
async def test_a_unit_that_is_not_there_or_not_ones_own_gets_no_work(
    service: ServiceUnderTest, unit_id: str, rule: str
) -> None:
    body = {"tasks": [{"unit": unit_id, "part": "lead"}]}
    answer = await service.post(f"/cases/{CASE}/assignments", body, as_=OFFICE)
    assert (answer.status_code, answer.json()["rule"]) == (409, rule)
    assert answer.json()["field"] == "tasks"
    await service.knows(UnitDissolved(at=service.now, unit="u-tra", valid_to=service.now.date()))
    gone = {"tasks": [{"unit": "u-tra", "part": "lead"}]}
    answer = await service.post(f"/cases/{CASE}/assignments", gone, as_=OFFICE)
    assert (answer.json()["rule"], answer.json()["field"]) == ("unit-not-valid", "tasks")
    lead, co = await assign(service)
    suggested = OBJECTION | {"suggested_unit": unit_id}
    answer = await service.post(path(lead, "objection"), suggested, as_=LIAISON)
    assert (answer.json()["rule"], answer.json()["field"]) == (rule, "suggested_unit")
    elsewhere = {"unit": unit_id, "reason": "职责调整"}
    answer = await service.post(path(co, "reassignment"), elsewhere, as_=OFFICE)
    assert (answer.json()["rule"], answer.json()["field"]) == (rule, "unit")


async def test_a_repeated_assignment_is_answered_though_the_unit_is_gone_since(
    service: ServiceUnderTest,
) -> None:
    place = f"/cases/{CASE}/assignments"
    first = await service.post(place, TEAM, as_=OFFICE, key="k-1")
    service.requests._answers.forget()  # as after a restart
    await service.knows(UnitDissolved(at=service.now, unit="u-hou", valid_to=service.now.date()))
    again = await service.post(place, TEAM, as_=OFFICE, key="k-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json() | {"repeated": True}


async def test_who_saw_a_new_unit_waits_until_it_is_known_here(service: ServiceUnderTest) -> None:
    body = {"tasks": [{"unit": "u-new", "part": "lead"}]}
    waiting = f"/cases/{CASE}/assignments?at_least=unit-u-new@1"
    early = await service.post(waiting, body, as_=OFFICE)
    assert (early.status_code, early.json()["rule"]) == (409, "not-yet-known")
    await service.knows(*staffed("u-new"))
    assert (await service.post(waiting, body, as_=OFFICE)).status_code == 201


async def test_a_unit_signs_for_its_own_task(service: ServiceUnderTest) -> None:
    lead, co = await assign(service)
    mine = await service.post(path(lead, "receipt"), as_=LIAISON)
    assert mine.json()["facts"] == ["assignment.received.v1"]
    theirs = await service.post(path(co, "receipt"), as_=LIAISON)
    assert theirs.status_code == 403
    co_answer = await service.post(path(co, "receipt"), as_=CO_LIAISON)
    assert co_answer.status_code == 201
    other = await service.post(path(lead, "receipt"), as_=CO_LIAISON)
    assert other.status_code == 403
    objected = await service.post(path(lead, "objection"), OBJECTION, as_=LIAISON)
    assert objected.json()["facts"] == ["assignment.objected.v1"]


async def test_an_objection_is_upheld_and_the_task_moves(service: ServiceUnderTest) -> None:
    lead, _ = await assign(service)
    assert (await service.post(path(lead, "objection"), OBJECTION, as_=LIAISON)).status_code == 201
    waiting = await service.post(path(lead, "reassignment"), {"unit": "u-tra"}, as_=OFFICE)
    assert waiting.json()["rule"] == "objection-pending"
    ruling = await service.post(path(lead, "objection-decision"), {"upheld": True}, as_=OFFICE)
    assert ruling.status_code == 201
    service.later(days=2)
    back = await service.post(path(lead, "reassignment"), {"unit": "u-hou"}, as_=OFFICE)
    assert (back.status_code, back.json()["rule"]) == (409, "reassign-same-unit")
    moved = await service.post(path(lead, "reassignment"), {"unit": "u-tra"}, as_=OFFICE)
    assert moved.status_code == 201
    fact = (await service.facts(STREAM))[-1]
    assert isinstance(fact, AssignmentReassigned)
    assert fact.to.due.at > fact.at
    gone = await service.get(f"/cases/{CASE}", as_=LIAISON)
    assert gone.status_code == 404


async def test_a_dismissed_objection_leaves_the_task_where_it_is(
    service: ServiceUnderTest,
) -> None:
    lead, _ = await assign(service)
    await service.post(path(lead, "objection"), OBJECTION, as_=LIAISON)
    ruling = {"upheld": False, "note": "属你局职责"}
    denied = await service.post(path(lead, "objection-decision"), ruling, as_=LIAISON)
    assert denied.status_code == 403
    await service.post(path(lead, "objection-decision"), ruling, as_=OFFICE)
    assert (await service.post(path(lead, "receipt"), as_=LIAISON)).status_code == 201
    body = (await service.get(f"/cases/{CASE}", as_=LIAISON)).json()
    shown = body["tasks"][0]["objection"]
    assert (shown["upheld"], shown["note"]) == (False, "属你局职责")


async def test_a_late_objection_is_refused(service: ServiceUnderTest) -> None:
    lead, _ = await assign(service)
    service.later(days=20)
    answer = await service.post(path(lead, "objection"), OBJECTION, as_=LIAISON)
    assert (answer.status_code, answer.json()["rule"]) == (409, "objection-late")
    assert "逾期视为接受" in answer.json()["detail"]


async def test_silence_is_acceptance_when_the_clock_has_run_out(service: ServiceUnderTest) -> None:
    lead, _ = await assign(service)
    fact = reminder.ReminderSent(
        **head(service),
        clock="c" * 12,
        rule="objection",
        subject=lead,
        rung="d0",
        deems=True,
        role="liaison",
        planned=service.now,
        lateness_seconds=0,
    )
    await service.react_to(fact, f"clocks-{CASE}", 9)
    body = (await service.get(f"/cases/{CASE}", as_=OFFICE)).json()
    assert body["tasks"][0]["stage"] == "deemed-accepted"
    answer = await service.post(path(lead, "objection"), OBJECTION, as_=LIAISON)
    assert answer.json()["rule"] == "objection-late"


async def test_an_unknown_task_or_case_is_not_there(service: ServiceUnderTest) -> None:
    await assign(service)
    unknown = await service.post(path("f" * 12, "objection-decision"), {"upheld": True})
    assert unknown.status_code == 404
    assert (await service.get(f"/cases/{'0' * 32}", as_=OFFICE)).status_code == 404
    other = await service.post(f"/cases/{'0' * 32}/assignments", TEAM, as_=OFFICE)
    assert other.status_code == 404


async def test_the_explanation_of_an_objection_to_a_petition_stays_sealed() -> None:
    service = await accepted("petition", "letter")
    lead, _ = await assign(service)
    await service.post(path(lead, "objection"), OBJECTION, as_=LIAISON)
    fact = (await service.facts(STREAM))[-1]
    assert isinstance(fact, AssignmentObjected)
    assert isinstance(fact.explanation, Sealed)
    blank = OBJECTION | {"explanation": "   "}
    other = await accepted("petition", "letter")
    task, _ = await assign(other)
    answer = await other.post(path(task, "objection"), blank, as_=LIAISON)
    assert answer.json()["rule"] == "explanation-required"
    for reader, words in ((OFFICE, OBJECTION["explanation"]), (CO_LIAISON, None), (DEPUTY, None)):
        body = (await service.get(f"/cases/{CASE}", as_=reader)).json()
        assert body["tasks"][0]["objection"]["explanation"] == words


async def test_who_has_nothing_to_do_with_a_case_does_not_see_it(
    service: ServiceUnderTest,
) -> None:
    await assign(service)
    assert (await service.get(f"/cases/{CASE}", as_=COUNTY_OFFICE)).status_code == 404


async def test_the_actions_are_those_that_would_be_accepted(service: ServiceUnderTest) -> None:
    assert await actions(service, OFFICE) == {("assign-case", None)}
    lead, co = await assign(service)
    assert await actions(service, OFFICE) == {
        ("reassign", lead),
        ("reassign", co),
        ("enter-objection", lead),
        ("enter-objection", co),
        ("add-cohandler", None),
        ("remove-cohandler", co),
        ("swap-lead", co),
    }
    assert await actions(service, LIAISON) == {
        ("receive-assignment", lead),
        ("propose-cohandler", lead),
        ("object-assignment", lead),
    }
    assert await actions(service, DEPUTY) == set()


async def test_the_office_adds_and_removes_co_handlers(service: ServiceUnderTest) -> None:
    _, co = await assign(service)
    team = {"unit": "u-tra", "reason": "涉及道路交通组织"}
    added = await service.post(f"/cases/{CASE}/cohandlers", team, as_=OFFICE)
    assert added.json()["facts"] == ["assignment.added.v1"], added.text
    assert (await service.post(f"/cases/{CASE}/cohandlers", team, as_=LIAISON)).status_code == 403
    removed = await service.post(path(co, "removal"), {"reason": "不涉及该单位"}, as_=OFFICE)
    assert removed.json()["facts"] == ["assignment.removed.v1"], removed.text


async def test_a_petition_is_closed_by_the_reply_and_a_withdrawn_case_stops() -> None:
    service = await accepted("petition", "letter")
    lead, _ = await assign(service)
    fact = handling.CaseReplied(
        **head(service, "petition", "letter"),
        task=lead,
        unit="u-hou",
        part="lead",
        number="临建字〔2025〕1号",
        letter="A",
        meaning="solved",
        raters=("p-d1",),
        on_time=True,
    )
    [outcome] = await service.react_to(fact, f"handling-{CASE}", 7)
    assert outcome.facts == ("assignment.progressed.v1", "case.closed.v1")
    withdrawn = intake.CaseWithdrawn(**head(service, "petition", "letter"), by="p-d1")
    await service.react_to(withdrawn, f"intake-{CASE}", 3)
    answer = await service.post(path(lead, "receipt"), as_=LIAISON)
    assert (answer.status_code, answer.json()["rule"]) == (409, "case-stopped")


async def test_a_unit_without_posts_gets_no_work_and_the_refusal_names_them(
    service: ServiceUnderTest,
) -> None:
    await service.knows(unit("u-empty"), unit("u-empty-1", "u-empty", level="section"))
    body = {"tasks": [{"unit": "u-empty", "part": "lead"}]}
    refused = await service.post(f"/cases/{CASE}/assignments", body, as_=OFFICE)
    assert (refused.status_code, refused.json()["rule"]) == (409, "unit-unstaffed")
    assert "联络员" in refused.text
    assert "单位负责人" in refused.text
    await service.knows(seat("liaison", "u-empty-1"), seat("handler", "u-empty-1"))
    still = await service.post(f"/cases/{CASE}/assignments", body, as_=OFFICE)
    assert "单位负责人" in still.text
    assert "联络员或" not in still.text
    await service.knows(seat("head", "u-empty"))
    assert (await service.post(f"/cases/{CASE}/assignments", body, as_=OFFICE)).status_code == 201


AGAINST = {"agency": "u-city", "kind": "petition", "channel": "letter", "period": "2025"}


def against(service: ServiceUnderTest, *units: str, persons: tuple[str, ...] = ()) -> AgainstNamed:
    who = {"units": units, "persons": persons, "by": "p-office"}
    return AgainstNamed.model_validate({"at": service.now, **AGAINST, **who})


async def accused(*units: str, persons: tuple[str, ...] = ()) -> ServiceUnderTest:
    """A petition that is against these, taken up."""
    service = await accepted("petition", "letter")
    await service.react_to(against(service, *units, persons=persons), f"intake-{CASE}", 3)
    return service


@pytest.mark.parametrize("unit_id", ["u-edu", "u-edu-school"])
async def test_a_unit_that_the_case_is_against_gets_no_task_by_any_way(unit_id: str) -> None:
    service = await accused("u-edu")
    below = staffed("u-edu-school", "u-edu")
    await service.knows(*staffed("u-edu"), *below)
    assignments = f"/cases/{CASE}/assignments"
    for part in ("lead", "separate"):
        team = {"tasks": [{"unit": unit_id, "part": part}]}
        answer = await service.post(assignments, team, as_=OFFICE)
        assert (answer.status_code, answer.json()["rule"]) == (409, "unit-against"), part
    with_it = {"tasks": [{"unit": "u-hou", "part": "lead"}, {"unit": unit_id, "part": "co"}]}
    assert (await service.post(assignments, with_it, as_=OFFICE)).json()["rule"] == "unit-against"
    lead, co = await assign(service)
    other = {"unit": unit_id, "reason": "职责调整"}
    ways: list[tuple[str, Any, Actor]] = [
        (path(lead, "reassignment"), other, OFFICE),
        (path(co, "reassignment"), other, OFFICE),
        (f"/cases/{CASE}/cohandlers", other, OFFICE),
        (path(lead, "objection"), OBJECTION | {"suggested_unit": unit_id}, LIAISON),
    ]
    for way, body, who in ways:
        answer = await service.post(way, body, as_=who)
        assert (answer.status_code, answer.json()["rule"]) == (409, "unit-against"), way


async def test_a_unit_named_later_loses_its_task_to_another_and_sees_nothing_meanwhile() -> None:
    service = await accepted("petition", "letter")
    lead, _ = await assign(service)
    assert (await service.get(f"/cases/{CASE}", as_=LIAISON)).status_code == 200
    await service.react_to(against(service, "u-hou"), f"intake-{CASE}", 3)
    for way in (f"/cases/{CASE}", f"/cases/{CASE}/actions"):
        assert (await service.get(way, as_=LIAISON)).status_code == 404
    assert (await service.post(path(lead, "receipt"), as_=LIAISON)).status_code == 404
    page = (await service.get(f"/cases/{CASE}", as_=OFFICE)).json()
    assert [task["obstacles"]["recused"] for task in page["tasks"]] == [True, False]
    moved = await service.post(
        path(lead, "reassignment"), {"unit": "u-tra", "reason": "原单位为被反映单位"}, as_=OFFICE
    )
    assert moved.status_code == 201, moved.text


async def test_a_unit_whose_only_head_is_accused_cannot_head_the_case() -> None:
    service = await accused(persons=("p-hou-head",))
    answer = await service.post(f"/cases/{CASE}/assignments", TEAM, as_=OFFICE)
    assert answer.json()["rule"] == "unit-unstaffed"


async def test_a_recusal_is_noted_once_and_may_come_before_the_case() -> None:
    service = ServiceUnderTest(SERVICE, *PEOPLE)
    await service.react_to(against(service, "u-hou"), f"intake-{CASE}", 2)
    await service.react_to(against(service, "u-hou"), f"intake-{CASE}", 3)
    assert [fact.type for fact in await service.facts(STREAM)] == ["recusal.noted.v1"]
    assert (await service.get(f"/cases/{CASE}", as_=OFFICE)).status_code == 404

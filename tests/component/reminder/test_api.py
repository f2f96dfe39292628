"""The reminder through HTTP, on ports in memory: clocks, acknowledgement, buttons."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.reminder.app import SERVICE
from services.reminder.domain.commands import AdvanceClocks
from shared.contracts.assignment import CaseAssigned
from shared.contracts.case_event import Task
from shared.contracts.feedback import EvaluationOpened
from shared.contracts.handling import CaseContacted, TaskClosed, TaskOpened
from shared.contracts.intake import CaseWithdrawn
from shared.contracts.reminder import (
    ClockStopped,
    EscalationAcknowledged,
    ReminderVoided,
    RungReached,
)
from shared.kernel.actor import Actor, Post
from shared.kernel.calendar import BUSINESS_ZONE, ending_day
from shared.kernel.policy import Due
from shared.service.commands.context import job_context
from shared.testing.service import MONDAY, ServiceUnderTest, at_organs, policies

CASE, TASK, OTHER_TASK = "5" * 32, "a" * 12, "b" * 12
STREAM = f"clocks-{CASE}"
CITY = ("u-city",)
OFFICE = Actor("p-office", at_organs("office"))
COUNTY_OFFICE = Actor("p-county", (Post("office", "u-c01", ("u-c01", "u-city")),))
HEAD = Actor("p-head", (Post("head", "u-hou", ("u-hou", "u-city")),))
SECTION = Actor("p-section", (Post("handler", "u-hou-s1", ("u-hou-s1", "u-hou", "u-city")),))
FOREIGN_HEAD = Actor("p-health", (Post("head", "u-health", ("u-health", "u-city")),))
MAYOR = Actor("p-mayor", (Post("head", "u-gov", ("u-gov",)),))
"""Holds no post at the unit; is addressed because the unit's own post is vacant."""
DEPUTY = Actor("p-d1", deputy=True)
MARK: dict[str, Any] = {
    "agency": "u-city",
    "kind": "suggestion",
    "channel": "session",
    "period": "2025",
}
RULES = policies().resolve("u-city", "suggestion", "session", MONDAY)


def due(rule: str) -> Due:
    return RULES.due(rule, MONDAY)


REPLY_DUE = due("reply").at
OPENED = TaskOpened(at=MONDAY, **MARK, task=TASK, unit="u-hou", part="lead", due=due("reply"))
HOLDERS = {"u-hou:handler": "p-section", "u-hou:head": "p-head", "u-supervision:office": "p-office"}


@pytest.fixture
async def service() -> ServiceUnderTest:
    """One task of the housing bureau is to be replied to in three months."""
    service = ServiceUnderTest(
        SERVICE, OFFICE, COUNTY_OFFICE, HEAD, SECTION, FOREIGN_HEAD, MAYOR, DEPUTY
    )
    await service.react_to(OPENED, f"handling-{CASE}", 1)
    return service


async def look(service: ServiceUnderTest, holders: dict[str, str] | None = None) -> None:
    """Advances the clocks as the timer does when the case is due."""
    command = AdvanceClocks(
        at=service.now, by="system:reminder", held=False, holders=holders or HOLDERS
    )
    context = job_context("reminder", command, STREAM, str(service.now))
    await service.handler.handle(STREAM, command, context)


@pytest.fixture
async def overdue(service: ServiceUnderTest) -> ServiceUnderTest:
    """The due moment has passed: the head was reminded and must acknowledge."""
    service.now = REPLY_DUE
    await look(service)
    return service


async def clock_of(service: ServiceUnderTest, **wanted: str) -> dict[str, Any]:
    clocks = (await service.get(f"/cases/{CASE}/clocks", as_=OFFICE)).json()["clocks"]
    matching: list[dict[str, Any]] = [
        clock for clock in clocks if all(clock[name] == value for name, value in wanted.items())
    ]
    return matching[0]


async def acknowledged(service: ServiceUnderTest, as_: Actor, rung: str = "d0") -> Any:
    clock = (await clock_of(service))["clock"]
    path = f"/cases/{CASE}/clocks/{clock}/acknowledgement"
    return await service.post(path, {"rung": rung}, as_=as_)


async def test_a_clock_shows_due_moment_versions_light_and_ladder(
    service: ServiceUnderTest,
) -> None:
    clock = await clock_of(service)
    assert (clock["rule"], clock["subject"], clock["unit"]) == ("reply", TASK, "u-hou")
    assert clock["due"] == "2025-06-03T16:00:00.000Z"
    assert (clock["policy"], clock["calendar"]) == (due("reply").policy, due("reply").calendar)
    assert (clock["light"], clock["running"]) == ("green", True)
    ladder = [(step["rung"], step["role"], step["fired"]) for step in clock["ladder"]]
    assert ladder == [("d-7", "handler", False), ("d0", "head", False), ("wd+5", "office", False)]


async def test_a_clock_says_how_its_day_was_counted(service: ServiceUnderTest) -> None:
    counting = (await clock_of(service))["counting"]
    assert (counting["start"], counting["resumed"]) == ("2025-03-03", False)
    assert counting["period"] == {"unit": "CM", "length": 3, "roll": True}
    assert counting["basis"]
    assert (counting["skipped"], counting["worked"]) == ([], [])


async def test_an_overdue_clock_is_red_and_names_who_must_acknowledge_until_when(
    overdue: ServiceUnderTest,
) -> None:
    clock = await clock_of(overdue)
    assert clock["light"] == "red"
    step = next(step for step in clock["ladder"] if step["rung"] == "d0")
    assert (step["fired"], step["person"]) == (True, "p-head")
    assert step["acknowledge_by"] > step["planned"]


async def test_a_unit_whose_task_was_taken_away_sees_no_clock_of_the_next_one(
    overdue: ServiceUnderTest,
) -> None:
    """Nor does its head, who was asked to acknowledge; also after the case has ended."""
    gone = TaskClosed(at=overdue.now, **MARK, task=TASK, unit="u-hou", reason="reassigned")
    await overdue.react_to(gone, f"handling-{CASE}", 2)
    new = OPENED.model_copy(update={"task": OTHER_TASK, "unit": "u-health"})
    await overdue.react_to(new, f"handling-{CASE}", 3)
    path = f"/cases/{CASE}/clocks"
    for _ in range(2):
        for who in (HEAD, SECTION):
            assert (await overdue.get(path, as_=who)).status_code == 404, who.sub
        for who in (FOREIGN_HEAD, OFFICE):
            assert (await overdue.get(path, as_=who)).status_code == 200, who.sub
        ended = CaseWithdrawn(at=overdue.now, **MARK, by="p-office", reason="其他")
        await overdue.react_to(ended, f"intake-{CASE}", 2)


@pytest.mark.parametrize("who", [HEAD, OFFICE, SECTION], ids=lambda actor: actor.sub)
async def test_the_unit_and_the_office_may_acknowledge(
    overdue: ServiceUnderTest, who: Actor
) -> None:
    answer = await acknowledged(overdue, who)
    assert answer.status_code == 201
    [*_, fact] = await overdue.facts(STREAM)
    assert isinstance(fact, EscalationAcknowledged)
    assert (fact.rung, fact.by) == ("d0", who.sub)


@pytest.mark.parametrize(
    "who", [FOREIGN_HEAD, COUNTY_OFFICE, DEPUTY, MAYOR], ids=lambda actor: actor.sub
)
async def test_nobody_else_may(overdue: ServiceUnderTest, who: Actor) -> None:
    answer = await acknowledged(overdue, who)
    assert (answer.status_code, answer.json()["rule"]) == (404, "not-found")


async def test_who_was_told_may_acknowledge_wherever_he_sits(service: ServiceUnderTest) -> None:
    """The bureau's post is vacant, so the rung addresses the next head above."""
    service.now = REPLY_DUE
    await look(service, HOLDERS | {"u-hou:head": "p-mayor"})
    assert (await acknowledged(service, MAYOR)).status_code == 201


async def test_a_repeated_acknowledgement_records_nothing_more(overdue: ServiceUnderTest) -> None:
    await acknowledged(overdue, HEAD)
    again = await acknowledged(overdue, OFFICE)
    assert (again.status_code, again.json()["facts"]) == (201, [])


async def test_a_rung_that_was_not_reached_cannot_be_acknowledged(
    overdue: ServiceUnderTest,
) -> None:
    answer = await acknowledged(overdue, HEAD, "wd+5")
    problem = answer.json()
    assert (answer.status_code, problem["rule"]) == (409, "escalation-unknown")
    assert problem["field"] == "rung"


@pytest.mark.parametrize("body", [{}, {"rung": "d0", "more": 1}, {"rung": "D0"}, {"rung": ""}])
async def test_a_malformed_acknowledgement_is_refused(
    overdue: ServiceUnderTest, body: dict[str, Any]
) -> None:
    clock = (await clock_of(overdue))["clock"]
    path = f"/cases/{CASE}/clocks/{clock}/acknowledgement"
    assert (await overdue.post(path, body, as_=HEAD)).status_code == 422


async def test_silence_tells_the_office_early_and_an_answer_does_not(
    overdue: ServiceUnderTest,
) -> None:
    overdue.now = REPLY_DUE + timedelta(days=3)
    assert overdue.now.astimezone(BUSINESS_ZONE).day == 7
    await look(overdue)
    step = (await clock_of(overdue))["ladder"][2]
    assert (step["fired"], step["person"]) == (True, "p-office")


async def test_an_acknowledged_escalation_climbs_as_planned(overdue: ServiceUnderTest) -> None:
    await acknowledged(overdue, HEAD)
    overdue.now = REPLY_DUE + timedelta(days=3)
    await look(overdue)
    assert not (await clock_of(overdue))["ladder"][2]["fired"]


async def foreseen(service: ServiceUnderTest, as_: Actor = HEAD) -> Any:
    clock = (await clock_of(service))["clock"]
    act = {"action": "acknowledge-escalation", "target": clock, "body": {"rung": "d0"}}
    return await service.post(f"/cases/{CASE}/consequences", act, as_=as_)


async def test_an_answer_foresees_that_the_next_escalation_comes_as_planned(
    overdue: ServiceUnderTest,
) -> None:
    told = (await foreseen(overdue)).json()
    move = {each: told["moves"][0][each] for each in ("rule", "unit", "role", "was_on", "on")}
    planned = (await clock_of(overdue))["ladder"][2]
    assert move == {
        "rule": "reply", "unit": "u-hou", "role": "office", "was_on": "2025-06-06",
        "on": str(ending_day(datetime.fromisoformat(planned["planned"]))),
    }  # fmt: skip
    assert (told["starts"], told["ends"], told["units"]) == ([], [], [])
    await acknowledged(overdue, HEAD)
    assert (await foreseen(overdue)).json()["moves"] == []


async def test_a_person_who_may_not_answer_foresees_nothing(overdue: ServiceUnderTest) -> None:
    assert (await foreseen(overdue, FOREIGN_HEAD)).status_code == 404


@pytest.mark.parametrize(("days_late", "late", "voided"), [(0, False, ["d0"]), (1, True, [])])
async def test_a_contact_that_is_entered_late_is_judged_by_its_own_day(
    service: ServiceUnderTest, days_late: int, late: bool, voided: list[str]
) -> None:
    """On its last day, or on the day after it; written down two days after that."""
    first = due("first-contact")
    task = {"task": OTHER_TASK, "unit": "u-hou", "part": "lead", "due": due("reply")}
    opened = TaskOpened(at=MONDAY, **MARK, **task, first_contact=first)
    await service.react_to(opened, f"handling-{CASE}", 2)
    service.now = first.at + timedelta(days=2)
    await look(service)
    talk = {"phase": "before", "mode": "phone", "summary": "已电话沟通"}
    talk |= {"on": ending_day(first.at) + timedelta(days=days_late), "by": "p-section"}
    contacted = CaseContacted(at=service.now, **MARK, task=OTHER_TASK, unit="u-hou", **talk)
    await service.react_to(contacted, f"handling-{CASE}", 3)
    facts = await service.facts(STREAM)
    assert [fact.late for fact in facts if isinstance(fact, ClockStopped)] == [late]
    assert [fact.rung for fact in facts if isinstance(fact, ReminderVoided)] == voided


async def actions(service: ServiceUnderTest, as_: Actor) -> list[dict[str, str]]:
    answer = await service.get(f"/cases/{CASE}/actions", as_=as_)
    buttons: list[dict[str, str]] = answer.json()["actions"]
    return buttons


async def test_buttons_are_shown_for_escalations_that_one_may_answer(
    overdue: ServiceUnderTest,
) -> None:
    clock = (await clock_of(overdue))["clock"]
    [button] = await actions(overdue, HEAD)
    assert (button["action"], button["target"]) == ("acknowledge-escalation", clock)
    assert button["href"] == f"/reminder/v1/cases/{CASE}/clocks/{clock}/acknowledgement"
    denied = await overdue.get(f"/cases/{CASE}/actions", as_=FOREIGN_HEAD)
    assert (denied.status_code, denied.json()["rule"]) == (404, "not-found")
    await acknowledged(overdue, HEAD)
    assert await actions(overdue, HEAD) == []


async def test_a_unit_sees_no_button_for_anothers_clock(overdue: ServiceUnderTest) -> None:
    """Both units have a task of the case; only one of them is late."""
    task = Task(
        task=OTHER_TASK,
        unit="u-health",
        part="separate",
        sign_for=due("sign-for"),
        due=due("reply"),
    )
    assigned = CaseAssigned(at=overdue.now, **MARK, tasks=(task,), by="p-office")
    await overdue.react_to(assigned, f"assignment-{CASE}", 1)
    assert await actions(overdue, FOREIGN_HEAD) == []
    assert (await acknowledged(overdue, FOREIGN_HEAD)).status_code == 403


async def test_a_withdrawn_case_has_no_running_clock(overdue: ServiceUnderTest) -> None:
    gone = CaseWithdrawn(at=overdue.now, **MARK, by="p-d1")
    await overdue.react_to(gone, f"intake-{CASE}", 3)
    body = (await overdue.get(f"/cases/{CASE}/clocks", as_=OFFICE)).json()
    assert body["stopped"] == "withdrawn"
    assert [(c["light"], c["running"]) for c in body["clocks"]] == [("done", False)]
    assert await actions(overdue, HEAD) == []


async def test_clocks_are_read_by_office_and_units_only(service: ServiceUnderTest) -> None:
    for actor, status in ((OFFICE, 200), (HEAD, 200), (SECTION, 200), (FOREIGN_HEAD, 404)):
        assert (await service.get(f"/cases/{CASE}/clocks", as_=actor)).status_code == status
    assert (await service.get(f"/cases/{'6' * 32}/clocks", as_=OFFICE)).status_code == 404


async def test_a_unit_does_not_learn_from_its_clocks_who_is_asked_to_rate(
    service: ServiceUnderTest,
) -> None:
    """Forms are opened in the order of the signers: neither name nor order may tell."""
    fields = {"task": TASK, "unit": "u-hou", "due": due("rating"), "at": MONDAY, **MARK}
    for version, rater in enumerate(("p-d1", "p-d2", "p-d3"), 1):
        form = EvaluationOpened(evaluation=f"{9 - version}" * 12, rater=rater, **fields)
        await service.react_to(form, f"feedback-{CASE}", version)
    service.now = due("rating").at
    await look(service)
    for reader, named in ((HEAD, set()), (OFFICE, {"p-d1", "p-d2", "p-d3"})):
        clocks = (await service.get(f"/cases/{CASE}/clocks", as_=reader)).json()["clocks"]
        rating = [clock for clock in clocks if clock["rule"] == "rating"]
        told = {step["person"] for clock in rating for step in clock["ladder"]}
        assert told - {None} == named
        ids = [clock["clock"] for clock in rating]
        assert len(ids) == len(named or "123")
        assert ids == sorted(ids)


async def test_delegates_are_told_with_the_person_whom_they_represent(
    service: ServiceUnderTest,
) -> None:
    service.now = REPLY_DUE
    command = AdvanceClocks(
        at=service.now,
        by="system:reminder",
        held=False,
        holders=HOLDERS,
        delegates={"u-hou:head": ("p-deputy-head",)},
    )
    context = job_context("reminder", command, STREAM, str(service.now))
    await service.handler.handle(STREAM, command, context)
    told = [fact for fact in await service.facts(STREAM) if isinstance(fact, RungReached)]
    assert {fact.delegates for fact in told if fact.person == "p-head"} == {("p-deputy-head",)}
    assert {fact.delegates for fact in told if fact.person != "p-head"} <= {()}

"""The consequences of an act, told before it is done: the same decision, and nothing recorded."""

from typing import Any

import httpx
import pytest

from shared.kernel.actor import Actor, Post
from shared.testing.service import ServiceUnderTest
from tests.component.assignment.test_api import (
    CASE,
    DEPUTY,
    LIAISON,
    OBJECTION,
    OFFICE,
    STREAM,
    TEAM,
    accepted,
    assign,
    path,
)

HEAD = Actor("p-hou-head", (Post("head", "u-hou", ("u-hou", "u-city")),))
REASON = "职责调整"
LADDER = [
    ("handler", False, "2025-05-27"), ("head", True, "2025-06-03"), ("office", True, "2025-06-10"),
]  # fmt: skip
PLACE = f"/cases/{CASE}/consequences"


@pytest.fixture
async def service() -> ServiceUnderTest:
    return await accepted()


async def foreseen(
    service: ServiceUnderTest, action: str, body: Any, target: str | None = None, as_: Any = OFFICE
) -> httpx.Response:
    act = {"action": action, "target": target, "body": body}
    return await service.post(PLACE, act, as_=as_)


def clocks(told: list[dict[str, Any]], day: str = "due_on") -> set[tuple[str, str, str]]:
    return {(each["rule"], each["unit"], each[day]) for each in told}


def parts(told: dict[str, Any]) -> dict[str, tuple[str, str | None, str | None]]:
    return {each["unit"]: (each["change"], each["was"], each["part"]) for each in told["units"]}


async def test_a_hand_out_says_which_clocks_start_by_which_rule(service: ServiceUnderTest) -> None:
    answer = await foreseen(service, "assign-case", TEAM)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert ("reply", "u-hou", "2025-06-03") in clocks(told["starts"])
    assert {rule for rule, unit, _ in clocks(told["starts"]) if unit == "u-fin"} == {
        "sign-for", "objection", "co-opinion",
    }  # fmt: skip
    reply = next(each for each in told["starts"] if each["rule"] == "reply")
    assert (reply["rule_name"], reply["period"]) == (
        "答复",
        {"unit": "CM", "length": 3, "roll": True},
    )
    assert reply["basis"]
    assert parts(told) == {"u-hou": ("gains", None, "lead"), "u-fin": ("gains", None, "co")}
    assert [(each["rule"], each["unit"]) for each in told["ends"]] == [("hand-out", None)]
    assert (told["ends_case"], told["refused"], told["second_person"]) == (False, None, False)
    assert [(each["role"], each["escalates"], each["on"]) for each in reply["rungs"]] == LADDER
    window = next(each for each in told["starts"] if each["rule"] == "objection")
    assert [each["deems"] for each in window["rungs"]] == [True]


async def test_what_is_foreseen_leaves_nothing_and_comes_true(service: ServiceUnderTest) -> None:
    facts = len(await service.facts(STREAM))
    told = (await foreseen(service, "assign-case", TEAM)).json()
    assert len(await service.facts(STREAM)) == facts
    await assign(service)
    tasks = (await service.get(f"/cases/{CASE}", as_=OFFICE)).json()["tasks"]
    dated = {
        (due["rule"], task["unit"], due["on"])
        for task in tasks
        for name in ("sign_for", "objection_window", "first_contact", "due")
        if (due := task[name])
    }
    assert dated == clocks(told["starts"])


async def test_a_reassignment_ends_the_clocks_of_one_unit_and_starts_those_of_another(
    service: ServiceUnderTest,
) -> None:
    lead, _ = await assign(service)
    service.later(days=5)
    told = (await foreseen(service, "reassign", {"unit": "u-tra", "reason": REASON}, lead)).json()
    assert clocks(told["ends"]) == {
        ("sign-for", "u-hou", "2025-03-06"), ("objection", "u-hou", "2025-03-12"),
        ("first-contact", "u-hou", "2025-03-24"), ("reply", "u-hou", "2025-06-03"),
    }  # fmt: skip
    assert ("reply", "u-tra", "2025-06-09") in clocks(told["starts"])
    assert parts(told) == {"u-hou": ("loses", "lead", None), "u-tra": ("gains", None, "lead")}


async def test_a_unit_that_signed_for_its_task_has_no_window_left(
    service: ServiceUnderTest,
) -> None:
    lead, _ = await assign(service)
    await service.post(path(lead, "receipt"), {}, as_=LIAISON)
    told = (await foreseen(service, "reassign", {"unit": "u-tra", "reason": REASON}, lead)).json()
    assert {each["rule"] for each in told["ends"]} == {"first-contact", "reply"}


async def test_two_units_that_swap_keep_the_case(service: ServiceUnderTest) -> None:
    lead, _ = await assign(service)
    body = {"unit": "u-fin", "reason": REASON, "former_as_co": True}
    told = (await foreseen(service, "reassign", body, lead)).json()
    assert parts(told) == {"u-hou": ("changes", "lead", "co"), "u-fin": ("changes", "co", "lead")}
    assert {each["unit"] for each in told["ends"]} == {"u-hou", "u-fin"}


async def test_an_upheld_objection_starts_the_clock_of_the_organ(service: ServiceUnderTest) -> None:
    lead, _ = await assign(service)
    objected = await service.post(path(lead, "objection"), OBJECTION, as_=HEAD)
    assert objected.status_code == 201, objected.text
    upheld, dismissed = [
        (await foreseen(service, "decide-objection", {"upheld": is_so}, lead)).json()
        for is_so in (True, False)
    ]
    assert [(each["rule"], each["unit"]) for each in upheld["starts"]] == [("reassignment", None)]
    assert (dismissed["starts"], dismissed["units"]) == ([], [])


async def test_a_refused_act_is_told_with_its_sentence(service: ServiceUnderTest) -> None:
    lead, _ = await assign(service)
    answer = await foreseen(service, "reassign", {"unit": "u-hou", "reason": REASON}, lead)
    told = answer.json()
    assert (answer.status_code, told["refused"]["rule"]) == (200, "reassign-same-unit")
    assert (told["starts"], told["ends"], told["units"]) == ([], [], [])


@pytest.mark.parametrize(
    ("who", "status"), [(LIAISON, 403), (DEPUTY, 403), (Actor("p-stranger"), 404)]
)
async def test_only_a_person_who_may_act_foresees(
    service: ServiceUnderTest, who: Actor, status: int
) -> None:
    lead, _ = await assign(service)
    body = {"unit": "u-tra", "reason": REASON}
    assert (await foreseen(service, "reassign", body, lead, who)).status_code == status


@pytest.mark.parametrize(
    ("action", "target"),
    [("reassign", None), ("no-such-act", None), ("foresee", None), ("reassign", "0" * 12)],
)
async def test_an_act_that_is_none_is_not_found(
    service: ServiceUnderTest, action: str, target: str | None
) -> None:
    await assign(service)
    body = {"unit": "u-tra", "reason": REASON}
    assert (await foreseen(service, action, body, target)).status_code == 404


async def test_a_body_with_faults_is_refused_at_its_field(service: ServiceUnderTest) -> None:
    answer = await foreseen(service, "assign-case", {"tasks": []})
    told = answer.json()["refused"]
    assert (answer.status_code, told["rule"], told["field"]) == (200, "validation", "tasks")

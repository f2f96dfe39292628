"""Another place: its folder says what differs, and the same code has its dates, organs, numbers,
letters and words."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from shared.kernel.calendar import ending_day
from tests.e2e.desk import Desk
from tests.e2e.matter import Matter, paper, registered
from tests.e2e.organisation import (
    FINANCE,
    HOUSING,
    LEADER,
    OFFICE,
    REGISTRAR,
    SHANCHENG,
    TANG,
    clerk,
    directory,
)
from tests.e2e.world import World, running_world, settings_in

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.on_change("places", "assignment", "feedback", "handling", "intake", "reminder"),
]
PLACE = Path("deploy/places/shancheng").resolve()
DUE = {
    "hand-out": "2025-01-20",
    "objection": "2025-01-20",
    "first-contact": "2025-02-08",
    "co-opinion": "2025-02-21",
    "reply": "2025-04-07",
}
"""Counted by hand from Monday, 6 January 2025: 10, 10, 20 and 30 working days (26 January and 8
February are worked), three months that end on a holiday."""
SOON = {"channel": "intersession", "in_session": False, "session": None}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shancheng(
    mongo_url: str, kafka_bootstrap: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    folder = tmp_path_factory.mktemp("shancheng")
    settings = settings_in(folder, mongo_url, kafka_bootstrap, PLACE)
    async with running_world(settings, folder / "logs", directory(SHANCHENG)) as running:
        yield running


async def test_a_suggestion_lives_by_the_rules_of_its_place(shancheng: World) -> None:
    case = await registered(shancheng, paper("suggestion", {"person": TANG}, **SOON))
    await has_the_number_of_the_place(case)
    await has_its_days(case)
    await is_extended_without_approval(case)
    await has_its_letter_and_its_second_handling(case)


async def has_the_number_of_the_place(case: Matter) -> None:
    await case.accept()
    page = await case.page()
    assert page["label"] == "2025年第1001号代表建议"
    assert last_days(page, "hand-out") == [DUE["hand-out"]]


async def has_its_days(case: Matter) -> None:
    await is_handed_out_by_the_endorsed_plan(case)
    page = await case.page()
    for rule in ("objection", "first-contact", "co-opinion", "reply"):
        assert set(last_days(page, rule)) == {DUE[rule]}, rule
    codes = await Desk(case.world, OFFICE).sees("/portal/v1/codes")
    assert codes["part"]["co"]["zh"] == "协办"
    for unit in (HOUSING, FINANCE):
        await case.receive(unit)


async def is_handed_out_by_the_endorsed_plan(case: Matter) -> None:
    team = [{"unit": HOUSING, "part": "lead"}, {"unit": FINANCE, "part": "co"}]
    direct = case.at("assignment", "assignments")
    await Desk(case.world, OFFICE).may_not(direct, {"tasks": team}, rule="endorsement-first")
    plan = {"tasks": team, "reason": "属市住房城乡建设局职责，涉及资金。"}
    await case.does(OFFICE, case.at("assignment", "plans"), plan)
    await case.world.settle()
    waiting = await Desk(case.world, LEADER).sees("/portal/v1/waiting")
    assert [(each["action"], each["count"]) for each in waiting] == [("decide-plan", 1)]
    actions = (await Desk(case.world, LEADER).sees(f"/assignment/v1/cases/{case.id}/actions"))[
        "actions"
    ]
    [decision] = [each["href"] for each in actions if each["action"] == "decide-plan"]
    answer = await case.does(LEADER, decision, {"verdict": "agreed", "note": "同意。"})
    assert answer["facts"] == ["plan.decided.v1", "case.assigned.v1"]


async def is_extended_without_approval(case: Matter) -> None:
    wish = {"until": "2025-06-30", "reason": "须先完成勘察。"}
    request = await case.of_task("handling", HOUSING, "extension-request")
    answer = await case.does(clerk(HOUSING), request, wish)
    assert answer["facts"][:2] == ["extension.requested.v1", "task.extended.v1"]
    assert set(last_days(await case.page(), "reply")) == {"2025-06-30"}


async def has_its_letter_and_its_second_handling(case: Matter) -> None:
    await case.contact(HOUSING)
    await case.opine(FINANCE)
    await case.reply(HOUSING)
    tasks = (await Desk(case.world, OFFICE).sees(f"/handling/v1/cases/{case.id}"))["tasks"]
    assert [task["reply"]["letter"] for task in tasks if task["reply"]] == ["一类"]
    answer = await case.rate(HOUSING, TANG, reason="没有给出完成时间。")
    assert answer["facts"] == ["case.rated.v1"]
    page = await case.page()
    assert (page["status"], last_days(page, "rehandling-ruling")) == ("replied", ["2025-01-13"])
    await is_handled_again_when_the_organ_says_so(case)


async def is_handled_again_when_the_organ_says_so(case: Matter) -> None:
    decision = await case.rating(HOUSING, TANG, how="rehandling-decision")
    await Desk(case.world, TANG).is_denied(decision, {"ordered": True})
    organ = Desk(case.world, OFFICE)
    await organ.may_not(decision, {"ordered": False}, rule="note-required", field="note")
    answer = await case.does(OFFICE, decision, {"ordered": True})
    assert answer["facts"] == ["rehandling.reviewed.v1", "rehandling.ordered.v1"]
    page = await case.page()
    assert (page["status"], last_days(page, "rehandling")) == ("rehandling", ["2025-03-06"])


async def test_a_kind_that_the_place_has_not_is_refused(shancheng: World) -> None:
    letter = paper("hotline", {"name": "王某", "phone": "13800000000"})
    await Desk(shancheng, REGISTRAR).may_not(
        "/intake/v1/cases", letter, rule="no-policy", field="kind"
    )


def last_days(page: Any, rule: str) -> list[str]:
    clocks = page["reminder"]["clocks"].values()
    due = [datetime.fromisoformat(clock["due"]) for clock in clocks if clock["rule"] == rule]
    return [ending_day(moment).isoformat() for moment in due]

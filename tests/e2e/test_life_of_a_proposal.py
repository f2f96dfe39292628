"""A proposal whose reply comes too late: lights, reminders, an escalation and who acknowledges it;
published without the name of who did not consent, and taken down again."""

from datetime import datetime
from typing import Any

import pytest

from tests.e2e.desk import Desk
from tests.e2e.matter import Matter, paper, registered
from tests.e2e.organisation import FINANCE, OFFICE, PUBLISHER, WATER, ZHANG, clerk
from tests.e2e.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")

RUNG = {"rung": "d0"}


async def test_a_late_proposal_escalates_and_is_taken_down_again(world: World) -> None:
    silent = {"consent": False, "no_consent_reason": "尚在调研"}
    body = paper("proposal", {"person": ZHANG}, title="关于规范预算绩效的提案", **silent)
    case = await registered(world, body)
    await case.accept()
    await case.assign(FINANCE)
    await case.receive(FINANCE)
    await case.contact(FINANCE)
    await escalated_when_due(case)
    await acknowledged_by_who_was_told(case)
    await replied_too_late(case)
    await published_without_a_name(case)
    await taken_down(case)


async def escalated_when_due(case: Matter) -> None:
    _, reply = clock(await case.page(), "reply")
    assert reply["light"] == "green"
    await case.world.until(datetime.fromisoformat(reply["due"]))
    page = await case.page()
    _, reply = clock(page, "reply")
    assert (page["light"], reply["light"]) == ("red", "red")
    assert (reply["rung"], reply["told"]) == ("d0", clerk(FINANCE, "head"))
    told = [(e["about"]["rung"], e["type"]) for e in page["timeline"] if about_reply(e)]
    assert told == [("d-7", "reminder.sent.v1"), ("d0", "case.escalated.v1")]
    reds = {"light": "red", "kind": "proposal"}
    worklist = await Desk(case.world, OFFICE).sees("/portal/v1/worklist", **reds)
    assert [line["case_id"] for line in worklist["items"]] == [case.id]


async def acknowledged_by_who_was_told(case: Matter) -> None:
    id_, asking = clock(await case.page(), "reply")
    assert set(asking["asks"]) == {RUNG["rung"]}
    path = case.at("reminder", "clocks", id_, "acknowledgement")
    await Desk(case.world, clerk(WATER, "head")).is_a_stranger(path, RUNG)
    other = {"rule": "escalation-unknown", "field": "rung"}
    head = Desk(case.world, clerk(FINANCE, "head"))
    await head.may_not(path, {"rung": "wd+5"}, **other)
    answer = await case.does(head.who, path, RUNG)
    assert answer["facts"] == ["escalation.acknowledged.v1"]
    _, reply = clock(await case.page(), "reply")
    assert reply["asks"] == {}


async def replied_too_late(case: Matter) -> None:
    await case.world.pass_days(1)
    await case.reply(FINANCE, text="已建立绩效目标库。")
    await case.rate(FINANCE, ZHANG)
    page = await case.page()
    assert page["status"] == "closed"
    assert page["handling"]["tasks"][await case.task(FINANCE)]["on_time"] is False
    _, reply = clock(page, "reply")
    assert (reply["late"], reply["light"]) == (True, "done")


async def published_without_a_name(case: Matter) -> None:
    await case.decide(FINANCE)
    await case.approve(FINANCE)
    await case.page()
    shown = (await case.world.page(f"/cases/{case.id}")).text
    assert "已建立绩效目标库" in shown
    assert "张淑芬" not in shown


async def taken_down(case: Matter) -> None:
    down = await case.publication(FINANCE, "withdrawal")
    await case.does(PUBLISHER, down, {"reason": "内容有误，更正后重新公开"})
    await case.page()
    gone = await case.world.page(f"/cases/{case.id}")
    assert gone.status_code == 410
    assert "绩效目标库" not in gone.text


def clock(page: Any, rule: str) -> tuple[str, Any]:
    return next(pair for pair in page["reminder"]["clocks"].items() if pair[1]["rule"] == rule)


def about_reply(entry: Any) -> bool:
    return entry["about"].get("rule") == "reply" and "rung" in entry["about"]

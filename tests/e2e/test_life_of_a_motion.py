"""A motion split between two units, each of which replies to both who brought it; one rating never
comes, although the office was told; one reply is published in short, the other only on request."""

import pytest

from shared.kernel.calendar import business_day
from tests.e2e.desk import Desk
from tests.e2e.matter import OPEN, Matter, paper, registered
from tests.e2e.organisation import DENG, EDUCATION, OFFICE, PUBLISHER, TANG, TRAFFIC, clerk
from tests.e2e.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")

PLANNED = {"text": "新建两所学校。", "meaning": "planned", "disclosure": OPEN}
ABSTRACT = {"mode": "open", "form": "abstract"}


async def test_a_motion_is_answered_in_parts_by_separate_units(world: World) -> None:
    today = business_day(await world.now()).isoformat()
    about = {"title": "关于保障学位供给的议案", "received_on": today}
    body = paper("motion", {"person": DENG}, {"person": TANG}, **about)
    case = await registered(world, body, who=DENG)
    office = Desk(case.world, OFFICE)
    await office.may_not(case.at("intake", "acceptance"), {}, rule="cosigners-unconfirmed")
    await case.confirm(TANG)
    await case.accept()
    await split_between_two_units(case)
    await replied_to_by_each(case)
    await rated_reply_by_reply_until_one_rating_lapses(case)
    await published_in_short(case)


async def split_between_two_units(case: Matter) -> None:
    tasks = [{"unit": EDUCATION, "part": "separate"}, {"unit": TRAFFIC, "part": "separate"}]
    assignments, office = case.at("assignment", "assignments"), Desk(case.world, OFFICE)
    await office.may_not(assignments, {"tasks": tasks}, rule="scope-required", field="tasks")
    await case.assign(education="学位供给", traffic="校门前交通")
    for unit in (EDUCATION, TRAFFIC):
        await case.receive(unit)
        await case.contact(unit)


async def replied_to_by_each(case: Matter) -> None:
    drafts = await case.of_task("handling", EDUCATION, "drafts")
    rule = {"rule": "target-date-required", "field": "target_date"}
    await Desk(case.world, clerk(EDUCATION)).may_not(drafts, PLANNED, **rule)
    await case.reply(EDUCATION, **PLANNED, target_date="2026-08-31")
    assert (await case.page())["status"] == "handling"
    await case.reply(TRAFFIC, text="已增设护学岗。")


async def rated_reply_by_reply_until_one_rating_lapses(case: Matter) -> None:
    await case.rate(EDUCATION, DENG)
    await case.rate(TRAFFIC, DENG)
    await case.rate(EDUCATION, TANG)
    silent = await case.evaluation(TRAFFIC, TANG)
    assert (await case.page())["status"] == "replied"
    await case.world.until(await case.due("rating", silent))
    assert (await case.page())["status"] == "replied"
    page = await case.page()
    escalated = [entry for entry in page["timeline"] if entry["type"] == "case.escalated"]
    assert not any(entry["about"]["rule"] == "rating" for entry in escalated), (
        "a proposer's silence"
    )
    await case.world.pass_days(20)  # five working days, whatever holidays lie among them
    page = await case.page()
    assert page["status"] == "closed"
    assert page["feedback"]["evaluations"][silent]["lapsed"]
    late = {"attitude": "satisfied", "result": "satisfied"}
    path = await case.rating(TRAFFIC, TANG)
    await Desk(case.world, TANG).may_not(path, late, rule="evaluation-lapsed")


async def published_in_short(case: Matter) -> None:
    publisher = Desk(case.world, PUBLISHER)
    decision = await case.publication(EDUCATION, "decision")
    await publisher.may_not(decision, ABSTRACT, rule="abstract-required", field="text")
    phone = ABSTRACT | {"text": "联系人手机13912345678。"}
    await publisher.may_not(decision, phone, rule="personal-data", field="text")
    await case.decide(EDUCATION, **ABSTRACT, text="两所新学校明年秋季开学。")
    await case.approve(EDUCATION)
    await case.decide(TRAFFIC, mode="on-request", reason="internal-matter")
    await case.approve(TRAFFIC)
    assert (await case.page())["light"] == "done"
    shown = (await case.world.page(f"/cases/{case.id}")).text
    assert "两所新学校明年秋季开学" in shown
    assert "新建两所学校" not in shown
    assert "护学岗" not in shown

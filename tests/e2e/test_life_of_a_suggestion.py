"""A suggestion of two deputies, from its registration to its disclosure: an objection, a silence,
gates, a draft sent back, two signers, and a second round."""

import pytest

from tests.e2e.desk import Desk
from tests.e2e.matter import CLOSED, Matter, paper, registered
from tests.e2e.organisation import (
    DENG,
    FINANCE,
    GUO,
    HOUSING,
    OFFICE,
    PUBLISHER,
    TANG,
    TRAFFIC,
    WATER,
    clerk,
)
from tests.e2e.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")

TITLE = "关于改造站前片区雨水管网的建议"
REASONS = {"reason": "outside-remit", "explanation": "不属本单位职责。"}
NUMBER = {"number": "临建函〔2025〕1号"}
UNSATISFIED = {"attitude": "satisfied", "result": "unsatisfied"}


async def test_a_joint_suggestion_is_handled_twice_and_published(world: World) -> None:
    more = {"title": TITLE, "in_session": True, "session": "十五届四次", "consent": True}
    case = await registered(world, paper("suggestion", {"person": TANG}, {"person": GUO}, **more))
    await opened_by_acceptance(case)
    await objected_to_and_reassigned(case)
    await accepted_by_silence(case)
    await signed_only_after_contact_and_opinions(case)
    await returned_and_drafted_again(case)
    await delivered_to_each_signer(case)
    await handled_again_because_one_is_not_satisfied(case)
    await closed_when_all_have_rated_again(case)
    await published_by_two_people(case)


async def opened_by_acceptance(case: Matter) -> None:
    page = await case.page()
    assert (page["status"], page["title"], page["label"]) == ("registered", None, None)
    await case.accept()
    page = await case.page()
    assert (page["status"], page["title"]) == ("accepted", TITLE)
    assert page["label"].endswith("号建议")


async def objected_to_and_reassigned(case: Matter) -> None:
    await case.assign(HOUSING, co=(FINANCE, TRAFFIC))
    again = {"tasks": [{"unit": WATER, "part": "lead"}]}
    assignments = case.at("assignment", "assignments")
    await Desk(case.world, OFFICE).may_not(assignments, again, rule="already-assigned")
    await case.receive(HOUSING)

    finance, unit = Desk(case.world, clerk(FINANCE)), "suggested_unit"
    objection = await case.of_task("assignment", FINANCE, "objection")
    await finance.may_not(objection, REASONS, rule="suggestion-required", field=unit)
    await case.does(finance.who, objection, REASONS | {unit: WATER})
    decision = await case.of_task("assignment", FINANCE, "objection-decision")
    await finance.is_denied(decision, {"upheld": True})
    await case.does(OFFICE, decision, {"upheld": True, "note": "同意。"})
    elsewhere = await case.of_task("assignment", FINANCE, "reassignment")
    await case.does(OFFICE, elsewhere, {"unit": WATER})
    await case.receive(WATER)


async def accepted_by_silence(case: Matter) -> None:
    """The third unit says nothing until its window has passed."""
    task = await case.task(TRAFFIC)
    await case.world.until(await case.due("objection", task))
    assert (await case.page())["assignment"]["tasks"][task]["status"] == "deemed-accepted"
    late = await case.of_task("assignment", TRAFFIC, "objection")
    traffic, objection = Desk(case.world, clerk(TRAFFIC)), REASONS | {"suggested_unit": WATER}
    await traffic.may_not(late, objection, rule="objection-late", field="task")
    await case.receive(TRAFFIC)


async def signed_only_after_contact_and_opinions(case: Matter) -> None:
    head = Desk(case.world, clerk(HOUSING, "head"))
    signature = await case.of_task("handling", HOUSING, "signature")
    await case.draft(HOUSING, text="初稿。")
    await head.may_not(signature, NUMBER, rule="contact-before-reply", field="task")
    await case.contact(HOUSING)
    await case.opine(WATER)
    await head.may_not(signature, NUMBER, rule="opinions-before-signing", field="task")
    await case.opine(TRAFFIC)


async def returned_and_drafted_again(case: Matter) -> None:
    head = Desk(case.world, clerk(HOUSING, "head"))
    signature = await case.of_task("handling", HOUSING, "signature")
    back = await case.of_task("handling", HOUSING, "draft-return")
    await case.does(clerk(HOUSING, "section"), back, {"version": 1, "remark": "请写明时限。"})
    answer = await case.draft(HOUSING, text="二稿：年内完成。")
    await Desk(case.world, clerk(HOUSING)).is_denied(signature, NUMBER)
    stale = {"If-Match": f'"{answer["version"] - 1}"'}
    refused = await case.world.ask("POST", signature, head.who, json=NUMBER, headers=stale)
    assert (refused.status_code, refused.json()["rule"]) == (412, "stale")
    await case.does(head.who, signature, NUMBER | {"version": 2})


async def delivered_to_each_signer(case: Matter) -> None:
    handler = Desk(case.world, clerk(HOUSING))
    deliveries = await case.of_task("handling", HOUSING, "deliveries")
    stranger = {"recipient": DENG, "mode": "mail"}
    await handler.may_not(deliveries, stranger, rule="not-a-recipient", field="recipient")
    first = await case.does(handler.who, deliveries, {"recipient": TANG, "mode": "in-person"})
    assert first["facts"] == ["reply.delivered.v1"]
    last = await case.does(handler.who, deliveries, {"recipient": GUO, "mode": "mail"})
    assert last["facts"] == ["reply.delivered.v1", "case.replied.v1"]


async def handled_again_because_one_is_not_satisfied(case: Matter) -> None:
    await case.rate(HOUSING, TANG)
    guo, form = Desk(case.world, GUO), await case.rating(HOUSING, GUO)
    await Desk(case.world, TANG).is_denied(form, UNSATISFIED)
    await guo.may_not(form, UNSATISFIED, rule="reason-required", field="reason")
    answer = await case.rate(HOUSING, GUO, reason="没有给出完成时间。")
    assert answer["facts"] == ["case.rated.v1", "rehandling.ordered.v1"]

    page, again = await case.page(), await case.task(HOUSING, turn=2)
    clocks = page["reminder"]["clocks"].values()
    assert (page["status"], page["round"]) == ("rehandling", 2)
    replies = [c for c in clocks if c["rule"] in ("reply", "rehandling")]
    assert [(c["rule"], c["running"]) for c in replies] == [("reply", False), ("rehandling", True)]
    assert replies[1]["subject"] == again
    assert page["due"] == replies[1]["due"]
    signing = [c["subject"] for c in clocks if c["rule"] == "sign-for" and c["running"]]
    assert signing == [again], "the unit signs for the second handling, too"


async def closed_when_all_have_rated_again(case: Matter) -> None:
    await case.contact(HOUSING, turn=2, phase="during")
    await case.reply(HOUSING, turn=2, text="年底前完成三条主干道管网改造。")
    await case.rate(HOUSING, TANG, turn=2)
    assert (await case.page())["status"] == "replied"
    await case.rate(HOUSING, GUO, turn=2)
    assert (await case.page())["status"] == "closed"


async def published_by_two_people(case: Matter) -> None:
    """Of the first reply nothing is published, of the second all."""
    await case.decide(HOUSING, **CLOSED)
    await case.approve(HOUSING)
    await case.decide(HOUSING, turn=2)
    review = await case.publication(HOUSING, "review", turn=2)
    decider = Desk(case.world, PUBLISHER)
    await decider.may_not(review, {"approved": True}, rule="second-person")
    assert not await case.is_published()
    await case.approve(HOUSING, turn=2)

    page = await case.page()
    assert (page["status"], page["light"], page["due"]) == ("closed", "done", None)
    shown = await case.world.page(f"/cases/{case.id}")
    names = ("唐宏伟", "郭立新", "市住房和城乡建设局")
    for words in (TITLE, page["label"], "年底前完成三条主干道", *names):
        assert words in shown.text
    for words in ("二稿", "没有给出完成时间", "<script"):
        assert words not in shown.text
    assert TITLE in (await case.world.page("/cases?q=雨水管网&kind=suggestion")).text

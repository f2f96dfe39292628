"""A merged case in the portal: its links, the units of its master, the pages of its proposer."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio

from shared.contracts.case_event import CaseEvent, Proposer
from shared.contracts.merging import CaseMerged, MemberJoined, Numbers
from shared.kernel.actor import Actor, Post
from shared.kernel.messages import Recorded
from tests.component.portal.conftest import Portal, case_id, keep, lived, open_portal
from tests.unit.portal.life import MARK, happened

pytestmark = pytest.mark.asyncio(loop_scope="module")
HANDLER = Actor("p-hou", (Post("handler", "u-hou", ("u-hou", "u-city")),))
ELSEWHERE = Actor("p-edu", (Post("handler", "u-edu", ("u-edu", "u-city")),))
LEADER = Actor("p-leader", (Post("leader", "u-city", ("u-city",)),))
LEAD, MEMBERS = Actor("p-n001", deputy=True), Actor("p-n007", deputy=True)
WHO = Proposer(id="p-n007", known=True, masked="周九", part="lead")
MASTER, MEMBER = case_id(1), case_id(2)
FIRST, SEVENTEENTH = Numbers(label="2025年第1号建议"), Numbers(label="2025年第17号建议")


def also(told: list[Recorded], event: CaseEvent) -> list[Recorded]:
    """Returns what happened to the case, with one more fact of intake."""
    version = max(each.version for each in told if each.source == "intake") + 1
    last = next(each for each in told if each.source == "intake")
    return [*told, replace(last, id=f"{event.type}{version}", version=version, event=event)]


def master() -> list[Recorded]:
    joined = {"member": MEMBER, "proposers": (WHO,), "numbers": SEVENTEENTH}
    return also(lived(1, 9), MemberJoined(**MARK, **happened(8), **joined))


def member() -> list[Recorded]:
    told = lived(2, 3, proposers=(WHO,), label=SEVENTEENTH.label)
    fields: dict[str, Any] = {"into": MASTER, "reason": "内容相同", "by": "p-1"}
    fields["proposers"] = (WHO,)
    numbers = {"numbers": SEVENTEENTH, "master_numbers": FIRST}
    return also(told, CaseMerged(**MARK, **happened(8), **fields, **numbers))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def portal(mongo_url: str) -> AsyncIterator[Portal]:
    async with open_portal(mongo_url) as made:
        await keep(made.database, [*master(), *member()])
        for actor in (HANDLER, ELSEWHERE, LEADER, LEAD, MEMBERS):
            made.actors[actor.sub] = actor
        yield made


async def page(portal: Portal, case: str, who: Actor) -> Any:
    return await portal.get(f"/cases/{case}", who, actions="false")


async def test_both_pages_name_the_other_case(portal: Portal) -> None:
    shown = (await page(portal, MEMBER, LEADER)).json()
    assert (shown["status"], shown["status_name"]) == ("merged", "已并案，随主件办理")
    assert shown["intake"]["merged_into"] == {
        "case_id": MASTER, "label": FIRST.label, "external_no": None,
    }  # fmt: skip
    (other,) = (await page(portal, MASTER, LEADER)).json()["intake"]["members"]
    assert (other["case_id"], other["label"]) == (MEMBER, SEVENTEENTH.label)


async def test_the_page_of_the_master_names_its_members_and_not_their_proposers(
    portal: Portal,
) -> None:
    answer = await page(portal, MASTER, LEAD)
    assert answer.json()["intake"]["members"] == [
        {"case_id": MEMBER, "label": SEVENTEENTH.label, "external_no": None}
    ]
    assert WHO.id not in answer.text


async def test_a_list_has_both_and_the_number_of_the_member_finds_its_master(
    portal: Portal,
) -> None:
    listed = (await portal.get("/worklist", LEADER, q="第17号")).json()["items"]
    assert {line["case_id"] for line in listed} == {MASTER, MEMBER}
    merged = (await portal.get("/worklist", LEADER, status="merged")).json()["items"]
    assert [line["case_id"] for line in merged] == [MEMBER]


async def test_units_of_the_master_open_its_members_and_no_other_unit_does(
    portal: Portal,
) -> None:
    shown = (await page(portal, MEMBER, HANDLER)).json()
    assert shown["intake"]["title"] == "关于电梯的建议"
    assert (shown["assignment"], shown["reminder"], shown["handling"]) == ({}, {}, {})
    assert (await page(portal, MEMBER, ELSEWHERE)).status_code == 404
    seen = [await portal.put(f"/cases/{MEMBER}/seen", as_=who) for who in (HANDLER, ELSEWHERE)]
    assert [each.status_code for each in seen] == [204, 404]


async def test_a_proposer_of_a_member_has_the_master_among_his_cases_and_not_the_reverse(
    portal: Portal,
) -> None:
    own = (await portal.get("/worklist", MEMBERS, own="true")).json()["items"]
    assert {line["case_id"] for line in own} == {MASTER, MEMBER}
    assert (await page(portal, MASTER, MEMBERS)).json()["own"] is True
    assert (await page(portal, MEMBER, LEAD)).status_code == 404

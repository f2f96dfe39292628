"""Mergers through HTTP: cases that ask for the same, their links, and who may read what."""

from typing import Any

import httpx
import pytest

from services.intake.app import SERVICE
from services.portal.domain.register import CASE_REGISTER
from shared.contracts.assignment import CaseAssigned
from shared.contracts.handling import ReplySigned
from shared.contracts.merging import CaseMerged
from shared.kernel.access import AccessRow, AccessTable
from shared.kernel.actor import Actor
from shared.kernel.commit import from_document
from shared.kernel.messages import Recorded, Sealed
from shared.service.config.access_tables import load_access
from shared.testing.fold import folded, recorded
from shared.testing.service import POLICIES, ServiceUnderTest
from tests.component.intake.test_api import CITY, PEOPLE, SUGGESTION, accepted, refused, registered
from tests.unit.handling.world import signed
from tests.unit.intake.papers import head
from tests.unit.intake.test_projections import task

HIS: dict[str, Any] = {
    "title": "关于治理高铁站周边积水的建议",
    "text": "一、雨天积水严重。二、影响出行。三、建议尽快改造排水管网，加装泵站。",
    "proposers": [{"person": "p-n2", "part": "lead", "phone": "13900000002"}],
}
SAME = {"reason": "两件都要求改善高铁站周边排水"}
ALONE = {"reason": "所提路段不同"}
OTHER_DEPUTY = Actor("p-n9", deputy=True)


@pytest.fixture
async def intake() -> ServiceUnderTest:
    service = ServiceUnderTest(SERVICE, *PEOPLE, OTHER_DEPUTY)
    await service.knows(*CITY)
    return service


async def two(intake: ServiceUnderTest) -> tuple[str, str]:
    """A case of p-n1, and one of p-n2 that asks for the same."""
    master = await accepted(intake, SUGGESTION | {"external_no": "第9号"})
    member = await accepted(intake, SUGGESTION | HIS | {"external_no": "第17号"})
    return master, member


async def merge(
    intake: ServiceUnderTest, case: str, into: str, who: str = "p-office", **changes: Any
) -> httpx.Response:
    body = SAME | {"into": into} | changes
    return await intake.post(f"/cases/{case}/merger", body, who)


async def merged(intake: ServiceUnderTest) -> tuple[str, str]:
    master, member = await two(intake)
    answer = await merge(intake, member, master)
    assert answer.json()["facts"] == ["case.merged.v1"], answer.text
    await intake.settle()
    return master, member


async def page(intake: ServiceUnderTest, case: str, who: str = "p-office") -> dict[str, Any]:
    answer = await intake.get(f"/cases/{case}", who)
    assert answer.is_success, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def actions(intake: ServiceUnderTest, case: str, who: str = "p-office") -> set[str]:
    answer = await intake.get(f"/cases/{case}/actions", who)
    return {each["action"] for each in answer.json()["actions"]}


def facts_of(intake: ServiceUnderTest) -> list[Recorded]:
    commits = [from_document(document) for document in intake.store.documents]
    return [fact for commit in commits for fact in recorded(commit)]


async def assign(intake: ServiceUnderTest, case: str) -> None:
    given = CaseAssigned(**head(), tasks=(task("t1", "u-hou"),), by="p-office")
    await intake.react_to(given, f"assignment-{case}")


async def sign(intake: ServiceUnderTest, case: str) -> ReplySigned:
    reply = signed()
    await intake.react_to(reply, f"handling-{case}")
    return reply


async def test_both_cases_show_the_other_one_and_the_member_keeps_its_number(
    intake: ServiceUnderTest,
) -> None:
    master, member = await merged(intake)
    shown = await page(intake, member)
    assert (shown["status"], shown["external_no"]) == ("merged", "第17号")
    assert shown["merged_into"]["case_id"] == master
    assert shown["merged_into"]["external_no"] == "第9号"
    (step,) = shown["steps"]
    assert step["step"] == "并案"
    assert step["reason"].endswith(f"：{SAME['reason']}")
    (other,) = (await page(intake, master))["members"]
    assert (other["case_id"], other["external_no"]) == (member, "第17号")


async def test_the_reason_is_sealed(intake: ServiceUnderTest) -> None:
    _, member = await merged(intake)
    facts = await intake.facts(f"intake-{member}")
    (fact,) = [one for one in facts if isinstance(one, CaseMerged)]
    assert isinstance(fact.reason, Sealed)


async def test_the_register_shows_the_merger_and_finds_the_master_by_the_number_of_its_member(
    intake: ServiceUnderTest,
) -> None:
    master, member = await merged(intake)
    lines = folded(CASE_REGISTER, facts_of(intake))
    assert lines[member]["status"] == "merged"
    assert "merged" in lines[member]["measures"]
    assert lines[member]["waits"] == []
    assert "assign-case|*" in lines[master]["waits"]
    assert "第17号" in lines[master]["search"]
    assert lines[master]["proposers"] == ["p-n1", "p-n2"]
    assert lines[member]["proposers"] == ["p-n2"]
    await intake.post(f"/cases/{member}/merger/end", ALONE, "p-office")
    await intake.settle()
    lines = folded(CASE_REGISTER, facts_of(intake))
    assert lines[member]["status"] == "accepted"
    assert lines[master]["proposers"] == ["p-n1"]
    assert "第17号" not in lines[master]["search"]


async def test_the_merger_is_undone_with_a_reason(intake: ServiceUnderTest) -> None:
    master, member = await merged(intake)
    path = f"/cases/{member}/merger/end"
    assert (await intake.post(path, {"reason": ""}, "p-office")).status_code == 422
    answer = await intake.post(path, ALONE, "p-office")
    assert answer.json()["facts"] == ["case.unmerged.v1"], answer.text
    await intake.settle()
    shown = await page(intake, member)
    assert (shown["status"], shown["merged_into"]) == ("accepted", None)
    assert [step["reason"] for step in shown["steps"]][-1] == ALONE["reason"]
    assert (await page(intake, master))["members"] == []
    refused(await intake.post(path, ALONE, "p-office"), 409, "not-merged")


async def test_nothing_joins_or_leaves_once_a_reply_is_signed(intake: ServiceUnderTest) -> None:
    master, member = await merged(intake)
    third = await accepted(intake, SUGGESTION | HIS | {"title": "第三件"})
    await sign(intake, master)
    refused(await merge(intake, third, master), 409, "merging-answered")
    assert "unmerge-case" not in await actions(intake, member)
    answer = await intake.post(f"/cases/{member}/merger/end", ALONE, "p-office")
    refused(answer, 409, "merging-answered")


async def test_what_cannot_be_merged_names_its_rule(intake: ServiceUnderTest) -> None:
    master, member = await two(intake)
    refused(await merge(intake, member, member), 409, "merging-itself")
    refused(await merge(intake, member, "f" * 32), 409, "merging-unknown")
    waiting = await registered(intake, SUGGESTION | {"title": "尚未审查的建议"})
    refused(await merge(intake, member, waiting), 409, "merging-master-state")
    refused(await merge(intake, waiting, master), 409, "merging-state")
    assert (await merge(intake, member, master, reason="")).status_code == 422
    assert (await merge(intake, member, master)).is_success
    await intake.settle()
    refused(await merge(intake, member, waiting), 409, "merging-merged")
    third = await accepted(intake, SUGGESTION | HIS | {"title": "第三件"})
    refused(await merge(intake, third, member), 409, "merging-master-merged")
    refused(await merge(intake, master, third), 409, "merging-has-members")
    await assign(intake, third)
    refused(await merge(intake, third, master), 409, "merging-assigned")
    assert "merge-case" not in await actions(intake, third)


async def test_who_may_merge_and_when_it_is_offered(intake: ServiceUnderTest) -> None:
    master, member = await two(intake)
    assert "merge-case" in await actions(intake, member)
    for who in ("p-n2", "p-reg", "p-hou", "p-fin"):
        answer = await merge(intake, member, master, who)
        assert answer.status_code in (403, 404), (who, answer.text)
    await merge(intake, member, master)
    await intake.settle()
    assert "merge-case" not in await actions(intake, master)
    offered = await actions(intake, member)
    assert "unmerge-case" in offered
    assert "merge-case" not in offered


async def test_units_of_the_master_read_its_members_and_nobody_else_does(
    intake: ServiceUnderTest,
) -> None:
    master, member = await merged(intake)
    refused(await intake.get(f"/cases/{member}", "p-hou"), 404, "not-found")
    await assign(intake, master)
    shown = await page(intake, member, "p-hou")
    assert shown["text"] == HIS["text"]
    assert shown["proposers"][0]["contact"]["phone"] == "13900000002"
    refused(await intake.get(f"/cases/{member}", "p-fin"), 404, "not-found")
    refused(await intake.get(f"/cases/{member}", "p-n1"), 404, "not-found")


async def test_a_proposer_of_a_member_reads_its_master_and_may_do_nothing_there(
    intake: ServiceUnderTest,
) -> None:
    master, member = await two(intake)
    refused(await intake.get(f"/cases/{master}", "p-n2"), 404, "not-found")
    await merge(intake, member, master)
    await intake.settle()
    shown = await page(intake, master, "p-n2")
    assert shown["text"] == SUGGESTION["text"]
    assert [each["contact"] for each in shown["proposers"]] == [None]
    for path, body in (("withdrawal", {"reason": "不再需要"}), ("merger", SAME | {"into": member})):
        answer = await intake.post(f"/cases/{master}/{path}", body, "p-n2")
        assert answer.status_code in (403, 404), answer.text
    refused(await intake.get(f"/cases/{master}", "p-n9"), 404, "not-found")


async def test_a_proposer_withdraws_his_paper_from_a_merger(intake: ServiceUnderTest) -> None:
    master, member = await merged(intake)
    answer = await intake.post(f"/cases/{member}/withdrawal", {"reason": "已经解决"}, "p-n2")
    assert answer.json()["facts"] == ["case.unmerged.v1", "case.withdrawn.v1"], answer.text
    await intake.settle()
    assert (await page(intake, member))["status"] == "withdrawn"
    assert (await page(intake, master))["members"] == []


async def test_a_place_may_have_two_persons_merge_cases_of_a_kind() -> None:
    table = load_access(POLICIES, "intake")
    row = AccessRow(
        action="merge-case", roles=("office",), relation="screening-organ",
        states=("suggestion",), second_person=True, basis="x",
    )  # fmt: skip
    others = (one for one in table.rows if one.action != "merge-case")
    service = ServiceUnderTest(SERVICE, *PEOPLE, access=AccessTable("intake", (*others, row)))
    await service.knows(*CITY)
    master, member = await two(service)
    answer = await merge(service, member, master)
    assert answer.status_code == 202, answer.text
    assert (await page(service, member))["status"] == "accepted"

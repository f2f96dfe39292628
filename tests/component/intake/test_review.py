"""初审、复审: a proposal is declined by two persons, where the row of access says so."""

from datetime import timedelta
from typing import Any

import pytest

from services.intake.app import SERVICE
from shared.contracts.intake import CaseDeclined
from shared.contracts.pending_acts import ActConfirmed, ActProposed
from shared.kernel.access import AccessRow, AccessTable
from shared.kernel.actor import Actor, Post
from shared.kernel.messages import Sealed
from shared.service.config.access_tables import load_access
from shared.testing.checklist import checked, refusing
from shared.testing.service import POLICIES, ServiceUnderTest
from tests.component.intake.test_api import CITY, PEOPLE, SUGGESTION, refused, registered

AT = "u-cppcc-pro"
FIRST = Actor("p-pro-1", (Post("office", AT, (AT,)),))
SECOND = Actor("p-pro-2", (Post("office", AT, (AT,)),))
LEADER = Actor("p-leader", (Post("leader", "u-city", ("u-city",)),))
ELSEWHERE = Actor("p-npc", (Post("office", "u-npcsc-dep", ("u-npcsc-dep",)),))
DEPUTISED = Actor("p-dep", (Post("office", AT, (AT,), "p-pro-1"),))
AUTHOR = Actor("p-c1", deputy=True)
PROPOSAL: dict[str, Any] = SUGGESTION | {
    "kind": "proposal",
    "title": "关于加强老旧小区加装电梯的提案",
    "proposers": [{"person": "p-c1", "part": "lead"}],
    "session": "十四届三次",
}
WHY = "已进入行政诉讼程序"
BODY = refusing("litigation-or-arbitration", "proposal", WHY)


@pytest.fixture
async def intake() -> ServiceUnderTest:
    people = (FIRST, SECOND, LEADER, ELSEWHERE, DEPUTISED, AUTHOR)
    service = ServiceUnderTest(SERVICE, *PEOPLE, *people)
    await service.knows(*CITY)
    return service


async def proposed(intake: ServiceUnderTest) -> tuple[str, str]:
    """Returns the case and the act by which it is to be declined."""
    case = await registered(intake, PROPOSAL)
    answer = await intake.post(f"/cases/{case}/refusal", BODY, FIRST)
    assert answer.status_code == 202, answer.text
    return case, answer.json()["pending"]


async def confirm(intake: ServiceUnderTest, act: str, who: Actor | str = SECOND) -> Any:
    return await intake.post(f"/pending-acts/{act}/confirmation", {}, who)


async def test_a_proposal_is_declined_when_another_person_has_confirmed(
    intake: ServiceUnderTest,
) -> None:
    case, act = await proposed(intake)
    facts = await intake.facts(f"intake-{case}")
    assert isinstance(facts[-1], ActProposed)
    assert isinstance(facts[-1].content, Sealed)
    answer = await confirm(intake, act)
    assert answer.json()["facts"] == ["case.declined.v1", "act.confirmed.v1"], answer.text
    declined, confirmed = (await intake.facts(f"intake-{case}"))[-2:]
    assert isinstance(declined, CaseDeclined)
    assert isinstance(confirmed, ActConfirmed)
    assert (declined.by, declined.proposed_by, declined.confirmed_by) == (
        "p-pro-1", "p-pro-1", "p-pro-2",
    )  # fmt: skip
    assert [each.met for each in declined.checks].count(False) == 1
    refused(await confirm(intake, act), 409, "act-confirmed")


async def test_the_proposer_sees_nothing_until_it_is_confirmed(intake: ServiceUnderTest) -> None:
    case, act = await proposed(intake)
    before = (await intake.get(f"/cases/{case}", "p-c1")).json()
    assert (before["status"], before["refusal"], before["steps"]) == ("registered", None, [])
    assert (await intake.get("/pending-acts", "p-c1")).json() == []
    assert WHY not in str(before)
    await confirm(intake, act)
    after = (await intake.get(f"/cases/{case}", "p-c1")).json()
    assert (after["status"], after["refusal"]["note"]) == ("declined", WHY)


async def test_nobody_is_told_and_nothing_is_owed_until_then(intake: ServiceUnderTest) -> None:
    case, act = await proposed(intake)
    notice = {"mode": "letter", "on": "2025-03-03"}
    path = f"/cases/{case}/refusal-notice"
    refused(await intake.post(path, notice, FIRST), 409, "not-refused")
    (fact,) = [one for one in await intake.facts(f"intake-{case}") if hasattr(one, "act")]
    assert not hasattr(fact, "opens")
    await confirm(intake, act)
    assert (await intake.post(path, notice, FIRST)).status_code == 201


async def test_who_confirms(intake: ServiceUnderTest) -> None:
    case, act = await proposed(intake)
    refused(await confirm(intake, act, FIRST), 403, "own-act")
    for who in (ELSEWHERE, DEPUTISED, "p-c1", "p-reg", "p-fin"):
        assert (await confirm(intake, act, who)).status_code == 404, who
    assert (await confirm(intake, act, LEADER)).status_code == 201
    assert (await intake.get(f"/cases/{case}", FIRST)).json()["status"] == "declined"


async def test_the_second_person_reads_reason_and_checklist(intake: ServiceUnderTest) -> None:
    _, act = await proposed(intake)
    (shown,) = (await intake.get("/pending-acts", SECOND)).json()
    assert (shown["act"], shown["action"], shown["own"]) == (act, "decline-case", False)
    content = shown["content"]
    assert (content["reason"], content["note"]) == ("litigation-or-arbitration", WHY)
    assert {each["check"]: each["met"] for each in content["checks"]}["not-in-court"] is False
    for stranger in (ELSEWHERE, "p-fin"):
        assert (await intake.get("/pending-acts", stranger)).json() == []


async def test_it_is_returned_with_a_reason_and_may_be_proposed_again(
    intake: ServiceUnderTest,
) -> None:
    case, act = await proposed(intake)
    path = f"/pending-acts/{act}/refusal"
    assert (await intake.post(path, {"reason": ""}, SECOND)).status_code == 422
    returned = await intake.post(path, {"reason": "尚未立案，不属诉讼"}, SECOND)
    assert returned.json()["facts"] == ["act.declined.v1"]
    (told,) = (await intake.get("/pending-acts/declined", FIRST)).json()
    assert (told["declined_by"], told["reason"]) == ("p-pro-2", "尚未立案，不属诉讼")
    assert (await intake.get(f"/cases/{case}", FIRST)).json()["status"] == "registered"
    refused(await confirm(intake, act), 409, "act-declined")
    again = await intake.post(f"/cases/{case}/refusal", BODY, FIRST)
    assert again.json()["pending"] != act
    accepted = await intake.post(f"/cases/{case}/acceptance", checked("proposal"), SECOND)
    assert accepted.status_code == 201, accepted.text
    refused(await confirm(intake, again.json()["pending"]), 409, "case-decided")


async def test_the_same_refusal_twice_is_one(intake: ServiceUnderTest) -> None:
    case, act = await proposed(intake)
    again = await intake.post(f"/cases/{case}/refusal", BODY, FIRST)
    assert (again.status_code, again.json()["pending"]) == (202, act)
    assert len(await intake.facts(f"intake-{case}")) == 2


async def test_it_lapses_after_the_days_of_the_row(intake: ServiceUnderTest) -> None:
    case, act = await proposed(intake)
    intake.now += timedelta(days=7)
    refused(await confirm(intake, act), 409, "act-expired")
    assert (await intake.get("/pending-acts", SECOND)).json() == []
    again = await intake.post(f"/cases/{case}/refusal", BODY, FIRST)
    assert again.json()["pending"] != act


async def test_a_refusal_that_the_rules_forbid_is_not_even_proposed(
    intake: ServiceUnderTest,
) -> None:
    case = await registered(intake, PROPOSAL)
    bare = {"reason": "litigation-or-arbitration"}
    refused(await intake.post(f"/cases/{case}/refusal", bare, FIRST), 409, "checks-open")
    assert len(await intake.facts(f"intake-{case}")) == 1


async def test_a_case_that_was_withdrawn_meanwhile_stays_so(intake: ServiceUnderTest) -> None:
    case, act = await proposed(intake)
    await intake.post(f"/cases/{case}/withdrawal", {}, "p-c1")
    refused(await confirm(intake, act), 409, "case-decided")
    assert (await intake.get(f"/cases/{case}", FIRST)).json()["status"] == "withdrawn"


async def test_a_paper_that_was_sent_back_meanwhile_stays_with_its_author(
    intake: ServiceUnderTest,
) -> None:
    case, act = await proposed(intake)
    back = refusing("several-matters", "proposal")
    assert (await intake.post(f"/cases/{case}/return", back, SECOND)).status_code == 201
    refused(await confirm(intake, act), 409, "case-decided")


async def test_a_paper_that_came_again_meanwhile_is_not_declined_for_what_it_was(
    intake: ServiceUnderTest,
) -> None:
    case, act = await proposed(intake)
    back = refusing("several-matters", "proposal")
    assert (await intake.post(f"/cases/{case}/return", back, SECOND)).is_success
    text = "一、情况：老旧小区没有电梯。二、建议三年内改造三百栋。"
    amended = {"title": "关于加装电梯的提案", "text": text}
    again = await intake.post(f"/cases/{case}/resubmission", amended, "p-c1")
    assert again.json()["facts"] == ["paper.resubmitted.v1"], again.text
    refused(await confirm(intake, act), 409, "edition-changed")
    assert (await intake.get(f"/cases/{case}", FIRST)).json()["status"] == "registered"


async def test_the_button_is_offered_and_other_kinds_need_one_person(
    intake: ServiceUnderTest,
) -> None:
    case = await registered(intake, PROPOSAL)
    page = (await intake.get(f"/cases/{case}/actions", FIRST)).json()
    assert "decline-case" in {each["action"] for each in page["actions"]}
    suggestion = await registered(intake, SUGGESTION)
    answer = await intake.post(f"/cases/{suggestion}/refusal", refusing("outside-remit"), ELSEWHERE)
    assert answer.json()["facts"] == ["case.declined.v1"]


async def test_a_place_may_leave_it_to_one_person_or_ask_two_of_every_kind() -> None:
    def rows(**changes: Any) -> AccessTable:
        table = load_access(POLICIES, "intake")
        row = AccessRow(
            action="decline-case", roles=("office",), relation="screening-organ", basis="x",
            **changes,
        )  # fmt: skip
        others = (one for one in table.rows if one.action != "decline-case")
        return AccessTable("intake", (*others, row))

    for table, status in ((rows(), 201), (rows(second_person=True), 202)):
        service = ServiceUnderTest(SERVICE, *PEOPLE, FIRST, access=table)
        await service.knows(*CITY)
        for body, kind in ((PROPOSAL, "proposal"), (SUGGESTION, "suggestion")):
            case = await registered(service, body)
            answer = await service.post(
                f"/cases/{case}/refusal", refusing("against-law", kind), "p-office"
            )
            assert answer.status_code == status, answer.text

"""Links and splits through HTTP: who sees what of which, and a paper of two matters in parts."""

from typing import Any

import httpx
import pytest

from services.intake.app import SERVICE
from shared.contracts.case_event import CaseMark
from shared.contracts.intake import CaseAccepted, CaseRegistered
from shared.contracts.linking import CaseSplit
from shared.contracts.recusal import AgainstNamed
from shared.kernel.actor import Actor
from shared.kernel.messages import Sealed
from shared.testing.checklist import checked
from shared.testing.samples import sample
from shared.testing.service import MONDAY, ServiceUnderTest
from tests.component.intake.test_api import CITY, PEOPLE, SUGGESTION, accepted, registered
from tests.component.intake.test_merging import HIS, page

OTHER = {
    "title": "关于治理高铁站周边停车的建议",
    "text": "一、停车困难。二、影响出行。三、建议新建停车楼一座。",
}
LATER = {"title": "关于再次治理积水的建议", "text": "积水仍然严重，请改造管网并加装泵站。"}
WHY = {"reason": "一件提出排水和停车两件事项"}
NOBODY = "0" * 32


@pytest.fixture
async def intake() -> ServiceUnderTest:
    service = ServiceUnderTest(SERVICE, *PEOPLE, Actor("p-n9", deputy=True))
    await service.knows(*CITY)
    return service


async def link(intake: ServiceUnderTest, case: str, other: str, **changes: Any) -> httpx.Response:
    body = {"other": other, "how": "repeats"} | changes
    return await intake.post(f"/cases/{case}/links", body, "p-office")


def rule_of(answer: httpx.Response) -> tuple[int, str, str | None]:
    shown = answer.json()
    return answer.status_code, shown["rule"], shown.get("field")


async def test_both_cases_show_the_link_from_their_side(intake: ServiceUnderTest) -> None:
    former = await accepted(intake, SUGGESTION)
    later = await registered(intake, SUGGESTION | LATER)
    answer = await link(intake, later, former)
    assert answer.json()["facts"] == ["case.linked.v1"], answer.text
    await intake.settle()
    own, others = (await page(intake, later))["links"], (await page(intake, former))["links"]
    assert own == [{"case_id": former, "how": "repeats", "incoming": False}]
    assert others == [{"case_id": later, "how": "repeats", "incoming": True}]


async def test_a_link_tells_nobody_of_a_case_that_he_may_not_know(intake: ServiceUnderTest) -> None:
    """The later paper is of another deputy: the author of the former one does not learn of it."""
    former = await accepted(intake, SUGGESTION)
    his = {"proposers": [{"person": "p-n2", "part": "lead", "phone": "13900000002"}]}
    later = await registered(intake, SUGGESTION | LATER | his)
    await link(intake, later, former)
    await intake.settle()
    assert len((await page(intake, former))["links"]) == 1
    assert (await page(intake, former, "p-n1"))["links"] == []
    assert (await page(intake, later, "p-n2"))["links"] == []


async def test_what_is_not_there_is_refused_like_what_may_not_be_known(
    intake: ServiceUnderTest,
) -> None:
    case = await registered(intake, SUGGESTION)
    assert rule_of(await link(intake, case, NOBODY)) == (409, "link-unknown", "other")
    assert rule_of(await link(intake, case, case)) == (409, "link-itself", "other")


async def test_a_link_is_undone_and_nothing_shows_it_any_more(intake: ServiceUnderTest) -> None:
    former, later = await accepted(intake, SUGGESTION), await registered(intake, SUGGESTION | LATER)
    await link(intake, later, former)
    body = {"other": former, "reason": "所提路段不同"}
    answer = await intake.post(f"/cases/{later}/links/end", body, "p-office")
    assert answer.json()["facts"] == ["case.unlinked.v1"], answer.text
    await intake.settle()
    shown = await page(intake, later)
    assert (shown["links"], (await page(intake, former))["links"]) == ([], [])
    assert (shown["steps"][-1]["step"], shown["steps"][-1]["reason"]) == (
        "解除关联",
        "所提路段不同",
    )


async def undo(intake: ServiceUnderTest, case: str, other: str) -> httpx.Response:
    body = {"other": other, "reason": "与先前的件不是同一事项"}
    return await intake.post(f"/cases/{case}/links/end", body, "p-office")


async def test_why_a_link_was_wrong_is_for_those_at_an_organ(intake: ServiceUnderTest) -> None:
    """The proposer does not learn that there was another case."""
    former, later = await accepted(intake, SUGGESTION), await registered(intake, SUGGESTION | LATER)
    await link(intake, later, former)
    await undo(intake, later, former)
    await intake.settle()
    steps = {who: (await page(intake, later, who))["steps"] for who in ("p-office", "p-n1")}
    assert [each["type"] for each in steps["p-office"]] == ["case.unlinked.v1"]
    assert steps["p-n1"] == []


async def may_undo(intake: ServiceUnderTest, case: str, who: str = "p-office") -> bool:
    offered = (await intake.get(f"/cases/{case}/actions", who)).json()["actions"]
    return "unlink-case" in {each["action"] for each in offered}


async def test_a_link_is_undone_where_it_was_made_by_those_who_know_both(
    intake: ServiceUnderTest,
) -> None:
    former, later = await accepted(intake, SUGGESTION), await registered(intake, SUGGESTION | LATER)
    assert not await may_undo(intake, later)
    await link(intake, later, former)
    assert await may_undo(intake, later)
    assert not await may_undo(intake, former)
    await accuse(intake, former, "p-office")
    assert not await may_undo(intake, later)


async def test_a_case_against_the_sender_is_for_him_like_one_that_is_not_there(
    intake: ServiceUnderTest,
) -> None:
    former, later = await accepted(intake, SUGGESTION), await accepted(intake, SUGGESTION | HIS)
    linked = await link(intake, later, former)
    assert linked.json()["facts"] == ["case.linked.v1"], linked.text
    await accuse(intake, former, "p-office")

    async def answers(other: str) -> list[tuple[int, str, str | None]]:
        merger = {"into": other, "reason": "内容相同"}
        return [
            rule_of(await link(intake, later, other)),
            rule_of(await undo(intake, later, other)),
            rule_of(await intake.post(f"/cases/{later}/merger", merger, "p-office")),
        ]

    assert (
        await answers(former)
        == await answers(NOBODY)
        == [
            (409, "link-unknown", "other"),
            (409, "not-linked", "other"),
            (409, "merging-unknown", "into"),
        ]
    )


async def accuse(intake: ServiceUnderTest, case: str, person: str) -> None:
    stream = f"intake-{case}"
    registered_ = (await intake.facts(stream))[0]
    assert isinstance(registered_, CaseRegistered)
    mark = registered_.fields(CaseMark)
    await intake.given(stream, AgainstNamed(at=MONDAY, by="p-reg", **mark, persons=(person,)))
    await intake.settle()


async def test_two_cases_have_one_link(intake: ServiceUnderTest) -> None:
    former, later = await accepted(intake, SUGGESTION), await registered(intake, SUGGESTION | LATER)
    await link(intake, later, former)
    back = await link(intake, former, later, how="related")
    assert rule_of(back) == (409, "link-there", "other")


async def parts(intake: ServiceUnderTest, whole: str) -> list[str]:
    both = []
    for words in (LATER, OTHER):
        answer = await intake.post("/cases", SUGGESTION | words | {"split_from": whole}, "p-reg")
        assert answer.json()["facts"] == ["case.registered.v1", "case.linked.v1"], answer.text
        both.append(answer.json()["case_id"])
    return both


async def test_a_paper_of_two_matters_is_split(intake: ServiceUnderTest) -> None:
    whole = await registered(intake, SUGGESTION)
    both = await parts(intake, whole)
    answer = await intake.post(f"/cases/{whole}/split", WHY | {"parts": both}, "p-office")
    assert answer.json()["facts"] == ["case.split.v1"], answer.text
    await intake.settle()
    shown = await page(intake, whole)
    assert (shown["status"], {each["case_id"] for each in shown["links"]}) == ("split", {*both})
    assert {(each["how"], each["incoming"]) for each in shown["links"]} == {("part", True)}
    [link] = (await page(intake, both[0]))["links"]
    assert link == {"case_id": whole, "how": "part", "incoming": False}
    facts = await intake.facts(f"intake-{whole}")
    [fact] = [each for each in facts if isinstance(each, CaseSplit)]
    assert isinstance(fact.reason, Sealed)


async def test_a_split_paper_is_screened_no_more_and_its_parts_are(
    intake: ServiceUnderTest,
) -> None:
    whole = await registered(intake, SUGGESTION)
    both = await parts(intake, whole)
    await intake.post(f"/cases/{whole}/split", WHY | {"parts": both}, "p-office")
    offered = (await intake.get(f"/cases/{whole}/actions", "p-office")).json()["actions"]
    assert {each["action"] for each in offered} & {"accept-case", "decline-case"} == set()
    for part in both:
        actions = (await intake.get(f"/cases/{part}/actions", "p-office")).json()["actions"]
        assert "accept-case" in {each["action"] for each in actions}


async def test_a_matter_is_not_taken_up_twice(intake: ServiceUnderTest) -> None:
    whole = await registered(intake, SUGGESTION)
    both = await parts(intake, whole)
    await intake.settle()
    answer = await intake.post(f"/cases/{whole}/acceptance", checked(), "p-office")
    assert rule_of(answer) == (409, "splitting-begun", None)
    for part in both:
        await intake.post(f"/cases/{part}/withdrawal", {"reason": "误登"}, "p-n1")
    await intake.settle()
    answer = await intake.post(f"/cases/{whole}/acceptance", checked(), "p-office")
    assert answer.status_code == 201, answer.text


async def test_a_part_is_not_taken_up_when_its_paper_was_at_the_same_time(
    intake: ServiceUnderTest,
) -> None:
    """The read model did not know the part when the paper was accepted."""
    whole = await registered(intake, SUGGESTION)
    one, _ = await parts(intake, whole)
    paper = (await intake.facts(f"intake-{whole}"))[0]
    assert isinstance(paper, CaseRegistered)
    fact = sample(CaseAccepted).model_copy(update=paper.fields(CaseMark))
    await intake.given(f"intake-{whole}", fact)
    answer = await intake.post(f"/cases/{one}/acceptance", checked(), "p-office")
    assert rule_of(answer) == (409, "part-overtaken", None)


async def test_the_parts_of_a_paper_that_was_withdrawn_are_not_taken_up(
    intake: ServiceUnderTest,
) -> None:
    whole = await registered(intake, SUGGESTION)
    one, _ = await parts(intake, whole)
    gone = await intake.post(f"/cases/{whole}/withdrawal", {"reason": "另行提出"}, "p-n1")
    assert gone.is_success, gone.text
    answer = await intake.post(f"/cases/{one}/acceptance", checked(), "p-office")
    assert rule_of(answer) == (409, "part-overtaken", None)


async def test_a_part_may_be_split_itself(intake: ServiceUnderTest) -> None:
    whole = await registered(intake, SUGGESTION)
    one, two = await parts(intake, whole)
    for paper, below in ((one, await parts(intake, one)), (whole, [one, two])):
        answer = await intake.post(f"/cases/{paper}/split", WHY | {"parts": below}, "p-office")
        assert answer.json()["facts"] == ["case.split.v1"], answer.text


async def test_only_parts_in_hand_take_the_place_of_a_paper(intake: ServiceUnderTest) -> None:
    whole = await registered(intake, SUGGESTION)
    one, two = await parts(intake, whole)
    other = await registered(
        intake, SUGGESTION | {"title": "另一件", "text": "与此无关的建议内容。"}
    )
    for wrong in (other, NOBODY, whole):
        body = WHY | {"parts": [one, wrong]}
        answer = await intake.post(f"/cases/{whole}/split", body, "p-office")
        assert rule_of(answer) == (409, "parts-unknown", "parts.1")
    gone = await intake.post(f"/cases/{two}/withdrawal", {"reason": "误登"}, "p-n1")
    assert gone.is_success, gone.text
    answer = await intake.post(f"/cases/{whole}/split", WHY | {"parts": [one, two]}, "p-office")
    assert rule_of(answer) == (409, "parts-unknown", "parts.1")


async def test_a_part_of_a_paper_that_nobody_may_know_is_refused(intake: ServiceUnderTest) -> None:
    body = SUGGESTION | LATER | {"split_from": NOBODY}
    answer = await intake.post("/cases", body, "p-reg")
    assert rule_of(answer) == (409, "part-unknown", "split_from")

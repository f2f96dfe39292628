"""Opinions on the review of a petition, and the notice that nothing further is accepted, as
papers."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from services.feedback.schemas import ReviewView
from shared.contracts import intake as i
from shared.contracts import reviews as v
from shared.kernel.messages import Recorded
from shared.service.config.labels import label
from shared.testing.samples import sample
from tests.component.portal.conftest import Portal, case_id, lived
from tests.component.portal.test_notices import (
    ORGAN,
    PETITION,
    UNIT,
    beside,
    later,
    mark,
    printed,
)
from tests.component.portal.test_print import HOSTILE, Beside, beside_services
from tests.unit.portal.life import LEAD, happened

__all__ = ["beside"]
REVIEWED, REPEATED, RECHECKED, TO_HEAR = (case_id(n) for n in range(1, 5))
pytestmark = pytest.mark.asyncio(loop_scope="module")


def reviewed(number: int, level: str) -> list[Recorded]:
    told = lived(number, 12, **PETITION)
    for event in (sample(v.ReviewOpened), sample(v.ReviewRequested), sample(v.ReviewDecided)):
        fact = event.model_copy(update={**mark(told), "task": LEAD, "level": level})
        told = [*told, later(told, "feedback", fact)]
    return told


def to_be_heard() -> list[Recorded]:
    told = lived(4, 12, **PETITION)
    for event in (sample(v.ReviewOpened), sample(v.ReviewRequested), sample(v.HearingCalled)):
        fact = event.model_copy(update={**mark(told), "task": LEAD, "level": "recheck"})
        told = [*told, later(told, "feedback", fact)]
    return told


def repeated() -> list[Recorded]:
    told = lived(2, 1, **PETITION)
    refusal = {"by": "p-organ", "reason": "finally-reviewed"}
    return [*told, later(told, "intake", i.CaseDeclined(**mark(told), **happened(9), **refusal))]


def shown(level: str, **changes: Any) -> dict[str, Any]:
    fields = {
        "level": level, "task": LEAD, "unit": "u-hou", "round": 1, "status": "decided", "due": None,
        "ask_until": "2025-07-02", "asked_on": "2025-06-10", "reason": "没有到现场核实",
        "organ": "u-petition", "hearings": [], "outcome": "upheld",
        "number": "临信复查字〔2025〕3号",
        "findings": "所住楼栋不在文件所列范围内\n已到现场核实",
        "ruling": "处理意见依据充分，予以维持", "decided_on": "2025-07-01",
    }  # fmt: skip
    return ReviewView(**fields | changes).model_dump(mode="json")


@pytest_asyncio.fixture(loop_scope="module")
async def portal(mongo_url: str, beside: Beside) -> AsyncIterator[Portal]:
    recheck = {"number": None, "issuer": "省人民政府", "outcome": "changed"}
    beside.answers["feedback"] |= {"reviews": [shown("review"), shown("recheck", **recheck)]}  # type: ignore[operator]
    reply = {
        "number": "临住建字〔2025〕12号",
        "at": "2025-06-01T02:00:00.000Z",
        "meaning": "explained",
    }
    for task in beside.answers["handling"]["tasks"]:  # type: ignore[index]
        task |= {"task": LEAD, "reply": reply}
    facts = reviewed(1, "review") + repeated() + reviewed(3, "recheck") + to_be_heard()
    async with beside_services(mongo_url, beside, facts) as made:
        yield made


async def test_the_opinion_on_a_review_has_what_such_a_paper_must_have(portal: Portal) -> None:
    text = await printed(portal, REVIEWED, "review")
    must = (
        label("notice", "review"), "（盖章）2025年7月1日", "临信复查字〔2025〕3号",
        "王建国等2人", "2025年6月10日请求复查", "第三十五条",
        "没有到现场核实", "临住建字〔2025〕12号，2025年6月1日", "解释说明",
        "所住楼栋不在文件所列范围内", "维持。处理意见依据充分", "请求复核", "u-petition", "盖章",
        "签收日期", "一式 2 份",
    )  # fmt: skip
    assert [words for words in must if words not in text] == []


async def test_the_opinion_of_a_higher_organ_is_signed_by_it_and_names_what_it_reviewed(
    portal: Portal,
) -> None:
    text = await printed(portal, RECHECKED, "recheck")
    must = (
        label("notice", "recheck"), "省人民政府", "变更。", "不再受理", "第三十六条",
        "复查意见（临信复查字〔2025〕3号，2025年7月1日）：维持", "＿＿",
    )  # fmt: skip
    assert [words for words in must if words not in text] == []


async def test_a_hearing_is_told_to_the_petitioner_and_to_the_unit_until_it_is_over(
    portal: Portal, beside: Beside, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = {"day": "2025-06-01", "place": "x", "paused": True, "held": False}
    next_one = {"day": "2025-06-20", "place": "上午九时，听证室", "paused": True, "held": None}
    calls = [over, next_one | {"chair": "李明"}]
    review = shown("recheck", hearings=calls, status="hearing", outcome=None)
    monkeypatch.setitem(beside.answers, "feedback", {"reviews": [review]})
    page = (await portal.get(f"/cases/{TO_HEAR}", as_=ORGAN, actions=False)).json()
    assert "hearing" in page["notices"]
    text = await printed(portal, TO_HEAR, "hearing")
    must = (
        label("notice", "hearing"), "正在复核", "第三十六条第二款", "2025年6月20日",
        "上午九时，听证室", "李明", "王建国等2人：", "u-hou：", "反映违规收费问题", "回避",
    )  # fmt: skip
    assert [words for words in must if words not in text] == []
    assert "2025年6月1日" not in text
    none = await portal.get(f"/cases/{REVIEWED}/notices/hearing/print", as_=ORGAN)
    assert none.status_code == 404


async def test_a_repeated_petition_gets_the_notice_that_nothing_further_is_accepted(
    portal: Portal,
) -> None:
    page = await portal.get(f"/cases/{REPEATED}", as_=ORGAN, actions=False)
    assert page.json()["notices"] == ["refusal", "no-further"]
    text = await printed(portal, REPEATED, "no-further")
    assert [
        words for words in ("复核终结", "第三十六条第三款", "不再受理") if words not in text
    ] == []


async def test_the_case_page_and_the_list_say_where_the_review_stands(portal: Portal) -> None:
    page = (await portal.get(f"/cases/{REVIEWED}", as_=UNIT, actions=False)).json()
    assert page["reviews"] == ["in-review"]
    found = (await portal.get("/worklist", as_=ORGAN, review="in-review")).json()["items"]
    assert [line["case_id"] for line in found] == [REVIEWED]
    assert (await portal.get("/worklist", as_=ORGAN, review="rechecked")).json()["items"] == []
    waiting = {"waiting_for": "deliver-review"}
    mine = (await portal.get("/worklist", as_=ORGAN, **waiting)).json()["items"]
    assert {line["case_id"] for line in mine} == {REVIEWED, RECHECKED}
    assert (await portal.get("/worklist", as_=UNIT, **waiting)).json()["items"] == []


async def test_words_of_a_review_are_text_on_the_paper(
    portal: Portal, beside: Beside, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = {"reason": HOSTILE, "findings": HOSTILE, "ruling": HOSTILE}
    hostile = {**beside.answers["feedback"], "reviews": [shown("review", **words)]}  # type: ignore[dict-item]
    monkeypatch.setitem(beside.answers, "feedback", hostile)
    answer = await portal.get(f"/cases/{REVIEWED}/notices/review/print", as_=ORGAN)
    assert HOSTILE not in answer.text


async def test_a_notice_of_which_the_service_knows_nothing_yet_is_no_empty_page(
    portal: Portal, beside: Beside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The read model has come further than the service that was asked."""
    monkeypatch.setitem(beside.answers, "feedback", {"reviews": []})
    for case, notice in ((TO_HEAR, "hearing"), (REVIEWED, "review")):
        answer = await portal.get(f"/cases/{case}/notices/{notice}/print", as_=ORGAN)
        assert answer.status_code == 404, notice

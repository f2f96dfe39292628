"""Notices to a petitioner, printed: each has what such a paper must have, for those who may."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from html import unescape
from typing import Any, get_args

import pytest
import pytest_asyncio

from services.portal.printing import case_views
from shared.contracts import extensions as x
from shared.contracts import intake as i
from shared.contracts.case_event import CaseMark
from shared.kernel.actor import Actor, Post
from shared.kernel.messages import Recorded
from shared.kernel.reply_rules import NoticeKind
from shared.service.config.labels import label
from tests.component.portal.conftest import Portal, case_id, lived
from tests.component.portal.test_print import HOSTILE, Beside, beside_services
from tests.unit.portal.life import DUE, LEAD, happened

PETITION: dict[str, Any] = {
    "kind": "petition", "channel": "letter", "label": "2025年第1号信访件", "title": "x"
}  # fmt: skip
ORGAN = Actor("p-organ", (Post("office", "u-petition", ("u-petition", "u-city")),))
UNIT = Actor("p-hou", (Post("handler", "u-hou", ("u-hou", "u-city")),))
COUNIT = Actor("p-fin", (Post("handler", "u-fin", ("u-fin", "u-city")),))
OTHER_ORGAN = Actor("p-npc", (Post("office", "u-npcsc-dep", ("u-npcsc-dep",)),))
LEADER = Actor("p-leader", (Post("leader", "u-city", ("u-city",)),))
HANDED, DECLINED, AT_WORK, SUGGESTION, AGAINST_UNIT = (case_id(n) for n in range(1, 6))
ALL: tuple[NoticeKind, ...] = get_args(NoticeKind)
OF_REVIEWS: tuple[NoticeKind, ...] = ("review", "recheck", "no-further", "hearing")
"""Papers of petitions that were reviewed, which `test_review_papers` reads."""
MUST = ("编号", "2025年第1号信访件", "盖章", "年", "月", "日")
"""● of all papers of 信访; the name of the petitioner and the unit stand with each."""
pytestmark = pytest.mark.asyncio(loop_scope="module")


def later(told: list[Recorded], owner: str, event: Any) -> Recorded:
    version = max((each.version for each in told if each.source == owner), default=0) + 1
    stream = f"{owner}-{told[0].case_id}"
    about = {"id": f"{event.type}{version}", "version": version, "source": owner}
    return replace(told[0], stream=stream, event=event, **about)


def mark(told: list[Recorded]) -> dict[str, Any]:
    return told[0].event.fields(CaseMark)  # type: ignore[attr-defined, no-any-return]


def extended() -> list[Recorded]:
    told = lived(1, 9, **PETITION)
    work = {"task": LEAD, "unit": "u-hou", "round": 1, "by": "p-head"}
    fact = x.TaskExtended(**mark(told), **happened(20), **work, seats=(), was=DUE, due=DUE)
    return [*told, later(told, "handling", fact)]


def declined() -> list[Recorded]:
    told = lived(2, 1, **PETITION)
    refusal = {"by": "p-organ", "reason": "legal-procedure"}
    return [*told, later(told, "intake", i.CaseDeclined(**mark(told), **happened(9), **refusal))]


def against_the_unit() -> list[Recorded]:
    told = lived(5, 9, **PETITION)
    named = i.AgainstNamed(**mark(told), **happened(20), by="p-organ", units=("u-hou",))
    return [*told, later(told, "intake", named)]


@pytest_asyncio.fixture(loop_scope="module")
async def beside() -> Beside:
    """Services that show a petition of two people, extended once."""
    made = Beside()
    contact = {"name": "王建国", "phone": "13800000002", "address": None}
    lead = {"id": "x-1", "known": False, "name": "王**", "part": "lead", "confirmed": True}
    made.answers["intake"] |= {
        "kind": "petition", "channel": "letter", "label": "2025年第1号信访件", "purpose": "appeal",
        "title": "反映违规收费问题", "received_on": "2025-03-03",
        "proposers": [lead | {"contact": contact}, lead | {"part": "co", "contact": None}],
        "refusal": {"reason": "legal-procedure", "note": "请向人民法院起诉"},
    }  # fmt: skip
    task = made.answers["handling"]["tasks"][0]  # type: ignore[index]
    extension = {"was": "2025-05-05", "until": "2025-06-04", "reason": "需要鉴定", "at": "x"}
    task |= {"part": "lead", "due_on": "2025-06-04", "extensions": [extension]}
    made.answers["handling"] |= {"tasks": [task]}  # type: ignore[operator]
    return made


@pytest_asyncio.fixture(loop_scope="module")
async def portal(mongo_url: str, beside: Beside) -> AsyncIterator[Portal]:
    facts = extended() + declined() + lived(3, 9, **PETITION) + lived(4, 9) + against_the_unit()
    async with beside_services(mongo_url, beside, facts) as made:
        yield made


async def printed(portal: Portal, case: str, notice: str, who: Actor = ORGAN) -> str:
    answer = await portal.get(f"/cases/{case}/notices/{notice}/print", as_=who)
    assert answer.status_code == 200, answer.text
    return unescape(re.sub(r"<style>.*?</style>|<[^>]+>", "", answer.text, flags=re.S))


@pytest.mark.parametrize(
    ("case", "notice", "must"),
    [
        (HANDED, "acceptance", (
            "王建国等2人", "反映违规收费问题", "来信", "2025年3月3日", "受理日期", "60 日内",
            "至2025年5月5日", "承办单位", "查询办理情况", "第三十四条", "签收日期",
        )),
        (DECLINED, "refusal", (
            "王建国等2人", "反映违规收费问题", "2025年3月3日", "《信访工作条例》第三十一条",
            "请向人民法院起诉", "☑ 应当通过诉讼", "☐", "受送达人签名", "一式 2 份",
        )),
        (HANDED, "forwarding", (
            "王建国等2人", "反映违规收费问题", "申诉求决", "第二十二条", "办结期限",
            "2025年6月4日", "书面告知信访人", "答复信访人", "5 个工作日", "联系人",
        )),
        (HANDED, "forwarding-notice", (
            "王建国等2人", "转送", "承办单位", "第二十二条", "签收日期",
        )),
        (HANDED, "extension", (
            "王建国等2人", "2025年5月5日", "需要鉴定", "2025年6月4日", "承办单位", "第三十四条",
            "签收日期",
        )),
    ],
)  # fmt: skip
async def test_a_notice_has_what_such_a_paper_must_have(
    portal: Portal, case: str, notice: NoticeKind, must: tuple[str, ...]
) -> None:
    text = await printed(portal, case, notice)
    assert [words for words in (*MUST, *must, label("notice", notice)) if words not in text] == []


async def test_one_situation_of_a_refusal_is_ticked_and_each_copy_has_it(portal: Portal) -> None:
    text = await printed(portal, DECLINED, "refusal")
    assert (text.count("☑"), text.count("受送达人签名")) == (2, 2)
    for reason in ("outside-remit", "finally-reviewed"):
        assert f"☐ {label('refusal-reason', reason, kind='petition')}" in text


async def test_the_name_is_read_for_the_purpose_of_a_notice(
    portal: Portal, beside: Beside, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, str] = {}
    answers_of = case_views.answers_of

    async def listening(request: Any, paths: dict[str, str]) -> Any:
        asked.update(paths)
        return await answers_of(request, paths)

    monkeypatch.setattr(case_views, "answers_of", listening)
    await printed(portal, HANDED, "acceptance", UNIT)
    assert asked["intake"] == f"cases/{HANDED}?contact_reason=notify"
    assert ("intake", f"cases/{HANDED}") in beside.asked


@pytest.mark.parametrize(
    ("case", "offered"),
    [
        (HANDED, ["acceptance", "forwarding", "forwarding-notice", "extension"]),
        (AT_WORK, ["acceptance", "forwarding", "forwarding-notice"]),
        (DECLINED, ["refusal"]),
    ],
)
async def test_the_page_offers_what_the_case_has_come_to(
    portal: Portal, case: str, offered: list[str]
) -> None:
    page = await portal.get(f"/cases/{case}", as_=ORGAN, actions=False)
    assert page.json()["notices"] == offered
    for notice in ALL:
        answer = await portal.get(f"/cases/{case}/notices/{notice}/print", as_=ORGAN)
        assert answer.status_code == (200 if notice in offered else 404), notice


@pytest.mark.parametrize(
    ("who", "case"),
    [
        (COUNIT, HANDED), (OTHER_ORGAN, HANDED), (LEADER, HANDED), (UNIT, DECLINED),
        (UNIT, AGAINST_UNIT), (ORGAN, SUGGESTION),
    ],
    ids=lambda one: one.sub if isinstance(one, Actor) else "",
)  # fmt: skip
async def test_nobody_else_gets_the_name_of_a_petitioner_by_a_notice(
    portal: Portal, beside: Beside, who: Actor, case: str
) -> None:
    beside.asked.clear()
    for notice in ALL:
        answer = await portal.get(f"/cases/{case}/notices/{notice}/print", as_=who)
        assert answer.status_code == 404, (notice, answer.text)
    assert beside.asked == []


async def test_a_sheet_is_for_units_that_answer_now_and_have_what_it_tells(
    portal: Portal, beside: Beside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A unit that gave its task back, the round before, and a separate unit without more time."""
    [task] = beside.answers["handling"]["tasks"]  # type: ignore[index]
    now = task | {"stage": "working", "round": 1}
    gone = now | {"unit": "u-gone", "stage": "closed", "extensions": []}
    beside_it = now | {"unit": "u-sep", "part": "separate", "extensions": []}
    shown = {**beside.answers["handling"], "tasks": [gone, now, beside_it]}  # type: ignore[dict-item]
    monkeypatch.setitem(beside.answers, "handling", shown)
    for notice, sheets in (("forwarding", 2), ("acceptance", 2), ("extension", 1)):
        text = await printed(portal, HANDED, notice)
        assert "u-gone" not in text
        assert (text.count("盖章"), text.count("u-sep") > 0) == (sheets, sheets == 2)
    again = now | {"round": 2, "unit": "u-again"}
    monkeypatch.setitem(beside.answers, "handling", {**shown, "tasks": [gone, now, again]})
    text = await printed(portal, HANDED, "acceptance")
    assert "u-again" in text
    assert not [other for other in (task["unit"], "至2025年5月5日") if other in text]


async def test_words_of_a_petition_are_text_on_each_sheet(
    portal: Portal, beside: Beside, monkeypatch: pytest.MonkeyPatch
) -> None:
    intake, [task] = beside.answers["intake"], beside.answers["handling"]["tasks"]  # type: ignore[index]
    lead = intake["proposers"][0] | {"contact": {"name": HOSTILE}}  # type: ignore[index]
    refusal = {"reason": "legal-procedure", "note": HOSTILE}
    hostile = {"title": HOSTILE, "proposers": [lead], "refusal": refusal, "external_no": HOSTILE}
    extension = task["extensions"][0] | {"reason": HOSTILE}
    shown = task | {"scope": HOSTILE, "extensions": [extension]}
    monkeypatch.setitem(beside.answers, "intake", intake | hostile | {"label": None})  # type: ignore[operator]
    monkeypatch.setitem(
        beside.answers, "handling", {**beside.answers["handling"], "tasks": [shown]}
    )  # type: ignore[dict-item]
    for case, notice in [
        (DECLINED, "refusal"),
        *((HANDED, name) for name in ALL if name not in ("refusal", *OF_REVIEWS)),
    ]:
        answer = await portal.get(f"/cases/{case}/notices/{notice}/print", as_=ORGAN)
        assert answer.status_code == 200, answer.text
        assert "<script" not in answer.text
        assert unescape(answer.text).count("<script>alert(1)</script>") > 2

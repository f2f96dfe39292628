"""Journeys: an officer goes through the checklist of a suggestion and accepts it; the refusal of a
proposal is reviewed by another person; a motion becomes a suggestion and is passed on."""

import os
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.e2e.console.browser import FORM, Person
from tests.e2e.console.conftest import Arrive
from tests.e2e.console.looking import axe
from tests.e2e.console.papers import OFFICE, Backstage, title

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.on_change("console", "intake")]
REVIEWED, LEADER = "p-office-2", "p-leader-1"
ADVISER = "p-c001"


async def pictured(person: Person, name: str) -> None:
    """Keeps a picture where DUBAN_PICTURES names a folder."""
    if folder := os.environ.get("DUBAN_PICTURES"):
        await person.page.screenshot(path=Path(folder, f"{name}.png"), full_page=True)


async def test_an_officer_answers_every_check_before_a_paper_is_accepted(
    arrive: Arrive, backstage: Backstage
) -> None:
    case = await backstage.registered(title())
    officer = await arrive(OFFICE)
    officer.complaints.expected |= {409, 422}
    await officer.begin(case, "立案")
    form = officer.page.locator(FORM)
    await form.locator(".check").first.wait_for()
    await expect(form.locator(".check input:checked")).to_have_count(0)
    await expect(form.locator(".check").nth(2)).to_contain_text("系统核对：正文")
    assert await axe(officer) == []
    await pictured(officer, "screening")
    await officer.submit()
    await expect(form).to_contain_text("有 13 处需要修改")
    await officer.judges()
    await form.locator('[id="checks.0.met-1"]').check()
    await officer.submit()
    await expect(form).to_contain_text("不符合“一事一议”而仍然立案的，请在说明中写明理由")
    await form.locator('[id="checks.0.note"]').fill("两个事项属同一单位")
    await officer.send()


async def test_the_refusal_of_a_proposal_is_reviewed_by_another_person(
    arrive: Arrive, backstage: Backstage
) -> None:
    case = await backstage.registered(title(), kind="proposal", who=ADVISER)
    first, second = await arrive(REVIEWED), await arrive(LEADER)
    await first.begin(case, "不予立案")
    await first.judges()
    await first.page.locator(f'{FORM} [id="checks.0.met-1"]').check()
    await first.page.locator(f'{FORM} [id="checks.0.note"]').fill("一件反映三个事项")
    await first.put({"reason": "不符合一事一议", "note": "请分别提出"})
    await first.send()
    await first.see(case)
    assert "立案" in await first.buttons()
    await second.open("/console/desk")
    waiting = second.page.locator("section[aria-labelledby=review]")
    await expect(waiting).to_contain_text("请分别提出")
    assert await axe(second) == []
    await pictured(second, "review")
    await waiting.get_by_role("button", name="确认").first.click()
    await second.send()
    await first.see(case)
    await expect(first.page.locator("header.panel")).to_contain_text("不予立案")


async def test_a_motion_becomes_a_suggestion_which_is_passed_on_as_a_letter(
    arrive: Arrive, backstage: Backstage
) -> None:
    case = await backstage.registered(title(), kind="motion")
    officer = await arrive(OFFICE)
    await officer.begin(case, "转为另一类件")
    decided = "大会主席团决定作为建议、批评和意见处理"
    await officer.put({"kind": "代表建议", "reason": decided, "note": "主席团会议决定"})
    assert await axe(officer) == []
    await pictured(officer, "diversion")
    await officer.send()
    await officer.see(case)
    for told in ("议案（2025-01-15）", f"{decided}：主席团会议决定"):
        await expect(officer.page.locator("main")).to_contain_text(told)
    await pictured(officer, "diverted")
    await passed_on(officer, case)
    await officer.see(case)
    await expect(officer.page.locator("main")).to_contain_text("市教育局（来信）")
    await pictured(officer, "passed-on")


async def passed_on(officer: Person, case: str) -> None:
    await officer.begin(case, "转来信、社情民意")
    await officer.judges()
    await officer.put({"form": "来信", "to": "市教育局", "reason": "代转群众来信来访或案件材料"})
    unmet = officer.page.locator(".check", has_text="不是代转的群众来信")
    await unmet.get_by_text("不符合", exact=True).click()
    await pictured(officer, "passing-on")
    await officer.send()

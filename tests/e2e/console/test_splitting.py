"""Journey: a paper of two matters is split, and one of its parts repeats a paper of before."""

import pytest
from playwright.async_api import expect

from tests.e2e.console.browser import FORM, Person
from tests.e2e.console.conftest import Arrive
from tests.e2e.console.looking import axe
from tests.e2e.console.papers import OFFICE, Backstage, title
from tests.e2e.console.test_screening import pictured

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.on_change("console", "intake")]
BUS, TOILET = "建议在火车站出站口增设公交站。", "建议在火车站前修建公共厕所。"


async def test_a_paper_of_two_matters_is_split_and_a_part_repeats_an_earlier_one(
    arrive: Arrive, backstage: Backstage
) -> None:
    whole = await backstage.registered(title())
    officer = await arrive(OFFICE)
    await officer.begin(whole, "分案")
    await officer.page.locator(FORM).get_by_role("link", name="从本件登记分成的一件").click()
    bus = await part(officer, "增设公交站", BUS)
    assert await axe(officer) == []
    await officer.page.get_by_role("button", name="继续登记").click()
    await part(officer, "修建公共厕所", TOILET)
    await officer.begin(whole, "分案")
    await officer.put({"reason": "公交站和公共厕所由不同单位办理"})
    await pictured(officer, "split")
    assert await axe(officer) == []
    await officer.send()
    await officer.see(whole)
    await expect(officer.page.locator("header.panel")).to_contain_text("已分案")
    parts = officer.page.locator("h3", has_text="由本件分出的各件").locator("+ ul")
    await expect(parts.get_by_role("link")).to_have_count(2)
    assert not {"立案", "不予立案"} & {*await officer.buttons()}
    await pictured(officer, "split-after")
    await repeats(officer, bus, backstage)


async def part(officer: Person, about: str, text: str) -> str:
    """Registers one matter of the paper, whose proposer, channel and day are there already."""
    form = officer.page.locator("form.command")
    await officer.put({"title": about, "text": text})
    await pictured(officer, f"part-{about}")
    await form.locator("button[type=submit]").click()
    link = officer.page.get_by_role("status").get_by_role("link").first
    await link.wait_for()
    href = await link.get_attribute("href")
    assert href
    return href.rpartition("/")[2]


async def repeats(officer: Person, case: str, backstage: Backstage) -> None:
    """Links the case to an earlier one; the earlier one shows it, and the list finds it."""
    about = title()
    former = await backstage.registered(about)
    await backstage.accepts(former)
    await officer.does(case, "关联", other=about, how="重复提出（多年重复）")
    await officer.see(former)
    later = officer.page.locator("h3", has_text="此后再次提出的件").locator("+ ul")
    await expect(later.get_by_role("link")).to_have_attribute("href", f"/console/cases/{case}")
    await officer.open("/console/cases?particular=raised-before")
    await expect(officer.page.locator(f'main a[href$="/cases/{case}"]').first).to_be_visible()

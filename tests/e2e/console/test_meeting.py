"""A meeting that hands out (交办会): hundreds of cases by one act with a result for each, and its
papers, of all that is filtered and of what is ticked."""

import asyncio
import json
import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from shared.testing.eventually import eventually
from tests.e2e.console.browser import Person
from tests.e2e.console.conftest import Arrive
from tests.e2e.console.looking import settled
from tests.e2e.console.papers import OFFICE, Backstage, title
from tests.e2e.console.test_many_cases import DIALOG, chosen, hand_out, sent, tick_page
from tests.e2e.console.test_print import LANDSCAPE, boxes_in, pages_of

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.on_change("console")]
CASES, AT_ONCE = 256, 8
LONG_MS = 240_000


async def waiting(backstage: Backstage) -> str:
    """Returns a word that only the titles of the new cases have; all of them are accepted."""
    word, lane = title()[-8:], asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> None:
        async with lane:
            about = f"关于修缮第{number}号街口路灯的建议{word}"
            await backstage.accepts(await backstage.registered(about))

    await asyncio.gather(*map(one, range(CASES)))
    return word


async def counted(officer: Person, query: str) -> None:
    """Returns once the list of the query has all cases."""

    async def all_there() -> bool:
        path = f"/console/api/portal/worklist?{query}&limit=1&total=true"
        return bool(json.loads(str((await officer.asks(path))["text"]))["total"] == CASES)

    await eventually(all_there, within=120, every=0.5)


async def paper_of(officer: Person, where: str, name: str) -> Page:
    """Returns the tab of a paper, from the list of papers at this place."""
    papers = officer.page.locator(where).locator("details.papers")
    await papers.locator("summary").click()
    async with officer.page.context.expect_page() as opening:
        await papers.get_by_role("link", name=f"打印 {name}", exact=True).click()
    paper = await opening.value
    await paper.wait_for_load_state()
    await papers.locator("summary").click()
    return paper


async def test_a_meeting_hands_out_256_cases_and_prints_its_papers(
    arrive: Arrive, backstage: Backstage, tmp_path: Path
) -> None:
    word = await waiting(backstage)
    officer = await arrive(OFFICE)
    page, dialog, posts = officer.page, officer.page.locator(DIALOG), sent(officer.page)
    await counted(officer, f"q={word}&status=accepted")
    await officer.open(f"/console/cases?q={word}&period=2025")
    await settled(officer)
    await tick_page(page)
    await page.get_by_role("button", name=f"选择全部 {CASES} 件").click()
    await chosen(page, f"已选 {CASES} 件（{CASES - 20} 件不在本页）")
    await page.get_by_role("button", name=f"批量办理 {CASES} 件").click()
    await dialog.get_by_role("button", name="交办", exact=True).click(timeout=LONG_MS)
    await hand_out(officer, CASES)
    await expect(dialog).to_contain_text(f"{CASES}/{CASES}", timeout=LONG_MS)
    await expect(dialog.locator("table.plain tbody tr")).to_have_count(0)
    assert len(posts) == CASES
    await page.keyboard.press("Escape")
    await dialog.wait_for(state="detached")
    await counted(officer, f"q={word}&lead=u-edu")
    await has_its_papers(officer, tmp_path)
    await has_papers_of_the_ticked(officer)


async def has_its_papers(officer: Person, folder: Path) -> None:
    """The list has each case once, on pages with their head and number; the figures add up."""
    arrangement = await paper_of(officer, ".tools", "交办安排表（按编号）")
    text = await arrangement.inner_text("main")
    ways = f"独办 {CASES} 件，主办加会办 0 件，分办 0 件"
    assert f"共 {CASES} 件：已交办 {CASES} 件（{ways}），尚未交办 0 件。" in text
    file = folder / "arrangement.pdf"
    pages = [re.sub(r"\s", "", each) for each in await pages_of(arrangement, file)]
    assert boxes_in(file) == LANDSCAPE
    assert len(pages) > 5
    assert all(f"第{at}页，共{len(pages)}页" in each for at, each in enumerate(pages, 1))
    assert sum(each.count("号街口路灯的建议") for each in pages) == CASES
    analysis = await paper_of(officer, ".tools", "办前分析报告")
    said = await analysis.inner_text("main")
    assert f"共收到 {CASES} 件" in said
    assert re.search(rf"市教育局\s+{CASES}\s+0\s+{CASES}\s+{CASES}\s+100.00%", said), said


async def has_papers_of_the_ticked(officer: Person) -> None:
    page = officer.page
    await page.locator(".ledger tbody input[type=checkbox]").first.check()
    await chosen(page, "已选 1 件")
    duties = await paper_of(officer, "[role=group]", "责任分工表")
    cells = await duties.locator("tbody tr").all_inner_texts()
    assert len(cells) == 1
    assert cells[0].startswith("市教育局\t")
    assert "勾选的办件" in await duties.inner_text("main")

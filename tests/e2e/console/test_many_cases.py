"""Statements on lists of several pages: what is ticked stays ticked, "all" is a number that was
frozen, what was refused stays, the next case is also behind the end of a page, nothing leaks."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping

import pytest
from playwright.async_api import Page, Request, expect

from shared.testing.eventually import eventually
from tests.e2e.console.browser import Person
from tests.e2e.console.conftest import Arrive
from tests.e2e.console.looking import counts, go, settled
from tests.e2e.console.papers import OFFICE, Backstage, mark, title

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.on_change("console")]
LEADER = "p-leader-1"
PAGE, ALL = 20, 22
REFUSED = 2
DIALOG = ".el-dialog"
LONG_MS = 60_000
OPENINGS, FEW, GROWTH = 50, 50, 1.2
"""Of the heap after fifty openings; nodes and listeners do not grow at all, but for a few. On a
busy machine a timer of the last dialog holds all of its nodes for a while: looked at again."""


async def accepted(backstage: Backstage, number: int) -> tuple[str, dict[str, str]]:
    """Returns a word that only their titles have, and the cases with the mark of their
    acceptance."""
    word = title()[-8:]

    async def one(at: int) -> tuple[str, str]:
        case = await backstage.registered(f"关于修缮第{at}号街口路灯的建议{word}")
        return case, mark(await backstage.accepts(case))

    return word, dict(await asyncio.gather(*(one(at) for at in range(number))))


async def listed(officer: Person, word: str, number: int) -> None:
    """Shows the list of the cases, once it has all of them and the day on which each is due: a row
    that still gets one moves to another page."""

    async def all_there() -> bool:
        path = f"/console/api/portal/worklist?q={word}&limit={2 * ALL}"
        items = json.loads(str((await officer.asks(path))["text"]))["items"]
        return len(items) == number and all(each["due_on"] for each in items)

    await eventually(all_there, within=60, every=0.2)
    await officer.open(f"/console/cases?q={word}")
    await settled(officer)
    await expect(officer.page.locator("nav.pager")).to_contain_text(f"共 {number} 件")


async def chosen(page: Page, words: str) -> None:
    await expect(page.locator("[role=group] strong", has_text="已选")).to_have_text(words)


async def tick_page(page: Page) -> None:
    await page.get_by_label("勾选本页全部").check()


async def turn(officer: Person, name: str) -> None:
    async with officer.page.expect_response("**/portal/worklist?**"):
        await officer.page.get_by_role("button", name=name).click()
    await settled(officer)


def sent(page: Page) -> list[str]:
    """Returns a list that fills with the commands of a batch."""
    found: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST" and request.url.endswith("/assignments"):
            found.append(request.url)

    page.on("request", note)
    return found


async def all_chosen(officer: Person) -> None:
    """By the page, over a change of page, then all of the filter, by keyboard."""
    page = officer.page
    await tick_page(page)
    await chosen(page, f"已选 {PAGE} 件")
    await turn(officer, "下一页")
    await chosen(page, f"已选 {PAGE} 件（{PAGE} 件不在本页）")
    await page.get_by_role("button", name=f"选择全部 {ALL} 件").focus()
    await page.keyboard.press("Enter")
    await chosen(page, f"已选 {ALL} 件（{PAGE} 件不在本页）")
    await expect(page.get_by_role("button", name=f"批量办理 {ALL} 件")).to_be_focused()
    await page.keyboard.press("Enter")


async def meanwhile(backstage: Backstage, word: str, cases: Mapping[str, str]) -> None:
    """A colleague hands out two of them, and one more case fits the filter."""
    await backstage.accepts(await backstage.registered(f"关于新来的建议{word}"))
    for case in list(cases)[:REFUSED]:
        await backstage.assigns(case, cases[case])


async def test_all_of_the_filter_are_those_of_the_moment_and_the_refused_stay_ticked(
    arrive: Arrive, backstage: Backstage
) -> None:
    """The number on the button is that of the commands; a second run sends only what was
    refused."""
    word, cases = await accepted(backstage, ALL)
    officer = await arrive(OFFICE)
    page, dialog, posts = officer.page, officer.page.locator(DIALOG), sent(officer.page)
    await listed(officer, word, ALL)
    await all_chosen(officer)
    await dialog.get_by_role("button", name="交办", exact=True).click(timeout=LONG_MS)
    await meanwhile(backstage, word, cases)
    officer.complaints.expected |= {409, 412, 422}
    await hand_out(officer, ALL)
    await expect(dialog).to_contain_text(f"{ALL}/{ALL}", timeout=LONG_MS)
    assert len(posts) == ALL
    await expect(dialog.locator("table.plain tbody tr")).to_have_count(REFUSED)
    again = page.get_by_role("button", name=f"重新提交未办成的 {REFUSED} 件")
    await again.click()
    await again.wait_for()
    assert len(posts) == ALL + REFUSED
    await page.keyboard.press("Escape")
    await dialog.wait_for(state="detached")
    await expect(page.locator("[role=group] strong")).to_contain_text(f"已选 {REFUSED} 件")


async def hand_out(officer: Person, number: int) -> None:
    form = officer.page.locator(f"{DIALOG} form")
    await form.locator('[id="tasks.0.unit"]').fill("市教育局")
    await form.locator('[id="tasks.0.unit-list"] [role=option]', has_text="市教育局").first.click()
    part = form.locator('[id="tasks.0.part"]').first.locator("xpath=ancestor::fieldset[1]")
    await part.get_by_text("主办", exact=True).click()
    await form.get_by_role("button", name=f"办理 {number} 件").click()


async def test_the_next_case_is_also_behind_the_end_of_a_page(arrive: Arrive) -> None:
    """The way back leads to the page that the case stands on; at the end of the list it says so."""
    leader = await arrive(LEADER)
    page, header = leader.page, leader.page.locator("header.panel")
    await leader.open("/console/cases?sort=oldest")
    await settled(leader)
    await page.locator(".ledger tbody tr").nth(PAGE - 1).locator("a").first.click()
    await expect(header).to_contain_text(f"第 {PAGE}/")
    await page.keyboard.press("n")
    await expect(header).to_contain_text(f"第 {PAGE + 1}/")
    name = await header.inner_text()
    await page.get_by_role("link", name="返回列表").click()
    await page.wait_for_url("**page=2**")
    await settled(leader)
    focused = await page.evaluate("document.activeElement.textContent")
    assert focused
    assert focused in name


async def test_the_end_of_a_list_is_told(arrive: Arrive, backstage: Backstage) -> None:
    word, _ = await accepted(backstage, 1)
    officer = await arrive(OFFICE)
    await listed(officer, word, 1)
    await officer.page.locator(".ledger tbody tr a").first.click()
    await expect(officer.page.locator("header.panel")).to_contain_text("第 1/1 件")
    await officer.page.keyboard.press("n")
    await expect(officer.page.locator("main")).to_contain_text("已是列表中的最后一件")


Open = Callable[[Person], Awaitable[None]]


async def columns(officer: Person) -> None:
    await officer.page.get_by_role("button", name="选择列").click()
    await shut(officer.page)


async def batch(officer: Person) -> None:
    await officer.page.get_by_role("button", name="批量办理").click()
    await officer.page.locator(f"{DIALOG} li, {DIALOG} p:not([role=status])").first.wait_for()
    await shut(officer.page)


async def case(officer: Person) -> None:
    await officer.page.locator(".ledger tbody tr a").first.click()
    await officer.page.locator("#tabpanel dd").first.wait_for()
    await officer.page.get_by_role("link", name="返回列表").click()
    await officer.page.locator(".ledger tbody tr").first.wait_for()


async def shut(page: Page) -> None:
    await page.locator(DIALOG).wait_for()
    await page.keyboard.press("Escape")
    await page.locator(DIALOG).wait_for(state="detached")


@pytest.mark.parametrize("open_and_shut", [columns, batch, case])
async def test_fifty_openings_leave_nothing_behind(arrive: Arrive, open_and_shut: Open) -> None:
    """After the garbage is collected: what grows with every opening leaks, and is never freed."""
    officer = await arrive(OFFICE)
    await go(officer, "/cases?status=closed")
    if open_and_shut is batch:
        await officer.page.locator(".ledger tbody input[type=checkbox]").first.check()

    async def opened(times: int) -> dict[str, float]:
        for _ in range(times):
            await open_and_shut(officer)
        await settled(officer)
        return await counted()

    async def counted() -> dict[str, float]:
        return await counts(officer, ("Nodes", "JSEventListeners", "JSHeapUsedSize"))

    async def freed() -> bool:
        now = await counted()
        few = all(now[each] - before[each] < FEW for each in ("Nodes", "JSEventListeners"))
        return few and now["JSHeapUsedSize"] < before["JSHeapUsedSize"] * GROWTH

    before = await opened(5)
    await opened(OPENINGS)
    await eventually(freed, within=LONG_MS / 1000, every=0.5)

"""Journeys: a keyboard alone reads 统计 and 督办看板, looks at 运行, imports and appoints; the
focus comes back to where it was."""

import re

import pytest
from playwright.async_api import expect

from tests.component.intake.import_town import ledger
from tests.e2e.console.browser import FORM, Person
from tests.e2e.console.conftest import Arrive
from tests.e2e.console.keyboard import Typist
from tests.e2e.console.looking import axe, turn_to
from tests.e2e.console.papers import Backstage, title
from tests.e2e.console.test_import import NAME, XLSX, paper

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.on_change("console", "directory"),
]
BACK_MS = 5_000
HREF = "() => document.activeElement.getAttribute('href')"


async def goes(person: Person, path: str) -> Typist:
    await person.open(f"/console{path}")
    return Typist(person)


async def follows_and_comes_back(typist: Typist, number: str, row: str) -> None:
    """Follows the first number of a row to its list, which has as many cases, and comes back."""
    page = typist.person.page
    await page.get_by_role("rowheader", name=row, exact=True).wait_for()
    link = page.get_by_role("row", name=row).get_by_role("link", name=number).first
    href, counted = await link.get_attribute("href"), await link.inner_text()
    while await page.evaluate(HREF) != href:
        await typist.press("Tab")
    await typist.press("Enter")
    await expect(page).to_have_url(re.compile("/console/cases"))  # the board has a pager, too
    counts = page.locator(".pager")
    await expect(counts).to_contain_text(f"共 {re.sub('[^0-9]', '', counted)} 件")
    await page.go_back()
    back = page.locator(f'main a[href="{href}"]').first
    await expect(back).to_be_focused(timeout=BACK_MS)


async def test_numbers_of_statistics_are_followed_and_left_by_keyboard(arrive: Arrive) -> None:
    leader = await goes(await arrive("p-leader-1"), "/statistics")
    await leader.to(kind="select-one", chosen="承办单位")
    await leader.press("ArrowDown")
    await expect(leader.person.page).to_have_url(re.compile("by=kind"))
    assert (await leader.here())["chosen"] == "类别"
    await follows_and_comes_back(leader, re.compile("登记"), "合计")  # type: ignore[arg-type]


async def test_the_board_counts_what_is_not_handed_out(
    arrive: Arrive, backstage: Backstage
) -> None:
    await backstage.registered(title())
    leader = await goes(await arrive("p-leader-1"), "/supervise")
    row = "没有承办单位（未交办、待改派等）"
    await follows_and_comes_back(leader, re.compile("[0-9]"), row)  # type: ignore[arg-type]


async def test_operation_is_looked_at_by_keyboard(arrive: Arrive) -> None:
    operator = await goes(await arrive("p-ops-1"), "/operation")
    await operator.pushes("刷新")
    await expect(operator.person.page.get_by_role("rowheader", name="综合查询")).to_be_visible()
    assert (await operator.here())["text"] == "刷新"
    await operator.to(text="按消费者")
    await operator.press("Enter")
    await expect(operator.person.page.locator("details[open] summary").first).to_be_focused()


async def test_a_ledger_is_chosen_and_checked_by_keyboard(arrive: Arrive) -> None:
    clerk = await goes(await arrive("p-reg-1"), "/import")
    await clerk.person.page.locator("#import-file").wait_for(state="attached")
    await clerk.to(id="import-file")
    async with clerk.person.page.expect_file_chooser() as choosing:
        await clerk.press("Space")
    file = {"name": NAME, "mimeType": XLSX, "buffer": ledger(paper(901))}
    await (await choosing.value).set_files(file)  # type: ignore[arg-type]
    assert (await clerk.here())["id"] == "import-file"
    await clerk.pushes("上传并核对")
    await clerk.person.page.get_by_text("核对完毕").first.wait_for()
    await expect(clerk.person.page.locator("body")).not_to_be_focused()
    await clerk.to(pressed="yes", text="登记 1 件")


async def test_an_administrator_appoints_and_another_confirms(arrive: Arrive) -> None:
    admin = await goes(await arrive("p-sys-1"), "/directory")
    await admin.person.page.locator("#directory-target").wait_for()
    await admin.fills({"directory-target": "市教育局"})
    await admin.pushes("任职")
    await admin.person.page.locator(FORM).wait_for()
    await admin.fills({"role": "联络员", "person": "谢文博", "valid_from": "2025-06-16"})
    await admin.pushes("任职")
    await admin.person.page.locator(FORM).wait_for(state="detached")
    assert (await admin.here())["text"] == "任职"
    officer = await goes(await arrive("p-sec-1"), "/directory")
    await officer.person.page.get_by_text("待复核事项（1）").wait_for()
    await officer.pushes("确认")
    await officer.person.page.locator(FORM).wait_for()
    await officer.pushes("确认")
    await officer.person.page.locator(FORM).wait_for(state="detached")
    await expect(officer.person.page.get_by_text("待复核事项（0）")).to_be_visible()
    assert (await officer.here())["text"] == "待复核事项（0）"


async def test_vacancies_of_a_day_are_shown_in_both_languages(arrive: Arrive) -> None:
    admin = await arrive("p-sys-1")
    await admin.open("/console/directory?on=2030-01-01")
    await admin.page.get_by_role("heading", name=re.compile("缺员单位")).wait_for()
    assert not await axe(admin)
    await turn_to(admin, "English")
    await admin.page.get_by_role("heading", name=re.compile("Vacant units")).wait_for()
    assert not await axe(admin)

"""Journey: an exported workbook is the list that the browser shows: its columns, order and rows."""

import json
import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from openpyxl import load_workbook
from playwright.async_api import expect

from shared.testing.eventually import eventually
from tests.e2e.console.browser import Person
from tests.e2e.console.conftest import Arrive
from tests.e2e.console.looking import go, settled
from tests.e2e.console.papers import REGISTRAR, Backstage

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.on_change("console")]
NUMBER = 23
"""More than a page has."""
CHOOSER = ".el-dialog"
COUNTDOWN = re.compile(r"\s+(剩 [0-9]+ 个工作日|逾期 [0-9]+ 个工作日|已逾期)$")
"""Stands beside a due day, and not in a file that is read later."""


async def with_columns(clerk: Person, every: bool) -> None:
    """Chooses all columns that there are, or the usual ones."""
    await clerk.page.get_by_role("button", name="选择列").click()
    dialog = clerk.page.locator(CHOOSER)
    if every:
        while await dialog.get_by_role("button", name="＋").count():
            await dialog.get_by_role("button", name="＋").first.click()
    else:
        await dialog.get_by_role("button", name="恢复默认").click()
    await dialog.get_by_role("button", name="保存").click()
    await dialog.wait_for(state="detached")


async def table_of(clerk: Person) -> tuple[list[str], list[list[str]]]:
    """Returns the headings and the rows of all pages, as they are shown."""
    page, rows = clerk.page, []
    headings = await page.locator("main table thead th:not(.no-print)").all_inner_texts()
    while True:
        for row in await page.locator("main table tbody tr").all():
            cells = await row.locator("th, td:not(.no-print)").all_inner_texts()
            rows.append([COUNTDOWN.sub("", cell) for cell in cells])
        after = page.get_by_role("button", name="下一页")
        if await after.is_disabled():
            return headings, rows
        async with page.expect_response("**/portal/worklist?**"):
            await after.click()
        await settled(clerk)


async def workbook_of(clerk: Person, target: Path) -> tuple[str, list[str], list[list[str]]]:
    """Returns title, headings and rows of the workbook that the page offers."""
    async with clerk.page.expect_download() as downloading:
        await clerk.page.get_by_role("link", name=".xlsx").click()
    await (await downloading.value).save_as(target)
    sheet: Any = load_workbook(target).active
    title, headings, *rows = [[cell.value or "" for cell in row] for row in sheet.iter_rows()]
    return title[0], headings, rows


async def lists(clerk: Person, word: str) -> bool:
    """Returns whether the register has heard all of the cases: they are numbered, and overdue."""
    answer = await clerk.asks(f"/console/api/portal/worklist?q={word}&limit=200")
    lines = json.loads(str(answer["text"]))["items"]
    return len([line for line in lines if line["label"] and line["light"] == "red"]) == NUMBER


async def test_a_workbook_is_the_filtered_list_over_all_its_pages(
    arrive: Arrive, backstage: Backstage, tmp_path: Path
) -> None:
    word = f"导出{uuid4().hex[:8]}"
    for number in range(NUMBER):
        case = await backstage.registered(f"关于在第{number}小学门前增设{word}的建议")
        await backstage.accepts(case)
    clerk = await arrive(REGISTRAR)
    await eventually(lambda: lists(clerk, word), within=150, every=0.5)
    await go(clerk, f"/cases?q={word}&sort=-number")
    await with_columns(clerk, every=True)
    await expect(clerk.page.get_by_text(f"导出 {NUMBER} 件")).to_be_visible()
    title, headings, rows = await workbook_of(clerk, tmp_path / "list.xlsx")
    assert title.endswith(f"共 {NUMBER} 件）")
    assert len(rows) == NUMBER
    shown = await table_of(clerk)
    assert headings == shown[0]
    assert rows == shown[1]
    await with_columns(clerk, every=False)

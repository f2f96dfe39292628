"""Journey: a ledger with bad rows is imported by keyboard, through a crash and in two windows; its
marked copy is mended and imported."""

import re
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from openpyxl import load_workbook
from playwright.async_api import Page, expect

from tests.component.intake.import_town import ledger
from tests.e2e.console.browser import Person
from tests.e2e.console.conftest import Arrive
from tests.e2e.console.papers import OFFICE, REGISTRAR
from tests.e2e.console.product import Product
from tests.unit.shared.test_ledger_reading import HEAD

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.on_change("console", "intake")]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHEET, NAME = "代表建议", "2025年代表建议台账.xlsx"
GOOD = 40
LONG_MS, MOST_TABS = 90_000, 60


def rows(first: int) -> list[list[object]]:
    """Returns good rows, and three that cannot be registered."""
    good = [paper(number) for number in range(first, first + GOOD)]
    last = first + GOOD
    return [
        *good,
        paper(last, 分类="天文学"),
        paper(last + 1, 收到日期="昨天"),
        paper(last + 2, 届次="第一届"),
    ]


def paper(serial: int, **changes: object) -> list[object]:
    row = dict(zip(HEAD, [serial, "建议", f"关于在第{serial}中学门前增设过街天桥的建议",
        "唐宏伟（D0001）", "十五届四次", "2025-01-15", "会中", "上下学时段车流密集。", "城建环保",
    ], strict=True))  # fmt: skip
    return [*(row | changes).values()]


async def upload(clerk: Person, content: bytes) -> None:
    """Chooses a file and has it checked, by keyboard."""
    await clerk.open("/console/import")
    chooser = clerk.page.locator("#import-file")
    await chooser.set_input_files({"name": NAME, "mimeType": XLSX, "buffer": content})
    await chooser.focus()
    await clerk.page.keyboard.press("Tab")
    await clerk.page.keyboard.press("Enter")
    await clerk.page.locator(".import-one", has_text="核对完毕").wait_for(timeout=LONG_MS)


async def press(page: Page, name: str) -> None:
    """Presses a button by keyboard, from where the focus is."""
    button = page.get_by_role("button", name=name)
    await button.wait_for()
    for _ in range(MOST_TABS):
        if await button.evaluate("e => e === document.activeElement"):
            return await page.keyboard.press("Enter")
        await page.keyboard.press("Tab")
    raise AssertionError(f"no key leads to {name}")


async def downloaded(page: Page, name: str, target: Path) -> Any:
    async with page.expect_download() as downloading:
        await page.get_by_role("link", name=name).click()
    await (await downloading.value).save_as(target)
    return load_workbook(target)


async def registered_through_a_crash(clerk: Person, product: Product) -> Page:
    """Registers the good rows; the API is killed meanwhile, and a second window goes on. Returns
    that window."""
    clerk.complaints.cut = True
    await press(clerk.page, f"登记 {GOOD} 件")
    begun = clerk.page.get_by_text(re.compile("已登记 [1-9][0-9]*/")).first
    await begun.or_(clerk.page.get_by_text("登记完毕").first).first.wait_for(timeout=LONG_MS)
    product.kill_api()
    await product.is_back()
    window = await clerk.context.new_page()
    await window.goto(clerk.page.url)
    go_on = window.get_by_role("button", name="继续登记")
    link = window.get_by_role("link", name=f"查看本次登记的 {GOOD} 件")
    await go_on.or_(link).first.wait_for(timeout=LONG_MS)
    if await go_on.count():
        await press(window, "继续登记")
    await link.wait_for(timeout=LONG_MS)
    clerk.complaints.cut = False
    return window


def mended(book: Any) -> bytes:
    """Returns the marked copy with its three marked cells put right."""
    marked = [cell for line in book[SHEET].iter_rows() for cell in line if cell.comment]
    assert [cell.column_letter for cell in marked] == ["I", "F", "E"]
    for cell, right in zip(marked, ("城建环保", "2025-01-15", "十五届四次"), strict=True):
        cell.value = right
    target = BytesIO()
    book.save(target)
    return target.getvalue()


async def test_a_ledger_is_imported_through_a_crash_and_mended(
    arrive: Arrive, product: Product, tmp_path: Path
) -> None:
    first = int(uuid4().int % 10**6) * 100
    clerk = await arrive(REGISTRAR)
    await upload(clerk, ledger(*rows(first)))
    await expect(clerk.page.locator(".import-faults tbody tr")).to_have_count(3)
    window = await registered_through_a_crash(clerk, product)
    book = await downloaded(window, "下载标注错误的副本", tmp_path / "copy.xlsx")

    await upload(clerk, mended(book))
    await expect(clerk.page.locator("main")).to_contain_text(f"此前已登记 {GOOD} 行")
    await press(clerk.page, "登记 3 件")
    await clerk.page.get_by_role("link", name="查看本次登记的 3 件").wait_for(timeout=LONG_MS)
    await window.get_by_role("link", name="查看本次登记的").click()
    await expect(window.locator("main")).to_contain_text(f"共 {GOOD} 件")
    await window.close()


async def test_a_stranger_sees_neither_the_page_in_the_menu_nor_the_import(arrive: Arrive) -> None:
    officer = await arrive(OFFICE)
    assert await officer.page.get_by_role("link", name="导入台账").count() == 0
    officer.complaints.expected.add(403)
    answer = await officer.asks("/console/api/intake/imports")
    assert answer["status"] == 403

"""Prints from the console: papers of the server, as a PDF of the browser."""

import asyncio
import re
import shutil
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.e2e.console.browser import Person
from tests.e2e.console.conftest import Arrive
from tests.e2e.console.looking import axe, go
from tests.e2e.console.papers import OFFICE, TEXT, Backstage, title

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.on_change("console", "handling"),
]
PDFTOTEXT = shutil.which("pdftotext")
LANDSCAPE, PORTRAIT = {(842, 595)}, {(595, 842)}
"""A4, in points."""
LONGER = """() => {
    const body = document.querySelector('tbody'), rows = body.innerHTML
    body.innerHTML = rows.repeat(Math.ceil(60 / body.rows.length))
}"""
"""Repeats the rows: the sample fills no second page."""
HEADS = ("灯色", "编号", "案由", "类别", "状态", "分办单位", "到期日")


async def opened_by(person: Person, name: str) -> Page:
    """Returns the tab that a link opens."""
    async with person.context.expect_page() as opening:
        await person.page.get_by_role("link", name=name, exact=True).first.click()
    paper = await opening.value
    await paper.wait_for_load_state()
    return paper


async def pages_of(paper: Page, file: Path) -> list[str]:
    """Returns the text of each page of the print, as the page itself asks to be printed."""
    if PDFTOTEXT is None:
        pytest.skip("there is no pdftotext on the PATH")
    await paper.pdf(path=file, prefer_css_page_size=True)
    process = await asyncio.create_subprocess_exec(
        PDFTOTEXT, "-layout", str(file), "-", stdout=asyncio.subprocess.PIPE
    )
    printed, _ = await process.communicate()
    return printed.decode().removesuffix("\f").split("\f")


def boxes_in(file: Path) -> set[tuple[float, float]]:
    """Returns the sizes of the pages, in points."""
    found = re.findall(rb"/MediaBox ?\[0 0 ([0-9.]+) ([0-9.]+)\]", file.read_bytes())
    return {(round(float(width)), round(float(height))) for width, height in found}


async def test_the_ledger_is_printed_as_it_is_filtered_with_its_head_on_every_page(
    arrive: Arrive, tmp_path: Path
) -> None:
    officer, file = await arrive(OFFICE), tmp_path / "ledger.pdf"
    await go(officer, "/cases?kind=suggestion&sort=-number")
    shown = await officer.page.locator(".ledger tbody tr a").all_inner_texts()
    paper = await opened_by(officer, "打印")
    rows = await paper.locator("tbody tr").count()
    numbers = await paper.locator("tbody td.c-label").all_inner_texts()
    assert numbers[: len(shown)] == [text.removesuffix("新") for text in shown]
    assert f"共 {rows} 件" in await paper.inner_text("main")
    assert "类别：代表建议" in await paper.inner_text("main")
    assert not await axe_on(officer, paper)
    await paper.evaluate(LONGER)
    pages = await pages_of(paper, file)
    assert boxes_in(file) == LANDSCAPE
    assert len(pages) > 1
    for number, text in enumerate(pages, 1):
        printed = re.sub(r"\s", "", text)
        assert [head for head in HEADS if head not in printed] == []
        assert f"第{number}页，共{len(pages)}页" in printed
    assert "Ctrl+P" not in pages[0]


async def test_a_case_is_printed_with_what_its_page_shows(
    arrive: Arrive, backstage: Backstage, tmp_path: Path
) -> None:
    about = title()
    officer, file = await arrive(OFFICE), tmp_path / "case.pdf"
    await officer.see(await backstage.registered(about))
    paper = await opened_by(officer, "打印")
    assert not await axe_on(officer, paper)
    printed = re.sub(r"\s", "", "".join(await pages_of(paper, file)))
    assert boxes_in(file) == PORTRAIT
    for words in (about, TEXT, "唐宏伟（领衔）", "临江市", "办理经过", "第1页，共"):
        assert words in printed
    assert "Ctrl+P" not in printed


async def axe_on(person: Person, page: Page) -> list[str]:
    """Returns the rules of accessibility that a page without scripts breaks. Its policy lets no
    script in but by the browser's own tools."""
    return await axe(Person(person.address, person.context, page, person.complaints))


async def test_words_without_a_place_to_break_stay_on_the_page_and_on_the_paper(
    arrive: Arrive, backstage: Backstage
) -> None:
    """As addresses of pages, which people copy into titles and items."""
    case = await backstage.registered(f"关于{LONG_WORD}的建议", asks=[LONG_WORD * 2])
    officer = await arrive(OFFICE)
    await backstage.accepts(case)
    await officer.see(case, "text")
    await expect(officer.page.locator("h1")).to_contain_text(LONG_WORD)
    assert await officer.page.evaluate(TOO_WIDE) == 0
    await go(officer, f"/cases?q={LONG_WORD[:40]}")
    assert await officer.page.locator(".ledger").evaluate(CUT) <= 1
    await officer.page.set_viewport_size({"width": 680, "height": 900})
    await officer.open(f"/console/api/portal/cases/{case}/print")
    await expect(officer.page.locator("li", has_text=LONG_WORD)).to_have_count(1)
    assert await officer.page.evaluate(TOO_WIDE) == 0


async def test_words_of_any_length_stay_on_the_sheet_of_a_case(
    arrive: Arrive, tmp_path: Path
) -> None:
    """Names of raters, reasons, addresses; rows that are longer than a page go on on the next."""
    officer, file = await arrive(OFFICE), tmp_path / "long.pdf"
    await go(officer, "/cases?kind=suggestion&status=closed")
    await officer.page.locator(".ledger tbody tr a").first.click()
    paper = await opened_by(officer, "打印")
    await expect(paper.locator(".rated tbody tr").first).to_be_visible()
    await paper.evaluate(LENGTHENED, [WORDS, LONG_WORD])
    await paper.emulate_media(media="print")
    assert await paper.evaluate(TOO_WIDE) == 0
    pages = await pages_of(paper, file)
    assert len(pages) > 3
    assert [number for number, text in enumerate(pages, 1) if len(text.split()) < 10] == []


LENGTHENED = """([words, word]) => {
    const first = document.querySelectorAll('.rated td:first-child, .reached td:first-child')
    for (const cell of first) cell.append(words.slice(0, 200))
    for (const cell of document.querySelectorAll('td.long, .facts td')) cell.append(words, word)
}"""
WORDS = "买买提·阿卜杜拉，长篇意见。" * 60
LONG_WORD = "W" * 190
CUT = "e => e.scrollWidth - e.clientWidth"
TOO_WIDE = "(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)()"

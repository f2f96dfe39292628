"""Journeys: what a person has not seen, a file that does not arrive, and what is said aloud."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
from playwright.async_api import Route, expect

from shared.testing.eventually import eventually
from tests.component.intake.import_town import ledger
from tests.e2e.console.browser import Person
from tests.e2e.console.conftest import Arrive
from tests.e2e.console.looking import axe, go, settled
from tests.e2e.console.papers import LEAD, OFFICE, REGISTRAR, Backstage, title
from tests.e2e.console.test_import import NAME, XLSX, paper

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.on_change("console")]
PIECES = "**/imports/*/pieces/*"
MOST = 100
"""Rows of one page."""


async def news(person: Person) -> int:
    """Returns the number in the menu: that of the bold rows in the list of unread cases."""
    await person.open(f"/console/cases?unseen=true&limit={MOST}")
    await settled(person)
    number = person.page.locator("nav.menu .news b")
    found = int(await number.inner_text()) if await number.count() else 0
    await expect(person.page.locator(".ledger tbody tr.fresh")).to_have_count(min(found, MOST))
    return found


async def is_bold(person: Person, about: str) -> bool:
    await person.open(f"/console/cases?q={about}")
    await settled(person)
    row = person.page.locator(".ledger tbody tr", has_text=about)
    await expect(row).to_have_count(1)
    return "fresh" in (await row.get_attribute("class") or "")


async def opens(person: Person, case: str, about: str) -> bool:
    """Opens a case; returns whether that has cleared it: what was on its way makes it new again."""
    await person.see(case)
    await settled(person)
    return not await is_bold(person, about)


async def test_news_are_mine_until_i_open_or_do_them(arrive: Arrive, backstage: Backstage) -> None:
    """Acts of mine make none; opening a case and doing the work clear it, for me alone."""
    about = title()
    case = await backstage.assigned(about=about)
    handler, officer = await arrive(LEAD), await arrive(OFFICE)
    await eventually(lambda: opens(handler, case, about), within=60)
    before = await news(handler)
    await officer.does(case, "增加会办", unit="市财政局", reason="涉及经费。")
    assert not await is_bold(officer, about)
    await eventually(lambda: is_bold(handler, about), within=60)
    assert await news(handler) == before + 1
    await handler.does(case, "办理进展", node="调查研究", text="已经到现场查看。")
    await settled(handler)
    assert not await is_bold(handler, about)
    assert await news(handler) == before
    await eventually(lambda: is_bold(officer, about), within=60)


async def has_news(person: Person) -> bool:
    return await news(person) > 0


async def test_all_is_read_at_once_and_announced(arrive: Arrive, backstage: Backstage) -> None:
    """The sentence is seen on the page and read aloud, and goes with the page."""
    await backstage.assigned()
    officer = await arrive(OFFICE)
    await eventually(lambda: has_news(officer), within=60)
    await settled(officer)  # what comes after the mark is news again
    await go(officer, "/cases")
    await officer.page.get_by_role("button", name="全部标为已读").click()
    line = officer.page.locator(".announced [role=status][aria-live=polite]")
    await expect(line).to_have_text("已全部标为已读")
    await expect(line).to_be_visible()
    await expect(officer.page.locator("nav.menu .news")).to_have_count(0)
    await expect(officer.page.locator(".ledger tbody tr.fresh")).to_have_count(0)
    assert await axe(officer) == []
    await go(officer, "/statistics")
    await expect(line).to_have_text("")
    assert await news(officer) == 0


@contextmanager
def expecting_cuts(person: Person) -> Iterator[None]:
    person.complaints.cut = True
    yield
    person.complaints.cut = False


async def send(clerk: Person, content: bytes) -> None:
    chosen = {"name": NAME, "mimeType": XLSX, "buffer": content}
    await clerk.page.locator("#import-file").set_input_files(chosen)  # type: ignore[arg-type]
    await clerk.page.get_by_role("button", name="上传并核对").click()


async def test_a_failed_upload_stays_with_its_reason_and_the_same_name_works_again(
    arrive: Arrive,
) -> None:
    """Also beside another page's visit; sent again, it arrives."""
    clerk = await arrive(REGISTRAR)
    await go(clerk, "/import")
    content = ledger(paper(int(uuid4().int % 10**6) * 100))
    with expecting_cuts(clerk):
        await clerk.page.route(PIECES, lambda route: route.abort())
        for count in (1, 2):
            await send(clerk, content)
            await expect(clerk.page.locator(".uploads [role=alert]")).to_have_count(count)
        await clerk.page.unroute(PIECES)
    await go(clerk, "/desk")
    await go(clerk, "/import")
    failed = clerk.page.locator(".uploads li", has_text=NAME)
    await expect(failed).to_have_count(2)
    await expect(failed.first).to_contain_text("服务暂时没有应答")
    assert await axe(clerk) == []
    await failed.first.get_by_role("button", name="移除").click()
    await failed.get_by_role("button", name="重试").click()
    await clerk.page.locator(".import-one", has_text="核对完毕").wait_for(timeout=90_000)


async def test_leaving_while_a_file_is_on_its_way_asks(arrive: Arrive) -> None:
    """Within the console and by closing the tab."""
    clerk = await arrive(REGISTRAR)
    await go(clerk, "/import")
    held: list[Route] = []

    async def hold(route: Route) -> None:
        held.append(route)

    await clerk.page.route(PIECES, hold)
    await send(clerk, ledger(paper(int(uuid4().int % 10**6) * 100)))
    await expect(clerk.page.locator(".uploads [role=status]")).to_contain_text("正在上传")
    await eventually(lambda: bool(held), within=30)
    await clerk.page.get_by_role("link", name="统计").click()
    question = clerk.page.get_by_role("alertdialog", name=re.compile("正在上传"))
    await expect(question).to_be_visible()
    assert clerk.page.url.endswith("/console/import")
    stops = "() => !window.dispatchEvent(new Event('beforeunload', { cancelable: true }))"
    assert await clerk.page.evaluate(stops) is True
    await held[0].continue_()
    await clerk.page.locator(".import-one", has_text="核对完毕").wait_for(timeout=90_000)
    assert await clerk.page.evaluate(stops) is False

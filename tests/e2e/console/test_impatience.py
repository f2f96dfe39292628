"""An impatient clerk: what is pressed twice, by mouse or Enter, is done once, and the second press
does nothing to what the first has brought under the hand."""

from uuid import uuid4

import pytest
from playwright.async_api import Locator, Page, Request, expect

from tests.component.intake.import_town import ledger
from tests.e2e.console.browser import FORM, Person
from tests.e2e.console.conftest import Arrive
from tests.e2e.console.looking import go, settled
from tests.e2e.console.papers import LEAD, OFFICE, REGISTRAR, Backstage, title
from tests.e2e.console.test_import import paper
from tests.e2e.console.test_news import send

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.on_change("console")]
LONG_MS = 60_000


async def moving(person: Person) -> Person:
    """Lets dialogs move as they do for most people: what closes is there for a moment longer."""
    await person.page.emulate_media(reduced_motion="no-preference")
    return person


def orders(page: Page, *methods: str) -> list[str]:
    """Returns a list that fills with the addresses that are asked by these methods."""
    found: list[str] = []

    def note(request: Request) -> None:
        if request.method in methods and not request.url.endswith("/consequences"):
            found.append(request.url.partition("?")[0].rpartition("/")[2])

    page.on("request", note)
    return found


async def twice(button: Locator) -> None:
    await button.dblclick(delay=20)


async def test_a_double_click_opens_a_form_and_sends_it_once(
    arrive: Arrive, backstage: Backstage
) -> None:
    """The second click is beside the dialog that the first has opened; the last one comes when the
    form has been taken and closes."""
    case = await backstage.assigned()
    handler = await moving(await arrive(LEAD))
    await handler.see(case)
    await twice(handler.page.locator(".actions").get_by_role("button", name="办理进展"))
    await handler.put({"node": "调查研究", "text": "已经到现场查看。"})
    sent = orders(handler.page, "POST")
    button = handler.page.locator(f"{FORM} button[type=submit]")
    await button.focus()
    async with handler.page.expect_response("**/progress**"):
        await handler.page.keyboard.press("Enter")
        await handler.page.keyboard.press("Enter")
    await handler.page.keyboard.press("Enter")
    await handler.page.locator(FORM).wait_for(state="detached")
    assert sent == ["progress"]


async def test_a_double_click_takes_one_column_one_view_and_one_file(arrive: Arrive) -> None:
    officer = await moving(await arrive(OFFICE))
    page = officer.page
    await go(officer, "/cases?status=closed")
    sent, read = orders(page, "PUT"), orders(page, "GET")
    async with page.expect_download():
        await twice(page.get_by_role("link", name=".csv"))
    assert read.count("export") == 1
    await page.locator(".views summary").click()
    names = [uuid4().hex[:8] for _ in range(3)]
    for name in names:
        await page.locator(".views input").fill(name)
        await twice(page.get_by_role("button", name="保存当前查询"))
        await page.locator(".views li", has_text=name).wait_for()
    for left, name in ((2, names[0]), (1, names[1])):
        await twice(page.get_by_role("button", name=f"删除常用查询 {name}"))
        await expect(page.locator(".views li").filter(has_text=names[2])).to_have_count(1)
        found = [each for each in names if await page.locator(".views li", has_text=each).count()]
        assert len(found) == left
    await twice(page.get_by_role("button", name=f"删除常用查询 {names[2]}"))
    await settled(officer)
    assert sent.count("preferences") == 2 * len(names)
    await one_column_goes(page)


async def one_column_goes(page: Page) -> None:
    """The next column slides under the hand."""
    await page.get_by_role("button", name="选择列").click()
    rows = page.locator(".chooser li")
    await rows.first.wait_for()
    before = await rows.all_inner_texts()
    kept = rows.filter(has_text="编号").get_by_role("button", name="删除")
    assert await kept.count() == 0  # it leads to the case
    await twice(rows.nth(2).get_by_role("button", name="删除"))
    assert await rows.all_inner_texts() == [*before[:2], *before[3:]]
    await page.keyboard.press("Escape")


async def test_a_double_click_registers_an_import_and_does_not_stop_it(arrive: Arrive) -> None:
    """The button to stop stands where the one to register stood."""
    clerk = await moving(await arrive(REGISTRAR))
    await go(clerk, "/import")
    first = int(uuid4().int % 10**6) * 100
    await send(clerk, ledger(*(paper(first + at) for at in range(3))))
    button = clerk.page.get_by_role("button", name="登记 3 件")
    await button.wait_for(timeout=LONG_MS)
    sent = orders(clerk.page, "PUT")
    await twice(button)
    link = clerk.page.get_by_role("link", name="查看本次登记的 3 件")
    await link.wait_for(timeout=LONG_MS)
    assert [each for each in sent if each in ("registration", "cancellation")] == ["registration"]


async def test_a_double_click_signs_out_once_and_a_double_enter_too(
    arrive: Arrive, backstage: Backstage
) -> None:
    about = title()
    await backstage.registered(about)
    for twofold in (twice, entered):
        officer = await moving(await arrive(OFFICE))
        sent = orders(officer.page, "DELETE")
        await settled(officer)
        await twofold(officer.page.get_by_role("button", name="退出"))
        await officer.page.get_by_label("按姓名、单位查找").wait_for()
        assert sent == ["session"]


async def entered(button: Locator) -> None:
    await button.focus()
    await button.page.keyboard.press("Enter")
    await button.page.keyboard.press("Enter")

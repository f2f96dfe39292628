"""Sign-in, dialogs and forms, in both languages, by the rules of WCAG 2.2 A and AA and in a small
window."""

import pytest

from tests.e2e.console.browser import FORM
from tests.e2e.console.conftest import Arrive
from tests.e2e.console.looking import NARROW, axe, go, looked_at, settled, sticks_out
from tests.e2e.console.papers import OFFICE, Backstage

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.on_change("console")]


async def test_the_page_of_sign_in_breaks_no_rule(arrive: Arrive) -> None:
    visitor = await arrive()
    await settled(visitor)
    faults = await looked_at(visitor, "sign-in")
    assert not faults, "\n".join(faults)


async def test_the_dialogs_of_a_list_break_no_rule(arrive: Arrive) -> None:
    officer = await arrive(OFFICE)
    page = officer.page
    await go(officer, "/cases")
    faults: list[str] = []
    await page.locator("table thead input[type=checkbox]").check()
    for name in ("键盘操作", "选择列", "批量办理"):
        await page.get_by_role("button", name=name).click()
        await page.locator(".el-dialog").wait_for()
        await settled(officer)
        faults += [f"{name}: {each}" for each in await axe(officer)]
        await page.keyboard.press("Escape")
        await page.locator(".el-dialog").wait_for(state="detached")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("action", ["立案", "不予立案"])
async def test_a_form_in_its_dialog_breaks_no_rule_and_fits(
    arrive: Arrive, backstage: Backstage, action: str
) -> None:
    """Empty, with its faults told, and at 200 %."""
    officer = await arrive(OFFICE)
    await officer.begin(await backstage.registered(), action)
    faults = await axe(officer)
    if action != "立案":
        await officer.submit()
        await officer.page.locator(f"{FORM} .fault").first.wait_for()
        faults += await axe(officer)
    await officer.page.set_viewport_size(NARROW)
    faults += await sticks_out(officer)
    assert not faults, "\n".join(faults)

"""Journey: who assigns sees the units that the remits propose, fills one in and hands out."""

import pytest
from playwright.async_api import expect

from tests.e2e.console.browser import FORM
from tests.e2e.console.conftest import Arrive
from tests.e2e.console.looking import axe
from tests.e2e.console.papers import OFFICE, Backstage
from tests.e2e.console.test_screening import pictured

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.on_change("console", "portal")]


async def test_the_unit_of_the_remit_is_filled_in_and_gets_the_task(
    arrive: Arrive, backstage: Backstage
) -> None:
    case = await backstage.registered()
    await backstage.accepts(case)
    officer = await arrive(OFFICE)
    await officer.begin(case, "交办")
    proposals = officer.page.locator(f"{FORM} section[aria-label='推荐主办单位']")
    first = proposals.get_by_role("listitem").first
    await expect(first).to_contain_text("市交通局")
    await expect(first).to_contain_text("来件说到：公交")
    await first.get_by_role("button", name="市交通局填入主办").click()
    await expect(officer.page.locator("form.command [id='tasks.0.unit']")).to_have_value(
        "市交通运输局"
    )
    assert await axe(officer) == []
    await pictured(officer, "proposed-leads")
    await officer.send()
    await officer.see(case, "units")
    await expect(officer.page.locator("table.plain tbody tr").first).to_contain_text("市交通局")

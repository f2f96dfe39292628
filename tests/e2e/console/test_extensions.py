"""Journey: a unit asks for more time, both organs agree, and its deputy is told."""

import os
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.async_api import expect

from shared.testing.eventually import eventually
from tests.e2e.console.browser import PHONE, Person
from tests.e2e.console.conftest import Arrive
from tests.e2e.console.looking import axe
from tests.e2e.console.papers import DEPUTY, HEAD, LEAD, OFFICE, Backstage
from tests.e2e.console.test_handling import today

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.on_change("console", "assignment", "handling"),
]
SUPERVISOR = "p-office-4"
REASON = "站点用地正在办理移交手续，已与有关单位会商两次，需要延长办理时间。"
WITHIN_THE_CAP = timedelta(days=150)
"""Later than three months, earlier than six."""


async def look(person: Person, name: str) -> None:
    """Keeps a picture where somebody asks for one."""
    if folder := os.environ.get("DUBAN_PICTURES"):
        await person.page.screenshot(path=Path(folder) / f"extension-{name}.png", full_page=True)


async def offered(person: Person, case: str, action: str) -> bool:
    return action in await person.may(case)


async def does(person: Person, case: str, action: str, **fields: str) -> None:
    """Waits for the button: what others did comes to the page a moment later."""
    await eventually(lambda: offered(person, case, action), within=60)
    await person.begin(case, action)
    await person.put(fields)
    assert await axe(person) == []
    await look(person, f"{action}-{person.page.url[-4:]}")
    await person.send()


async def test_an_extension_is_asked_approved_by_all_and_told(
    arrive: Arrive, backstage: Backstage
) -> None:
    case = await backstage.assigned("u-fin")
    unit, organ, other = [await arrive(sub) for sub in (LEAD, OFFICE, SUPERVISOR)]
    until = (date.fromisoformat(await today(unit)) + WITHIN_THE_CAP).isoformat()
    await does(unit, case, "申请延期", until=until, reason=REASON)
    await waits_at_desk(organ, case)
    await does(organ, case, "审批延期", approved="同意延期")
    assert not await offered(organ, case, "审批延期")
    await waits_at_desk(other, case)
    await reads_the_request(other, case)
    await does(other, case, "审批延期", approved="同意延期", note="情况属实。")
    await does(unit, case, "告知延期", mode="书面送达")
    await look(unit, "case")
    await is_told(await arrive(size=PHONE, scripts=False, at="/my/sign-in"), case, until)


async def waits_at_desk(person: Person, case: str) -> None:
    async def listed() -> bool:
        found = await person.asks(
            "/console/api/portal/worklist?waiting_for=decide-extension&limit=200"
        )
        return case in str(found)

    await eventually(listed, within=60)
    await person.open("/console/desk")
    await expect(person.page.get_by_text("延期待审批").first).to_be_visible()
    await look(person, "desk")


async def reads_the_request(person: Person, case: str) -> None:
    """An approver sees what is asked, why, and who has agreed."""
    await person.see(case, "units")
    await expect(person.page.locator("main")).to_contain_text(REASON)
    await expect(person.page.locator("main")).to_contain_text("交办机构已经同意")
    assert await axe(person) == []
    await look(person, "request")


async def is_told(deputy: Person, case: str, until: str) -> None:
    await deputy.signs_in_by_form(DEPUTY)
    await deputy.page.goto(f"{deputy.page.url.split('/my/')[0]}/my/cases/{case}")
    told = deputy.page.get_by_role("region", name="答复期限已经延长")
    await expect(told).to_contain_text(REASON)
    day = date.fromisoformat(until)
    await expect(told).to_contain_text(f"{day.month}月{day.day}日")
    await look(deputy, "my")
    assert HEAD not in await deputy.page.content()

"""Journey: from a call for co-signatures to an accepted paper."""

import os
from pathlib import Path

import pytest
from playwright.async_api import expect

from shared.testing.eventually import eventually
from tests.e2e.console.browser import FORM, Person
from tests.e2e.console.conftest import Arrive
from tests.e2e.console.looking import axe, settled
from tests.e2e.console.papers import OFFICE, TEXT, Backstage, title

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.on_change("console", "intake")]
AUTHOR, COSIGNER = "p-n005", "p-n006"
BETTER = "出站后步行八百米才有公交车，建议在出站口增设站点，并加密晚间班次。"


async def offered(person: Person, case: str, action: str) -> bool:
    return action in await person.may(case)


async def does(person: Person, case: str, action: str, **fields: str) -> None:
    """Waits for the button: what others did comes to the page a moment later."""
    await eventually(lambda: offered(person, case, action), within=60)
    await person.does(case, action, **fields)


async def call(author: Person, about: str, today: str, until: str) -> str:
    """Registers a joint paper of one's own with a last day for its co-signers."""
    await author.open("/console/register")
    await author.page.get_by_role("button", name="代表建议").click()
    await author.page.get_by_role("button", name="增加提出人").click()
    await author.put(
        {
            "agency": "临江市人民政府",
            "channel": "履职平台",
            "period": f"{today[:4]}年",
            "received_on": today,
            "proposers.0.person": "冯静怡",
            "proposers.0.part": "领衔",
            "proposers.1.person": "许淑芬",
            "proposers.1.part": "附议",
            "title": about,
            "text": TEXT,
            "subject": "城建环保",
            "region": "临江区",
            "call_until": until,
        }
    )
    await look(author, "register")
    await author.page.locator("form.command button[type=submit]").click()
    link = author.page.get_by_role("status").get_by_role("link").first
    await link.wait_for()
    return str(await link.get_attribute("href")).rpartition("/")[2]


async def look(person: Person, name: str) -> None:
    """Keeps a picture where somebody asks for one."""
    if folder := os.environ.get("DUBAN_PICTURES"):
        await person.page.screenshot(path=Path(folder) / f"call-{name}.png", full_page=True)


async def confirms_what_is_shown(cosigner: Person, case: str, text: str) -> None:
    await eventually(lambda: offered(cosigner, case, "确认联名"), within=60)
    await cosigner.begin(case, "确认联名")
    form = cosigner.page.locator(FORM)
    await expect(form).to_contain_text(text)
    assert "文本指纹" not in await form.inner_text()
    assert await axe(cosigner) == []
    await look(cosigner, "confirm")
    await cosigner.send()


async def amends(author: Person, case: str) -> None:
    """The form begins with the text as it stands."""
    await eventually(lambda: offered(author, case, "修改文本"), within=60)
    await author.begin(case, "修改文本")
    await expect(author.page.locator('form.command [id="text"]')).to_have_value(TEXT)
    await look(author, "amend")
    await author.put({"text": BETTER})
    await author.send()


async def test_a_call_for_co_signatures_ends_in_an_accepted_paper(
    arrive: Arrive, backstage: Backstage
) -> None:
    today, until = await backstage.days(3)
    author, cosigner, officer = await arrive(AUTHOR), await arrive(COSIGNER), await arrive(OFFICE)
    case = await call(author, title(), today, until)
    await confirms_what_is_shown(cosigner, case, TEXT)
    await amends(author, case)
    await author.see(case)
    await expect(author.page.locator("#tabpanel")).to_contain_text("附议，待确认")
    await expect(author.page.locator("#tabpanel")).to_contain_text(f"征集中，{until} 截止")
    await look(author, "basic")
    assert "立案" not in await officer.may(case)
    await confirms_what_is_shown(cosigner, case, BETTER)
    await does(author, case, "交件")
    await does(officer, case, "立案")
    await settled(officer)
    await officer.see(case, "text")
    await expect(officer.page.locator("#tabpanel")).to_contain_text(BETTER)

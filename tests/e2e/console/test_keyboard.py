"""Journey: a keyboard alone registers a paper, screens it, hands it out and signs for it."""

import re

import pytest
from playwright.async_api import expect

from tests.e2e.console.browser import FORM, Person
from tests.e2e.console.conftest import Arrive
from tests.e2e.console.keyboard import Typist
from tests.e2e.console.papers import LEAD, OFFICE, TEXT, title

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.on_change("console", "assignment", "intake"),
]
PAPER = {
    "agency": "临江市人民政府", "channel": "会议期间", "period": "2025年", "session": "十五届四次",
    "in_session": "会议期间", "received_on": "2025-01-15", "proposers.0.person": "唐宏伟",
    "proposers.0.part": "领衔",
}  # fmt: skip
REST = {"text": TEXT, "subject": "城建环保", "region": "临江区"}


async def at_case(person: Person, case: str) -> Typist:
    await person.see(case)
    return Typist(person)


async def opens(typist: Typist, action: str) -> None:
    """The form opens, and has the focus."""
    await typist.pushes(action)
    await typist.person.page.locator(FORM).wait_for()
    await typist.person.page.wait_for_function(
        "() => !!document.activeElement.closest('[role=dialog]')"
    )


async def done(typist: Typist, action: str) -> None:
    """The form closes, and the focus is on something that goes on."""
    await typist.person.page.locator(FORM).wait_for(state="detached")
    await expect(typist.person.page.locator("body")).not_to_be_focused()
    exactly = re.compile(rf"^\s*{action}\s*$")
    button = typist.person.page.locator(".actions button:not(.blocked)", has_text=exactly)
    await expect(button).to_have_count(0)


async def registered(person: Person, about: str) -> str:
    typist = Typist(person)
    await typist.pushes("登记")
    await typist.pushes("代表建议")
    await typist.fills({**PAPER, "title": about, **REST})
    await typist.press("Tab")
    await typist.pushes("登记来件")
    link = person.page.get_by_role("status").get_by_role("link").first
    await link.wait_for()
    return str(await link.get_attribute("href")).rpartition("/")[2]


async def test_a_keyboard_alone_brings_a_paper_to_its_unit(arrive: Arrive) -> None:
    case = await registered(await arrive("p-reg-1"), title())
    officer = await at_case(await arrive(OFFICE), case)
    await opens(officer, "立案")
    checks = officer.person.page.locator(".check")
    await checks.first.wait_for()
    answers = {f"checks.{at}.met": "符合" for at in range(await checks.count())}
    await officer.fills(answers)
    await officer.pushes("立案")
    await done(officer, "立案")
    officer = await at_case(officer.person, case)
    await opens(officer, "交办")
    await officer.fills({"tasks.0.unit": "市教育局", "tasks.0.part": "主办"})
    await officer.pushes("交办")
    await done(officer, "交办")
    unit = await at_case(await arrive(LEAD), case)
    await opens(unit, "签收")
    await unit.pushes("签收")
    await done(unit, "签收")


async def test_a_dialog_gives_the_focus_back_to_what_opened_it(arrive: Arrive) -> None:
    clerk = await arrive(OFFICE)
    typist = Typist(clerk)
    name = "键盘操作"
    await typist.pushes(name)
    await clerk.page.locator(".el-dialog").wait_for()
    await typist.press("Escape")
    await clerk.page.locator(".el-dialog").wait_for(state="detached")
    assert (await typist.here())["text"] == name

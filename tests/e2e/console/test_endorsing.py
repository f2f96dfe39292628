"""Journey, in a place where the leader's word hands out: an officer plans several papers at once;
the leader changes one plan, reads the others and agrees to all of them by one word."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, expect

from shared.ops.base.settings import OpsSettings
from shared.ops.console.workshop import Workshop
from shared.ops.installation.running import CONSOLE_BUILD
from tests.e2e.console.browser import Person, person_at
from tests.e2e.console.looking import axe, settled
from tests.e2e.console.product import built
from tests.e2e.console.test_arbitration import does
from tests.e2e.console.test_many_cases import DIALOG, LONG_MS, tick_page
from tests.e2e.console.test_screening import pictured
from tests.e2e.matter import paper, registered
from tests.e2e.organisation import (
    HOUSING,
    LEADER,
    OFFICE,
    SHANCHENG,
    TANG,
    TRAFFIC,
    clerk,
    directory,
)
from tests.e2e.world import World, running_world, settings_in

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.on_change("console", "places", "assignment"),
]
PLACE = Path("deploy/places/shancheng").resolve()
SOON = {"channel": "intersession", "in_session": False, "session": None}
MANY = 4
SIGN_IN = """(person) => fetch('/console/session', { method: 'POST',
    headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ person }) })
    .then((answer) => answer.status)"""
WHY = "人行天桥建设属市住房和城乡建设局职责。"
UNIT = {"tasks.0.unit": "市住房和城乡建设局", "tasks.0.part": "主办"}
ANOTHER = {"tasks": "", "tasks.0.unit": "市交通运输局", "tasks.0.part": "主办"}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shancheng(
    browser: Browser, mongo_url: str, kafka_bootstrap: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    """The place, whose API has the pages of this checkout."""
    folder, downloads = tmp_path_factory.mktemp("shancheng"), OpsSettings().downloads.resolve()
    built(downloads)
    settings = settings_in(folder, mongo_url, kafka_bootstrap, PLACE)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(CONSOLE_BUILD, str(Workshop(downloads).built))
        async with running_world(settings, folder / "logs", directory(SHANCHENG)) as running:
            yield running


async def test_a_batch_of_plans_is_read_and_endorsed_and_one_is_changed(
    browser: Browser, shancheng: World
) -> None:
    cases = []
    for _ in range(MANY):
        case = await registered(shancheng, paper("suggestion", {"person": TANG}, **SOON))
        await case.accept()
        cases.append(case.id)
    await shancheng.settle()
    people = [await arrives(browser, shancheng, sub)
              for sub in (OFFICE, LEADER, clerk(HOUSING), clerk(TRAFFIC))]  # fmt: skip
    officer, leader, unit, other = people
    await plans(officer)
    await shancheng.settle()
    await does(leader, cases[0], "批示", verdict="调整后同意", **ANOTHER)
    await shancheng.settle()
    await reads_and_agrees(leader)
    for case in cases[1:]:
        await does(unit, case, "签收")
    await does(other, cases[0], "签收")
    for person in people:
        assert person.complaints.found == []
        await person.context.close()


async def arrives(browser: Browser, world: World, sub: str) -> Person:
    """Signs in by the proof alone: the page of sign-in lists only people of the sample."""
    person = await person_at(browser, world.processes.urls["api"])
    assert await person.page.evaluate(SIGN_IN, sub) == 200
    await person.open("/console/")
    return person


async def batch_of(person: Person, query: str, action: str, number: int) -> Locator:
    """Ticks the list and opens the batch of an action; returns its dialog."""
    await person.open(f"/console/cases?{query}")
    await settled(person)
    await tick_page(person.page)
    await person.page.get_by_role("button", name=f"批量办理 {number} 件").click()
    dialog = person.page.locator(DIALOG).first
    await dialog.get_by_role("button", name=action, exact=True).click(timeout=LONG_MS)
    return dialog


async def plans(officer: Person) -> None:
    dialog = await batch_of(officer, "status=accepted", "拟办", MANY)
    await officer.put({**UNIT, "reason": WHY})
    await expect(dialog).to_contain_text("协办")  # as this place says
    await expect(dialog).not_to_contain_text("会办")
    assert await axe(officer) == []
    await pictured(officer, "planning")
    await sent(dialog, MANY)


async def reads_and_agrees(leader: Person) -> None:
    """Each plan is read before the word is given; the word asks for no unit."""
    number = MANY - 1
    dialog = await batch_of(leader, "waiting_for=decide-plan", "批示", number)
    await dialog.get_by_role("button", name="逐件查看").click()
    plans = dialog.locator("article")
    await expect(plans).to_have_count(number)
    for plan in await plans.all():
        await expect(plan).to_contain_text("市住房和城乡建设局")
        await expect(plan).to_contain_text(WHY)
    await leader.put({"verdict": "同意", "note": "请抓紧办理。"})
    await expect(dialog.locator('[id^="tasks"]')).to_have_count(0)
    assert await axe(leader) == []
    await pictured(leader, "endorsing")
    await sent(dialog, number)


async def sent(dialog: Locator, number: int) -> None:
    await dialog.get_by_role("button", name=f"办理 {number} 件").click()
    await expect(dialog).to_contain_text(f"已办理 {number} 件", timeout=LONG_MS)
    await dialog.page.keyboard.press("Escape")
    await dialog.wait_for(state="detached")

"""Journey: a reassignment says before it is sent what it will bring about, and then does it."""

import pytest
from playwright.async_api import Locator, expect

from shared.testing.eventually import eventually
from tests.e2e.console.browser import FORM, Person
from tests.e2e.console.conftest import Arrive
from tests.e2e.console.looking import axe, settled
from tests.e2e.console.papers import LEAD, OFFICE, Backstage, title

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.on_change("console", "assignment"),
]
HEIR = "p-tra-handler"
REASON = "站点由交通部门设置。"


async def listed(person: Person, path: str, about: str) -> Locator:
    """Returns the rows of a list that name the paper."""
    await person.open(f"/console{path}?q={about}")
    await settled(person)
    return person.page.locator(".ledger tbody tr", has_text=about)


async def consequences(officer: Person) -> Locator:
    return officer.page.locator(f"{FORM} .consequences")


async def doer_of(person: Person, case: str) -> str:
    """Returns the line of the course that tells of the reassignment."""
    await person.see(case, "course")
    line = person.page.locator(".course li", has_text="改派").first
    await line.wait_for()
    return await line.inner_text()


async def foretold(officer: Person, case: str) -> str:
    """Fills in the form of a reassignment, and returns the day on which it says that the new unit's
    reply will be due."""
    await officer.begin(case, "改派")
    told = await consequences(officer)
    await expect(told).to_be_hidden()
    await officer.put({"unit": "市交通运输局"})
    await expect(told).to_contain_text("改派应当写明理由")
    await officer.put({"reason": REASON})
    for words in (
        "市教育局不再主办，移出其台账", "市交通局（主办）承办，列入其台账",
        "市教育局尚未完成的首次联系、答复时限终止",
    ):  # fmt: skip
        await expect(told).to_contain_text(words)
    reply = told.locator("li", has_text="市交通局开始计算答复时限")
    return await reply.locator("strong").inner_text()


async def test_a_reassignment_says_what_it_will_bring_about_and_both_units_see_who_did_it(
    arrive: Arrive, backstage: Backstage
) -> None:
    """The old unit's list loses the case, the new one's gains it."""
    about = title()
    case = await backstage.assigned(about=about)
    old, heir, officer = [await arrive(sub) for sub in (LEAD, HEIR, OFFICE)]
    await expect(await listed(old, "/cases", about)).to_have_count(1)
    await expect(await listed(heir, "/cases", about)).to_have_count(0)
    due = await foretold(officer, case)
    assert await axe(officer) == []
    await officer.send()

    await officer.see(case, "units")
    running = officer.page.locator(".clocks li", has_text="市交通局")
    await expect(running.filter(has_text="答复")).to_contain_text(due)
    for person, path, count in ((old, "/cases", 0), (old, "/former", 1), (heir, "/cases", 1)):
        await expect(await listed(person, path, about)).to_have_count(count)
    me = await officer.page.evaluate("fetch('/console/session').then((a) => a.json())")
    for person in (old, heir):
        assert me["me"]["name"] in await doer_of(person, case)


async def test_an_act_that_starts_a_clock_names_its_day_and_its_rule(
    arrive: Arrive, backstage: Backstage
) -> None:
    """A hand-out of two units: each with its own clocks."""
    case = await backstage.registered()
    await backstage.accepts(case)
    officer = await arrive(OFFICE)
    await officer.begin(case, "交办")
    await officer.put({"tasks.0.unit": "市教育局", "tasks.0.part": "主办", "tasks": ""})
    await officer.put({"tasks.1.unit": "市财政局", "tasks.1.part": "会办"})
    told = await consequences(officer)
    await expect(told).to_contain_text("市教育局（主办）承办，列入其台账")
    await expect(told).to_contain_text("市财政局开始计算会办意见时限，到期日 ")
    await expect(told.locator("li", has_text="市教育局开始计算答复时限")).to_contain_text("3 个月")
    await expect(told).not_to_contain_text("移出其台账")


async def test_a_batch_says_what_it_will_bring_about_in_all(
    arrive: Arrive, backstage: Backstage
) -> None:
    about = title()
    for at in range(3):
        await backstage.accepts(await backstage.registered(f"{about}之{at}"))
    officer = await arrive(OFFICE)
    await eventually_listed(officer, about, 3)
    await officer.page.get_by_label("勾选本页全部").check()
    await officer.page.get_by_role("button", name="批量办理 3 件").click()
    dialog = officer.page.locator(".el-dialog")
    await dialog.locator(".offers button", has_text="交办").first.click()
    told = dialog.locator(".consequences")
    await expect(told).to_be_empty()
    await officer.put({"tasks.0.unit": "市教育局", "tasks.0.part": "主办"})
    await expect(told).to_contain_text("提交后，3 件将会")
    await expect(told).to_contain_text("3 件列入市教育局的台账（主办）")
    await expect(told.locator("li", has_text="答复时限")).to_contain_text("3 件开始计算答复时限")
    assert await axe(officer) == []
    await dialog.get_by_role("button", name="办理 3 件").click()
    await expect(dialog).to_contain_text("已办理 3 件")


async def eventually_listed(officer: Person, about: str, number: int) -> None:
    async def there() -> bool:
        return await (await listed(officer, "/cases", about)).count() == number

    await eventually(there, within=60)

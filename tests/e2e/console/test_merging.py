"""Journey: three papers on one matter are handled as one case; each keeps its number, the one
reply reaches all three proposers, and each of them rates it by himself."""

import pytest
from playwright.async_api import expect

from shared.testing.eventually import eventually
from tests.e2e.console.browser import PHONE, Person
from tests.e2e.console.conftest import Arrive
from tests.e2e.console.looking import axe
from tests.e2e.console.papers import DEPUTY, LEAD, OFFICE, Backstage, mark, title
from tests.e2e.console.test_arbitration import does
from tests.e2e.console.test_screening import pictured

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.on_change("console", "intake", "assignment", "handling", "feedback"),
]
PEOPLE = (DEPUTY, "p-n005", "p-n006")
NAMES = ("唐宏伟", "冯静怡", "许淑芬")
REASON = "三件建议都要求在火车站前增设公交站，内容相同。"


async def test_three_papers_are_merged_answered_together_and_rated_singly(
    arrive: Arrive, backstage: Backstage
) -> None:
    abouts = [title() for _ in PEOPLE]
    cases = [await backstage.registered(about, who=who)
             for about, who in zip(abouts, PEOPLE, strict=True)]  # fmt: skip
    accepted = [mark(await backstage.accepts(case)) for case in cases]
    officer, unit = await arrive(OFFICE), await arrive(LEAD)
    for case in cases[1:]:
        await merged(officer, case, abouts[0])
    await shows_each_other(officer, cases)
    await backstage.assigns(cases[0], accepted[0])
    await signed_for(unit, cases)
    _, day = await backstage.signed(cases[0], DEPUTY)
    for name in NAMES:
        await does(unit, cases[0], "送达", recipient=name, mode="当面送达", on=day)
    for person in PEOPLE:
        await rated(await arrive(size=PHONE, scripts=False, at="/my/sign-in"), person, cases[0])
    await officer.see(cases[0], "rating")
    for name in NAMES:
        await expect(officer.page.locator("#tabpanel")).to_contain_text(name)
    await pictured(officer, "merged-ratings")


async def merged(officer: Person, case: str, about: str) -> None:
    await eventually(lambda: offers(officer, case), within=60)
    await officer.begin(case, "并案")
    await officer.put({"into": about, "reason": REASON})
    assert await axe(officer) == []
    await pictured(officer, "merging")
    await officer.send()


async def offers(officer: Person, case: str) -> bool:
    return "并案" in await officer.may(case)


async def shows_each_other(officer: Person, cases: list[str]) -> None:
    async def two() -> bool:
        await officer.see(cases[0])
        return "2 件" in await officer.page.locator("header.panel").inner_text()

    await eventually(two, within=60)
    links = officer.page.locator("header.panel").get_by_role("link")
    found = [await each.get_attribute("href") for each in await links.all()]
    assert {f"/console/cases/{case}" for case in cases[1:]} <= {*found}
    await pictured(officer, "master")
    await officer.see(cases[1])
    await expect(officer.page.locator("header.panel")).to_contain_text("已并案，随主件办理")
    assert not {"立案", "交办", "并案"} & {*await officer.buttons()}
    assert await axe(officer) == []
    await pictured(officer, "member")


async def signed_for(unit: Person, cases: list[str]) -> None:
    """The unit has one task, and reads all three papers."""
    await does(unit, cases[0], "签收")
    for case in cases[1:]:
        await unit.see(case, "text")
        await expect(unit.page.locator("#tabpanel")).to_contain_text("建议在出站口增设站点")
        assert "签收" not in await unit.buttons()


async def rated(deputy: Person, who: str, case: str) -> None:
    await deputy.signs_in_by_form(who)
    await deputy.open(f"/my/cases/{case}")
    await pictured(deputy, f"my-{who}")
    assert "站点已增设。" in await deputy.text()
    form = deputy.page.locator("form[action*='rate-reply']")
    await form.locator("[name=attitude][value=satisfied]").check()
    await form.locator("[name=result][value=satisfied]").check()
    await form.locator("button").first.click()
    await expect(deputy.page.locator("main")).to_contain_text("您的评价已经收到")

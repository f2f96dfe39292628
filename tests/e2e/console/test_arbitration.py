"""Journey: a lead asks for a unit beside it and gets it; a case that two units gave back is ruled
to the third one, which cannot object again."""

import os
from pathlib import Path

import pytest
from playwright.async_api import expect

from shared.testing.eventually import eventually
from tests.e2e.console.browser import Person
from tests.e2e.console.conftest import Arrive
from tests.e2e.console.looking import axe
from tests.e2e.console.papers import LEAD, OFFICE, Backstage

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.on_change("console", "assignment"),
]
LEADER, THIRD = "p-leader-1", "p-hou-handler"
WISH = "站点建设涉及占道施工，请市交通运输局会办。"
RULING = "经召集协调，依“三定”规定，裁定由市住建局主办。"


async def look(person: Person, name: str) -> None:
    """Keeps a picture where somebody asks for one."""
    if folder := os.environ.get("DUBAN_PICTURES"):
        await person.page.screenshot(path=Path(folder) / f"ruling-{name}.png", full_page=True)


async def does(person: Person, case: str, action: str, **fields: str) -> None:
    """Waits for the button: what others did comes to the page a moment later."""

    async def offered() -> bool:
        return action in await person.may(case)

    await eventually(offered, within=60)
    await person.begin(case, action)
    await person.put(fields)
    assert await axe(person) == []
    await look(person, action)
    await person.send()


async def test_a_unit_beside_is_asked_for_and_a_ruling_ends_the_returns(
    arrive: Arrive, backstage: Backstage
) -> None:
    case = await backstage.assigned()
    unit, officer = await arrive(LEAD), await arrive(OFFICE)
    wish = {"cohandler": "市交通运输局", "reason": WISH}
    await does(unit, case, "建议增加会办", **wish)
    answer = {"granted": "增加会办单位", "cohandler": "市交通运输局"}
    await does(officer, case, "答复增加会办的建议", **answer)
    await unit.see(case, "units")
    await expect(unit.page.locator("#tabpanel")).to_contain_text(WISH)
    await look(unit, "beside")
    await backstage.returned(case, "u-edu", "u-fin")
    await backstage.returned(case, "u-fin", "u-hou")
    await is_ruled(arrive, case)


async def is_ruled(arrive: Arrive, case: str) -> None:
    """The third unit gives the case back, too: nothing but a ruling is left."""
    unit, leader = await arrive(THIRD), await arrive(LEADER)
    why = {"explanation": "站点不由本局建设。", "suggested_unit": "市教育局"}
    await does(unit, case, "退办", reason="不属本单位职责", **why)
    await does(leader, case, "裁定", ruled_unit="市住房和城乡建设局", reason=RULING)
    assert "退办" not in await unit.may(case)
    await unit.see(case, "units")
    await expect(unit.page.locator("#tabpanel")).to_contain_text(RULING)
    assert await axe(unit) == []
    await look(unit, "units")

"""Journey: a key suggestion with two leaders, one of the NPC and one of the government: its
milestones, a report, and what the deputy sees of it."""

from datetime import date, timedelta

import pytest
from playwright.async_api import expect

from tests.e2e.console.browser import Person
from tests.e2e.console.conftest import Arrive
from tests.e2e.console.looking import axe
from tests.e2e.console.papers import OFFICE, Backstage
from tests.e2e.console.test_screening import pictured

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.on_change("console", "assignment"),
]
CHAIR, MAYOR = "p-leader-2", "p-leader-1"


async def test_a_key_case_has_its_leaders_with_milestones_side_by_side(
    arrive: Arrive, backstage: Backstage
) -> None:
    case = await backstage.registered()
    await backstage.accepts(case)
    today, _ = await backstage.days(0)
    officer, chair = await arrive(OFFICE), await arrive(CHAIR)
    await designated(officer, case, "孙俊杰", date.fromisoformat(today))
    mayor = await arrive(MAYOR)
    plan = {"problem": "公交站缺失", "measures": "交通局牵头"}
    await mayor.does(case, "领导牵头", scheme="政府领办", leader="李玉兰", **plan)
    await expect(mayor.page.locator("header.panel")).to_contain_text("政府领办")
    await reported(chair, case)
    await officer.open(f"/console/cases?scheme=key-chairs&charge={CHAIR}")
    await expect(officer.page.locator(f'main a[href$="/cases/{case}"]').first).to_be_visible()


async def designated(officer: Person, case: str, leader: str, today: date) -> None:
    """The office enters what the meeting fixed; a day out of order is shown at its field."""
    sooner, later = (str(today + timedelta(days=days)) for days in (30, 60))
    await officer.begin(case, "领导牵头")
    await officer.put({"scheme": "主任会议重点督办", "leader": leader, "problem": "公交站缺失"})
    await officer.put({"measures": "市交通局牵头，邀请代表现场督办", "milestones": ""})
    await officer.put({"milestones.0.goal": "完成选址", "milestones.0.day": later})
    await officer.put({"milestones": ""})
    await officer.put({"milestones.1.goal": "站点启用", "milestones.1.day": sooner})
    officer.complaints.expected |= {409}
    await officer.submit()
    await expect(officer.page.locator("[id='milestones-fault']")).to_contain_text("先后")
    await officer.put({"milestones.0.day": sooner, "milestones.1.day": later})
    assert await axe(officer) == []
    await pictured(officer, "key-case")
    await officer.send()


async def reported(chair: Person, case: str) -> None:
    """The leader of the NPC reports the first milestone by its number; another leader's charge is
    not his."""
    await chair.see(case)
    assert len(await chair.buttons("登记进展")) == 1
    await chair.does(case, "登记进展", reached="1", note="选址已经确定，代表到现场。")
    await chair.see(case, "units")
    charges = chair.page.locator("section[aria-label='领导包案、重点督办、领办']")
    await expect(charges).to_contain_text("达到第 1 项阶段目标")
    await expect(charges.locator("ol li").first).to_contain_text("达到")
    assert await axe(chair) == []
    await pictured(chair, "key-case-reported")

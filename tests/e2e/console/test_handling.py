"""Journeys: a paper from its registration to the reply that its deputy rates."""

import pytest
from playwright.async_api import expect

from tests.e2e.console.browser import PHONE, Person
from tests.e2e.console.conftest import Arrive
from tests.e2e.console.papers import (
    CO,
    CO_UNIT,
    DEPUTY,
    HEAD,
    LEAD,
    OFFICE,
    REGISTRAR,
    Backstage,
    register,
    title,
)

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.on_change("console", "assignment", "feedback", "handling", "intake"),
]


async def today(person: Person) -> str:
    """The business day, as the services know it."""
    me = await person.page.evaluate("fetch('/console/api/portal/me').then((a) => a.json())")
    return str(me["now"])[:10]


async def test_a_paper_is_registered_screened_assigned_and_signed_for(arrive: Arrive) -> None:
    about = title()
    clerk = await arrive(REGISTRAR)
    case = await register(clerk, about)
    officer = await arrive(OFFICE)
    await officer.does(case, "立案")
    await officer.begin(case, "交办")
    await officer.put({"tasks.0.unit": "市教育局", "tasks.0.part": "主办", "tasks": ""})
    await officer.put({"tasks.1.unit": "市财政局", "tasks.1.part": "会办"})
    await officer.send()
    for sub in (LEAD, CO):
        unit = await arrive(sub)
        await unit.does(case, "签收")
        assert "签收" not in await unit.may(case)
        assert about in await unit.text()


async def test_an_objection_is_upheld_and_another_unit_begins(
    arrive: Arrive, backstage: Backstage
) -> None:
    case = await backstage.assigned()
    unit = await arrive(LEAD)
    wanted = {"suggested_unit": "市交通运输局", "explanation": "站点由交通部门设置。"}
    await unit.does(case, "退办", reason="不属本单位职责", **wanted)
    officer = await arrive(OFFICE)
    await officer.does(case, "审核退办", upheld="同意退办")
    await officer.does(case, "改派", unit="市交通运输局", reason="站点由交通部门设置。")
    other = await arrive("p-tra-handler")
    assert "签收" in await other.may(case)


async def test_a_reply_is_discussed_drafted_returned_signed_and_delivered(
    arrive: Arrive, backstage: Backstage
) -> None:
    case = await backstage.assigned(CO_UNIT)
    handler, fellow, head = [await arrive(sub) for sub in (LEAD, CO, HEAD)]
    day = await today(handler)
    await handler.begin(case, "联系沟通")
    await handler.put({"phase": "办前联系", "mode": "走访", "on": day, "people": ""})
    await handler.put({"people.0": "唐宏伟", "summary": "当面听取意见。"})
    await handler.send()
    await fellow.does(case, "会办意见", text="同意增设站点。")
    draft = {"meaning": "已经解决或基本解决", "disclosure__mode": "主动公开"}
    draft |= {"disclosure__form": "全文公开"}
    await handler.does(case, "拟稿", text="站点将增设。", **draft)
    await head.does(case, "退回修改", version="1", remark="请写明完成时间。")
    await handler.does(case, "拟稿", text="站点已于六月增设。", **draft)
    await head.does(case, "签发", version="2")
    await handler.does(case, "送达", recipient="唐宏伟", mode="当面送达", on=day)
    await handler.see(case, "reply")
    await expect(handler.page.locator("#tabpanel")).to_contain_text("站点已于六月增设。")


async def test_a_deputy_on_a_phone_is_not_satisfied_and_the_case_is_handled_again(
    arrive: Arrive, backstage: Backstage
) -> None:
    case = await backstage.replied()
    deputy = await arrive(size=PHONE, scripts=False, at="/my/sign-in")
    await deputy.signs_in_by_form(DEPUTY)
    await deputy.open(f"/my/cases/{case}")
    assert "站点已增设。" in await deputy.text()
    form = deputy.page.locator("form[action*='rate-reply']")
    await form.locator("[name=attitude][value=satisfied]").check()
    await form.locator("[name=result][value=unsatisfied]").check()
    deputy.complaints.expected.add(409)
    await form.locator("button").first.click()
    await expect(deputy.page.get_by_role("alert")).to_be_visible()
    form = deputy.page.locator("form[action*='rate-reply']")
    await expect(form.locator("[name=result][value=unsatisfied]")).to_be_checked()
    await form.locator("textarea").fill("站点离出口仍有三百米。")
    await form.locator("button").first.click()
    await expect(deputy.page.locator("main")).to_contain_text("您的评价已经收到")
    handler = await arrive(LEAD)
    await handler.see(case, "rating")
    await expect(handler.page.locator("header.panel")).to_contain_text("再次办理")

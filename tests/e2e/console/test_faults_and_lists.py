"""Journeys: what was typed outlives conflicts, ended sessions and crashes; numbers are lists."""

import csv
import io
import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from shared.mongo.connect import connect
from tests.e2e.console.browser import FORM, Person
from tests.e2e.console.conftest import Arrive
from tests.e2e.console.papers import LEAD, OFFICE, REGISTRAR, Backstage, title
from tests.e2e.console.product import Product

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.on_change("console", "handling"),
]
LEADER, PUBLISHER, SECOND = "p-leader-1", "p-pub-1", "p-pub-2"
DRAFT = {
    "meaning": "已经解决或基本解决",
    "disclosure.mode": "主动公开",
    "disclosure.form": "全文公开",
}
MINE, THEIRS = "我起草的答复。", "同事起草的答复。"


async def drafting(person: Person, case: str, text: str) -> None:
    await person.begin(case, "拟稿")
    await person.put({"text": text, **DRAFT})


async def typed(person: Person) -> str:
    return await person.page.locator(f'{FORM} [id="text"]').input_value()


async def is_drafted(person: Person, case: str, text: str) -> None:
    await person.see(case, "reply")
    await expect(person.page.locator("#tabpanel")).to_contain_text(text)


async def test_two_windows_edit_one_draft_and_nothing_typed_is_lost(
    arrive: Arrive, backstage: Backstage
) -> None:
    case = await backstage.assigned()
    one, other = await arrive(LEAD), await arrive(LEAD)
    await drafting(one, case, MINE)
    await drafting(other, case, THEIRS)
    await other.send()
    one.complaints.expected |= {409, 412}
    await one.submit()
    await one.page.get_by_role("alert", name="这件刚刚由您在别的窗口更新").wait_for()
    assert await typed(one) == MINE
    await one.page.get_by_role("button", name="按新情况再次提交").click()
    await one.page.locator(FORM).wait_for(state="detached")
    await is_drafted(one, case, MINE)


async def test_a_session_that_ends_in_the_middle_of_a_draft_keeps_it(
    arrive: Arrive, backstage: Backstage, product: Product
) -> None:
    case = await backstage.assigned()
    handler = await arrive(LEAD)
    await drafting(handler, case, MINE)
    settings = product.settings
    async with connect(settings.mongo_url) as mongo:
        sessions = mongo[settings.database("portal")]["browser_sessions"]
        await sessions.delete_many({"person": LEAD})
    handler.complaints.expected.add(401)
    await handler.submit()
    again = handler.page.get_by_role("dialog", name="登录已失效")
    await again.get_by_label("按姓名、单位查找").fill("杨慧敏")
    await again.get_by_role("button", name="以“杨慧敏”身份登录").first.click()
    await handler.page.locator(FORM).wait_for(state="detached")
    await is_drafted(handler, case, MINE)


async def test_a_server_that_is_gone_loses_nothing_and_makes_one_fact(
    arrive: Arrive, backstage: Backstage, product: Product
) -> None:
    case = await backstage.assigned()
    handler = await arrive(LEAD)
    await drafting(handler, case, MINE)
    handler.complaints.cut = True
    product.kill_api()
    await handler.submit()
    await expect(handler.page.locator(FORM)).to_contain_text("服务暂时没有应答")
    assert await typed(handler) == MINE
    await product.is_back()
    await handler.send()
    drafts = await handler.asks(f"/console/api/handling/cases/{case}")
    assert str(drafts["text"]).count(MINE) == 1


async def test_a_number_of_the_desk_is_the_length_of_its_list(arrive: Arrive) -> None:
    leader = await arrive(LEADER)
    await leader.open("/console/desk")
    link = leader.page.get_by_role("link", name="停止计时")
    number = int((await link.locator("b").inner_text()).strip())
    assert number > 0
    await link.click()
    await leader.page.wait_for_url("**/cases?light=done")
    await expect(leader.page.locator("main")).to_contain_text(f"{number} 件")


async def test_what_waits_at_the_desk_is_the_length_of_its_list(
    arrive: Arrive, backstage: Backstage
) -> None:
    """Also in the inbox of the same work."""
    await backstage.registered()
    officer = await arrive(OFFICE)
    link = officer.page.locator("section[aria-labelledby=waits]").get_by_role("link", name="待审查")
    number = int((await link.locator("b").inner_text()).strip())
    assert number > 0
    await link.click()
    await expect(officer.page.locator("nav.pager")).to_contain_text(f"共 {number} 件")
    await officer.page.get_by_role("link", name="交办台").click()
    await officer.page.get_by_role("button", name=f"待审查（{number}）").click()
    await expect(officer.page.locator("nav.pager")).to_contain_text(f"共 {number} 件")


async def test_an_export_is_exactly_the_filtered_list(arrive: Arrive, tmp_path: Path) -> None:
    officer = await arrive(OFFICE)
    await officer.open("/console/cases?status=closed")
    await officer.page.locator("table tbody tr").first.wait_for()
    shown = await officer.page.locator("table tbody tr").count()
    async with officer.page.expect_download() as downloading:
        await officer.page.get_by_role("link", name=".csv").click()
    await (await downloading.value).save_as(tmp_path / "list.csv")
    rows = list(csv.reader(io.StringIO((tmp_path / "list.csv").read_text("utf-8-sig"))))
    assert len(rows) - 1 == shown
    assert all("已办结" in row for row in rows[1:])


async def test_two_people_disclose_a_reply_and_the_public_reads_it_until_it_is_taken_down(
    arrive: Arrive, backstage: Backstage, product: Product
) -> None:
    case = await backstage.replied()
    first, second = await arrive(PUBLISHER), await arrive(SECOND)
    name = f"{title()}的答复"
    public = {"mode": "主动公开", "form": "全文公开", "title": name, "text": "站点已增设。"}
    await first.does(case, "公开决定", **public)
    assert "公开复核" not in await first.may(case)
    await second.does(case, "公开复核", approved="同意")
    await backstage.is_public(product.site, name)
    await first.does(case, "撤下", reason="内容有误，更正后再公开。")
    await backstage.is_gone(product.site, name)


async def test_what_one_person_has_opened_is_unread_for_the_other(
    arrive: Arrive, backstage: Backstage
) -> None:
    case = await backstage.registered()
    one, other = await arrive(OFFICE), await arrive(REGISTRAR)
    await is_unread(one, case, True)
    await is_unread(other, case, True)
    async with one.page.expect_response(re.compile(f"/cases/{case}/seen")) as marked:
        await one.see(case)
    assert (await marked.value).status == 204
    await is_unread(one, case, False)
    await is_unread(other, case, True)


async def is_unread(person: Person, case: str, unread: bool) -> None:
    async with person.page.expect_response(re.compile("/portal/worklist[?]")) as listed:
        await person.open("/console/cases?sort=newest")
    assert (await listed.value).ok
    row = person.page.locator(f'[data-row="{case}"]')
    await row.wait_for()
    await expect(row.and_(person.page.locator(".fresh"))).to_have_count(int(unread))


async def test_a_saved_filter_is_there_at_another_desk_and_no_window_undoes_the_other(
    arrive: Arrive,
) -> None:
    one, other = await arrive(LEADER), await arrive(LEADER)
    first, second = title()[-8:], title()[-8:]
    for person in (one, other):
        await person.open("/console/cases?kind=proposal")
        await person.page.locator(".views summary").click()
    other.complaints.expected.add(412)
    for person, name in ((one, first), (other, second)):
        await person.page.locator(".views input").fill(name)
        await person.page.get_by_role("button", name="保存当前查询").click()
        await person.page.locator(".views li", has_text=name).wait_for()
    await expect(other.page.locator(".views li", has_text=first)).to_have_count(1)
    await one.open("/console/cases")
    await one.page.locator(".views summary").click()
    await one.page.locator(".views").get_by_role("link", name=second).click()
    await one.page.wait_for_url("**/cases?kind=proposal")

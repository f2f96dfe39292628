"""Faults around a form and a batch: two clicks, a slow network, a proxy's page, a cut, a
second window, an ended session, and a number that comes meanwhile."""

import json
from typing import Any

import pytest
from playwright.async_api import Locator, Route, expect

from shared.mongo.connect import connect
from tests.e2e.console.browser import FORM, Person
from tests.e2e.console.conftest import Arrive
from tests.e2e.console.looking import settled
from tests.e2e.console.papers import LEAD, OFFICE, Backstage
from tests.e2e.console.product import Product
from tests.e2e.console.test_many_cases import DIALOG, accepted, hand_out, listed, sent, tick_page

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.on_change("console")]
PROGRESS = {"node": "调查研究", "text": "已经到现场查看，正在测算。"}
MANY = 6
PROXY = "<html><body><h1>502 Bad Gateway</h1><hr>nginx</body></html>"
FAILED = {"status": 502, "content_type": "text/html", "body": PROXY}


async def writing(person: Person, case: str) -> None:
    await person.begin(case, "办理进展")
    await person.put(PROGRESS)


def commands(person: Person) -> list[str]:
    """Returns a list that fills with the keys of the commands that the page sends."""
    found: list[str] = []
    person.page.on(
        "request",
        lambda request: (
            request.method == "POST"
            and not request.url.endswith("/consequences")
            and found.append(request.headers.get("idempotency-key", ""))
        ),
    )
    return found


async def entries(person: Person, case: str) -> int:
    """Returns how often the progress stands in the case."""
    page = await person.asks(f"/console/api/handling/cases/{case}")
    return str(page["text"]).count(PROGRESS["text"])


async def test_two_clicks_on_a_slow_network_send_one_command_and_say_that_it_is_under_way(
    arrive: Arrive, backstage: Backstage
) -> None:
    case = await backstage.assigned()
    handler = await arrive(LEAD)
    await writing(handler, case)

    async def slowly(route: Route) -> None:
        await handler.page.wait_for_timeout(1500)
        await route.continue_()

    await handler.page.route("**/progress*", slowly)
    sent_ = commands(handler)
    button = handler.page.locator(f"{FORM} button[type=submit]")
    await button.dblclick()
    await expect(button).to_have_attribute("aria-disabled", "true")
    await expect(button).to_have_text("正在提交……")
    await handler.page.keyboard.press("Enter")
    await handler.page.locator(FORM).wait_for(state="detached")
    assert len(sent_) == 1
    assert await entries(handler, case) == 1


async def test_the_page_of_a_proxy_is_said_in_our_words_and_the_next_try_makes_one_fact(
    arrive: Arrive, backstage: Backstage
) -> None:
    """The first try was carried out; its answer was lost."""
    case = await backstage.assigned()
    handler = await arrive(LEAD)
    await writing(handler, case)

    async def lost(route: Route) -> None:
        await route.fetch()
        await route.fulfill(**FAILED)

    handler.complaints.expected.add(502)
    await handler.page.route("**/progress*", lost, times=1)
    keys = commands(handler)
    await handler.submit()
    told = handler.page.locator(FORM)
    await expect(told).to_contain_text("服务暂时没有应答")
    await expect(told).not_to_contain_text("nginx")
    await handler.send()
    assert len(keys) == 2
    assert len(set(keys)) == 1
    assert await entries(handler, case) == 1


async def batch_begun(officer: Person, backstage: Backstage) -> Locator:
    """Ticks cases that were accepted just now, and opens their batch; returns its dialog."""
    word, _ = await accepted(backstage, MANY)
    await listed(officer, word, MANY)
    await tick_page(officer.page)
    await officer.page.get_by_role("button", name=f"批量办理 {MANY} 件").click()
    dialog = officer.page.locator(DIALOG).first
    await dialog.get_by_role("button", name="交办", exact=True).click()
    return dialog


async def test_a_batch_that_is_cut_in_the_middle_goes_on_with_the_rest(
    arrive: Arrive, backstage: Backstage
) -> None:
    officer = await arrive(OFFICE)
    officer.complaints.cut = True
    posts = sent(officer.page)

    async def cut(route: Route) -> None:
        await (route.continue_() if len(posts) <= 2 else route.abort("connectionreset"))

    await officer.page.route("**/assignments*", cut)
    dialog = await batch_begun(officer, backstage)
    await hand_out(officer, MANY)
    again = dialog.get_by_role("button", name="重新提交未办成的")
    await again.wait_for()
    left = await dialog.locator("table.plain tbody tr").count()
    await expect(dialog).to_contain_text("服务暂时没有应答")
    await officer.page.unroute("**/assignments*")
    await again.click()
    await expect(dialog).to_contain_text(f"{MANY}/{MANY}")
    await again.wait_for(state="detached")
    assert (left > 0, len(posts)) == (True, MANY + left)
    await officer.page.keyboard.press("Escape")
    await dialog.wait_for(state="detached")
    await expect(officer.page.locator("[role=group] strong")).to_have_count(0)


async def test_a_session_that_ends_in_the_middle_of_a_batch_is_renewed_and_all_are_done(
    arrive: Arrive, backstage: Backstage, product: Product
) -> None:
    officer = await arrive(OFFICE)
    officer.complaints.expected.add(401)
    posts = sent(officer.page)

    async def ends(route: Route) -> None:
        if len(posts) == 3:
            await end_session(product, OFFICE)
        await route.continue_()

    await officer.page.route("**/assignments*", ends)
    dialog = await batch_begun(officer, backstage)
    await hand_out(officer, MANY)
    await again_as(officer)
    await expect(dialog).to_contain_text(f"{MANY}/{MANY}")
    await expect(dialog.locator("table.plain tbody tr")).to_have_count(0)


async def end_session(product: Product, person: str) -> None:
    settings = product.settings
    async with connect(settings.mongo_url) as mongo:
        sessions = mongo[settings.database("portal")]["browser_sessions"]
        await sessions.delete_many({"person": person})


async def again_as(person: Person) -> None:
    """Signs in again as the same person, over the page."""
    again = person.page.get_by_role("dialog", name="登录已失效")
    name = await person.page.locator("header.bar .who").inner_text()
    await again.get_by_label("按姓名、单位查找").fill(name)
    await again.get_by_role("button", name=f"以“{name}”身份登录").first.click()


async def test_a_second_window_acts_and_the_first_learns_it_at_its_next_act(
    arrive: Arrive, backstage: Backstage
) -> None:
    """Both are of one session. What the first typed stays."""
    case = await backstage.assigned()
    one = await arrive(LEAD)
    await writing(one, case)
    page = one.page
    one.page = await one.context.new_page()
    await one.does(case, "办理进展", node="调查研究", text="另一窗口的进展。")
    one.page = page
    one.complaints.expected |= {409, 412}
    await one.submit()
    await one.page.get_by_role("alert", name="这件刚刚由您在别的窗口更新").wait_for()
    assert await page.locator(f'{FORM} [id="text"]').input_value() == PROGRESS["text"]


async def test_a_number_that_comes_while_a_form_is_open_is_no_conflict(
    arrive: Arrive, backstage: Backstage
) -> None:
    """The page was read after the acceptance and before the number."""
    case = await backstage.registered()
    officer = await arrive(OFFICE)
    answer = await backstage.accepts(case)
    await officer.page.route(f"**/portal/cases/{case}*", as_before(answer["version"]), times=1)
    await officer.begin(case, "撤回")
    officer.complaints.expected |= {409, 412}
    await officer.put({"reason": "提出人书面申请撤回。"})
    await officer.send()


def as_before(version: int) -> Any:
    """Returns what makes a page of a case that of its intake at the version."""

    async def handler(route: Route) -> None:
        answer = await route.fetch()
        page = await answer.json()
        page["versions"] = {
            name: version if name.startswith("intake-") else number
            for name, number in page["versions"].items()
        }
        await route.fulfill(response=answer, body=json.dumps(page))

    return handler


async def test_signing_out_asks_where_something_typed_is_unsent(
    arrive: Arrive, backstage: Backstage
) -> None:
    case = await backstage.assigned()
    handler = await arrive(LEAD)
    await writing(handler, case)
    await handler.page.keyboard.press("Escape")
    await handler.page.get_by_role("button", name="暂存并关闭").click()
    asked: list[str] = []

    async def stay(dialog: Any) -> None:
        asked.append(dialog.message)
        await dialog.dismiss()

    handler.page.once("dialog", stay)
    await handler.page.get_by_role("button", name="退出").click()
    assert asked
    await expect(handler.page.get_by_role("button", name="退出")).to_be_visible()
    await handler.begin(case, "办理进展")
    await handler.page.locator(FORM).get_by_role("button", name="丢弃").click()
    await handler.page.keyboard.press("Escape")
    await handler.page.get_by_role("button", name="退出").click()
    await handler.page.get_by_label("按姓名、单位查找").wait_for()
    assert len(asked) == 1


async def test_the_way_back_leads_to_where_the_list_was_scrolled_to(arrive: Arrive) -> None:
    officer = await arrive("p-leader-1")
    await officer.open("/console/cases?limit=100")
    await settled(officer)
    table = officer.page.locator(".ledger")
    await table.evaluate("e => e.scrollTo(0, 700)")
    row = officer.page.locator(".ledger tbody tr").nth(24)
    before = await table.evaluate("e => e.scrollTop")
    await row.locator("a").first.click()
    await officer.page.get_by_role("link", name="返回列表").click()
    await settled(officer)
    assert await table.evaluate("e => e.scrollTop") == before
    link = officer.page.locator(".ledger tbody tr").nth(24).locator("a").first
    await expect(link).to_be_focused()


async def test_the_address_of_a_tab_shows_a_colleague_the_same_tab(
    arrive: Arrive, backstage: Backstage
) -> None:
    """One who may not see the case gets the page of one that does not exist."""
    case = await backstage.assigned()
    handler, colleague, stranger = [await arrive(who) for who in (LEAD, OFFICE, "p-hea-handler")]
    await handler.see(case)
    await handler.page.get_by_role("tab", name="承办单位与时限").click()
    address = handler.page.url
    await colleague.page.goto(address)
    await settled(colleague)
    for person in (handler, colleague):
        await expect(person.page.get_by_role("tab", selected=True)).to_have_text("承办单位与时限")
    stranger.complaints.expected |= {403, 404}
    await stranger.page.goto(address)
    await settled(stranger)
    assert case not in await stranger.text()
    assert await stranger.page.get_by_role("tab").count() == 0

"""Statements that users of such consoles ask for: what was typed stays, the way back leads back, a
refusal says why, a printed page has every column."""

import pytest
from playwright.async_api import expect

from tests.e2e.console.browser import FORM, Person
from tests.e2e.console.conftest import Arrive
from tests.e2e.console.looking import counts, go, settled
from tests.e2e.console.papers import LEAD, OFFICE, Backstage

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.on_change("console")]
LEADER = "p-leader-1"
WORDS = "我起草的答复，还没有写完。"
A4_LANDSCAPE = {"width": 1047, "height": 718}
"""In CSS pixels, within margins of 10 mm."""


async def typing(person: Person, case: str) -> None:
    await person.begin(case, "拟稿")
    await person.put({"text": WORDS})


async def typed(person: Person) -> str:
    return await person.page.locator(f'{FORM} [id="text"]').input_value()


async def test_a_killed_tab_loses_nothing_that_was_typed_two_seconds_before(
    arrive: Arrive, backstage: Backstage
) -> None:
    """The form says from when the text is, and offers to discard it."""
    case = await backstage.assigned()
    handler = await arrive(LEAD)
    await typing(handler, case)
    await expect(handler.page.locator(FORM)).to_contain_text("已暂存")
    await handler.page.close(run_before_unload=False)
    handler.page = await handler.context.new_page()
    await handler.begin(case, "拟稿")
    assert await typed(handler) == WORDS
    await expect(handler.page.locator(FORM)).to_contain_text("暂存的内容")
    await handler.page.locator(FORM).get_by_role("button", name="丢弃").click()
    assert await typed(handler) == ""


async def test_what_a_colleague_does_meanwhile_changes_no_letter_of_mine(
    arrive: Arrive, backstage: Backstage
) -> None:
    case = await backstage.assigned()
    one, other = await arrive(LEAD), await arrive(LEAD)
    await typing(one, case)
    await other.does(case, "办理进展", node="调查研究", text="已经到现场查看。")
    await one.page.wait_for_timeout(1000)
    assert await typed(one) == WORDS


async def test_leaving_asks_only_when_something_was_typed(
    arrive: Arrive, backstage: Backstage
) -> None:
    """By Esc, by a click beside the dialog, and by the browser's way back."""
    case = await backstage.assigned()
    handler = await arrive(LEAD)
    await go(handler, "/cases")
    await go(handler, f"/cases/{case}")
    await handler.page.locator(".actions").get_by_role("button", name="拟稿").click()
    await handler.page.locator(FORM).wait_for()
    await handler.page.keyboard.press("Escape")
    await handler.page.locator(FORM).wait_for(state="detached")
    await handler.page.locator(".actions").get_by_role("button", name="拟稿").click()
    await handler.put({"text": WORDS})
    for leave in (
        handler.page.keyboard.press("Escape"),
        handler.page.mouse.click(4, 300),
        handler.page.evaluate("history.back()"),
    ):
        await leave
        question = handler.page.get_by_role("alertdialog", name="有没有提交的内容")
        await question.wait_for()
        await question.get_by_role("button", name="继续填写").click()
        assert await typed(handler) == WORDS


async def second_page(officer: Person) -> str:
    """Turns to the second page of a filtered list, by its button; returns its address."""
    await officer.open("/console/cases?sort=-due")
    await settled(officer)
    await officer.page.get_by_role("button", name="下一页").click()
    await officer.page.wait_for_url("**after=**")
    await settled(officer)
    return officer.page.url


async def test_the_way_back_from_a_case_is_the_row_that_it_was_opened_from(arrive: Arrive) -> None:
    """Same filter, order and page, with the focus on the row."""
    officer = await arrive(LEADER)
    address = await second_page(officer)
    link = officer.page.locator(".ledger tbody tr").nth(1).locator("a").first
    name = await link.inner_text()
    await link.click()
    await expect(officer.page.locator("header.panel")).to_contain_text("第 22/")
    await officer.page.get_by_role("link", name="返回列表").click()
    await settled(officer)
    assert officer.page.url == address
    assert await officer.page.evaluate("document.activeElement.textContent") == name


async def test_an_address_shows_a_colleague_the_same_list(arrive: Arrive) -> None:
    officer, colleague = await arrive(LEADER), await arrive(LEADER)
    address = await second_page(officer)
    await colleague.page.goto(address)
    await settled(colleague)
    texts = [await each.page.locator(".ledger tbody th").all_inner_texts()
             for each in (officer, colleague)]  # fmt: skip
    assert texts[0]
    assert texts[0] == texts[1]


async def test_the_next_case_of_the_list_is_one_key_away(arrive: Arrive) -> None:
    """Not while a dialog is open."""
    officer = await arrive(OFFICE)
    await go(officer, "/cases")
    await officer.page.locator(".ledger tbody tr a").first.click()
    await expect(officer.page.locator("header.panel")).to_contain_text("第 1/")
    await officer.page.keyboard.press("?")
    await officer.page.locator(".el-dialog").wait_for()
    await officer.page.keyboard.press("n")
    await officer.page.keyboard.press("Escape")
    await officer.page.locator(".el-dialog").wait_for(state="detached")
    await expect(officer.page.locator("header.panel")).to_contain_text("第 1/")
    await officer.page.keyboard.press("n")
    await expect(officer.page.locator("header.panel")).to_contain_text("第 2/")


async def test_a_step_that_is_not_possible_yet_takes_the_focus_and_says_why(
    arrive: Arrive, backstage: Backstage
) -> None:
    case = await backstage.assigned()
    handler = await arrive(LEAD)
    await handler.see(case)
    button = handler.page.locator(".actions .blocked").first
    await button.focus()
    await expect(button).to_be_focused()
    await handler.page.keyboard.press("Enter")
    why = await button.get_attribute("title")
    assert why
    await expect(handler.page.locator("header.panel > p.sub")).to_have_text(why)
    assert not await handler.page.locator(FORM).count()


async def test_a_word_in_the_making_asks_the_ledger_nothing(arrive: Arrive) -> None:
    officer = await arrive(OFFICE)
    await go(officer, "/cases")
    asked: list[str] = []
    officer.page.on("request", lambda request: asked.append(request.url))
    await officer.page.locator("main input[type=search]").focus()
    pinyin = await officer.context.new_cdp_session(officer.page)
    making = {"text": "jian'yi", "selectionStart": 7, "selectionEnd": 7}
    await pinyin.send("Input.imeSetComposition", making)
    await officer.page.wait_for_timeout(600)
    assert asked == []
    await pinyin.send("Input.insertText", {"text": "建议"})
    await officer.page.keyboard.press("Enter")
    await officer.page.wait_for_url("**q=**")
    assert len([url for url in asked if "/worklist?" in url]) == 1


async def test_a_printed_ledger_has_every_column_and_no_button(arrive: Arrive) -> None:
    """On one A4 page in width, with its head on every page."""
    officer = await arrive(OFFICE)
    await go(officer, "/cases")
    heads = await officer.page.locator(".ledger thead th:not(.no-print)").count()
    await officer.page.set_viewport_size(A4_LANDSCAPE)
    await officer.page.emulate_media(media="print")
    shown = officer.page.locator(".ledger thead th:visible")
    assert await shown.count() == heads
    last = await shown.last.bounding_box()
    assert last
    assert last["x"] + last["width"] <= A4_LANDSCAPE["width"] + 1
    assert all(text.strip() for text in await shown.all_inner_texts())
    buttons = "main button:visible:not(thead button), nav:visible, header.bar:visible"
    assert await officer.page.locator(buttons).count() == 0
    head = officer.page.locator(".ledger thead")
    assert await head.evaluate("e => getComputedStyle(e).display") == "table-header-group"
    cut = "e => [getComputedStyle(e).overflow, e.scrollHeight - e.clientHeight]"
    assert await officer.page.locator(".ledger").evaluate(cut) == ["visible", 0]


async def test_nothing_moves_for_a_person_who_asked_for_less_motion(
    arrive: Arrive, backstage: Backstage
) -> None:
    case = await backstage.registered()
    officer = await arrive(OFFICE)
    await officer.page.emulate_media(reduced_motion="reduce")
    await officer.begin(case, "立案")
    slow = await officer.page.evaluate(
        """() => [...document.querySelectorAll('*')].flatMap((each) => {
            const style = getComputedStyle(each)
            return [style.transitionDuration, style.animationDuration].join().split(',')
        }).filter((time) => parseFloat(time) > 0.01)"""
    )
    assert slow == []


async def test_fifty_dialogs_leave_nothing_behind(arrive: Arrive) -> None:
    """Nodes and listeners after the garbage is collected: what grows with every dialog leaks."""
    officer = await arrive(OFFICE)
    button = officer.page.get_by_role("button", name="键盘操作")

    async def opened(times: int) -> dict[str, float]:
        for _ in range(times):
            await button.click()
            await officer.page.locator(".el-dialog").wait_for()
            await officer.page.keyboard.press("Escape")
            await officer.page.locator(".el-dialog").wait_for(state="detached")
        return await counts(officer, ("Nodes", "JSEventListeners"))

    before, after = await opened(5), await opened(50)
    assert after["Nodes"] - before["Nodes"] < 50
    assert after["JSEventListeners"] - before["JSEventListeners"] < 50

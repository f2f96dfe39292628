"""A deputy brings a paper on a phone, without a script: checked, shown, sent once."""

import re

import pytest
from playwright.async_api import expect

from tests.e2e.console.browser import PHONE, Person
from tests.e2e.console.conftest import Arrive
from tests.e2e.console.looking import axe, sticks_out

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.on_change("console", "intake"),
]

DEPUTY = "p-n004"
TITLE = "关于在滨河步道增设照明的建议"
TEXT = "一、基本情况：夜间步道无灯。\n二、建议：分段增设照明。"
REASON = "涉及沿线住户的作息。"


async def test_a_deputy_brings_a_paper_on_a_phone(arrive: Arrive) -> None:
    eye = await arrive(size=PHONE, at="/my/sign-in")
    deputy = await arrive(size=PHONE, scripts=False, at="/my/sign-in")
    await deputy.signs_in_by_form(DEPUTY)
    had = await found(deputy)
    await deputy.page.get_by_role("link", name="提出建议、提案").click()
    await looks_well(deputy, eye)
    await deputy.page.get_by_role("link", name="代表建议").click()
    await looks_well(deputy, eye)
    await written(deputy)
    await refused_at_its_field(deputy, eye)
    await shown_and_changed(deputy, eye)
    await sent_once(deputy, had)


async def looks_well(deputy: Person, eye: Person) -> None:
    """Measures the page in a browser of the same size where the measures can run."""
    await eye.page.set_content(await deputy.page.content())
    assert await axe(eye) == []
    assert await sticks_out(eye) == []


async def written(deputy: Person) -> None:
    page = deputy.page
    await page.get_by_label("案由").fill(TITLE)
    await page.locator("#f-text").fill(TEXT)
    await page.get_by_label("内容分类").select_option(label="城建环保")
    await page.get_by_label("所涉地区").select_option(index=1)
    await page.get_by_label("联名人").fill("查无此人")
    assert await page.locator("input[type=radio]:checked").count() == 0
    await page.get_by_label("不同意公开", exact=True).check()


async def refused_at_its_field(deputy: Person, eye: Person) -> None:
    """First the co-signer that nobody knows, then the reason that is missing."""
    page, deputy.complaints.expected = deputy.page, {409, 422}
    await page.get_by_role("button", name="预览").click()
    await expect(page.get_by_role("alert")).to_contain_text("没有找到在任的“查无此人”")
    await expect(page.locator("#f-cosigners")).to_be_focused()
    await expect(page.locator("#f-text")).to_have_value(TEXT)
    await looks_well(deputy, eye)
    await page.locator("#f-cosigners").fill("")
    await page.get_by_role("button", name="预览").click()
    await expect(page.locator("#f-no_consent_reason-fault")).to_contain_text("写明缘由")
    await expect(page.locator("#f-no_consent_reason")).to_be_focused()
    await expect(page.get_by_label("不同意公开", exact=True)).to_be_checked()
    await page.locator("#f-no_consent_reason").fill(REASON)


async def shown_and_changed(deputy: Person, eye: Person) -> None:
    page = deputy.page
    await page.get_by_role("button", name="预览").click()
    await expect(page.get_by_role("heading", name="预览：尚未提交")).to_be_visible()
    await expect(page.locator("article")).to_contain_text("分段增设照明。")
    await expect(page.locator("article")).to_contain_text(REASON)
    await looks_well(deputy, eye)
    await page.get_by_role("button", name="返回修改").click()
    await expect(page.locator("#f-text")).to_have_value(TEXT)
    await expect(page.locator("#f-subject")).to_have_value("urban-environment")
    await page.get_by_role("button", name="预览").click()


async def sent_once(deputy: Person, had: int) -> None:
    """The same form from two windows is one case."""
    page = deputy.page
    await expect(page.get_by_role("heading", name="预览：尚未提交")).to_be_visible()
    form = await page.locator("form[action*='/my/new/']").evaluate(
        "form => [form.action, Object.fromEntries(new FormData(form))]"
    )
    await page.get_by_role("button", name="提交").click()
    await expect(page.locator("main")).to_contain_text("您提出的内容已经收到")
    first = page.url.split("?")[0]
    again = await deputy.context.request.post(form[0], form={**form[1], "step": "send"})
    assert again.url.split("?")[0] == first
    await expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    await page.goto(f"{deputy.address}/my/")
    await expect(page.locator("ul.cases > li").first).to_contain_text("立案前加密保存")
    assert await found(deputy) == had + 1


async def found(deputy: Person) -> int:
    """Returns how many cases the list counts."""
    text = await deputy.page.locator("main").inner_text()
    counted = re.search(r"共 (\d+) 件", text)
    return int(counted[1]) if counted else 0

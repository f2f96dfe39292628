"""A suggestion of two deputies on their own pages: confirmed, read, rated with a reason."""

import re
from typing import Any
from uuid import uuid4

import httpx
import pytest

from shared.testing.checklist import refusing
from tests.e2e.matter import Matter, paper, registered
from tests.e2e.organisation import GUO, HOUSING, OFFICE, TANG
from tests.e2e.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")

TITLE = "关于为站前片区增设公交站台的建议"
POOR = {"attitude": "satisfied", "result": "unsatisfied", "overall": ""}


async def test_two_deputies_do_their_part_on_their_own_pages(world: World) -> None:
    case, _ = await of_two_deputies(world)
    async with browser_of(world, TANG) as tang, browser_of(world, GUO) as guo:
        await confirmed_by_the_other(case, guo)
        await replied(case)
        await read_by_both(case, tang, guo)
        await rated_with_a_reason(case, guo)
        await rated_once(case, tang)


async def test_a_paper_that_was_sent_back_comes_again_from_the_page(world: World) -> None:
    case, text = await of_two_deputies(world)
    async with browser_of(world, TANG) as tang, browser_of(world, GUO) as guo:
        await confirmed_by_the_other(case, guo)
        reason = refusing("several-matters", note="一件写了两事")
        await case.does(OFFICE, case.at("intake", "return"), reason)
        page = await tang.reads(case)
        assert "一件写了两事" in page
        assert TITLE in page
        same = await tang.sends(page, "resubmit-paper", title=TITLE, text=text)
        assert (same.status_code, "都没有修改" in same.text) == (409, True)
        words = {"title": TITLE, "text": "三条主干道没有站台，建议增设。"}
        done = await tang.sends(same.text, "resubmit-paper", **words)
        assert (done.status_code, "您已修改后再交" in done.text) == (200, True)
        await confirmed_by_the_other(case, guo)
    await case.accept()
    await case.assign(HOUSING)


async def of_two_deputies(world: World) -> tuple[Matter, str]:
    """Returns the case that the first signer brought by himself, and its text."""
    today = (await world.now()).date().isoformat()
    platform = {"title": TITLE, "channel": "platform", "received_on": today}
    body = paper("suggestion", {"person": TANG}, {"person": GUO}, **platform)
    body.pop("session", None)
    return await registered(world, body, TANG), body["text"]


def browser_of(world: World, who: str) -> "Browser":
    return Browser(world, who)


class Browser(httpx.AsyncClient):
    """Follows every lead, and sends the forms of the page that it has."""

    def __init__(self, world: World, who: str) -> None:
        address = world.processes.urls["api"]
        super().__init__(base_url=address, follow_redirects=True, timeout=30, trust_env=False)
        self.who = who

    async def __aenter__(self) -> "Browser":
        await super().__aenter__()
        answer = await self.post("/my/sign-in", data={"person": self.who, "next": "/my/"})
        assert answer.status_code == 200, answer.text
        return self

    async def reads(self, case: Matter) -> str:
        await case.world.settle()
        shown = await self.get(f"/my/cases/{case.id}")
        assert shown.status_code == 200, shown.text
        return shown.text

    async def sends(self, page: str, action: str, **typed: str) -> httpx.Response:
        found = re.search(rf'action="([^"]+/{action}/[^"]+)">(.*?)</form>', page, re.DOTALL)
        assert found, page
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', found[2]))
        return await self.post(found[1], data={**hidden, **typed})


async def confirmed_by_the_other(case: Matter, guo: Browser) -> None:
    page = await guo.reads(case)
    assert "联名确认" in page
    assert "三条主干道" in page  # the very text that he is asked to sign
    answer = await guo.sends(page, "confirm-signature")
    assert "您已确认联名" in answer.text
    assert "/confirm-signature/" not in answer.text


async def replied(case: Matter) -> None:
    await case.accept()
    await case.assign(HOUSING)
    await case.receive(HOUSING)
    await case.contact(HOUSING)
    await case.reply(HOUSING, text="站台已列入<年内>计划。")


async def read_by_both(case: Matter, *browsers: Browser) -> None:
    for browser in browsers:
        page = await browser.reads(case)
        assert "站台已列入&lt;年内&gt;计划。" in page
        assert "市住房和城乡建设局的答复" in page
        assert not re.search(r'type="radio"[^>]*checked', page)
        listed = (await browser.get("/my/")).text
        assert TITLE in listed


async def rated_with_a_reason(case: Matter, guo: Browser) -> None:
    page = await guo.reads(case)
    refused = await guo.sends(page, "rate-reply", **POOR, reason="")
    assert refused.status_code == 409
    assert 'aria-invalid="true"' in refused.text
    done = await guo.sends(refused.text, "rate-reply", **POOR, reason="没有完成时间。")
    assert (done.status_code, "您的评价已经收到" in done.text) == (200, True)
    assert "没有完成时间。" in done.text
    assert "已启动第 2 次办理" in done.text


async def rated_once(case: Matter, tang: Browser) -> None:
    """The same form sent twice is one rating; the other's reasons are not shown to him."""
    page = await tang.reads(case)
    assert "没有完成时间。" not in page
    form: dict[str, Any] = {"attitude": "satisfied", "result": "satisfied", "reason": ""}
    answers = [await tang.sends(page, "rate-reply", **form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    other = form | {"result": "basically-satisfied", "key": uuid4().hex}
    refused = await tang.sends(page, "rate-reply", **other)
    assert (refused.status_code, "提交未成功" in refused.text) == (409, True)

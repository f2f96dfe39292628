"""A paper of the reader: nothing typed is lost, and nothing is sent before it was shown."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from starlette.routing import Mount

from tests.component.portal.conftest import case_id
from tests.component.portal.desk import Desk, open_desk
from tests.component.portal.test_my_pages import DEPUTY, hidden_in, proof_in, sign_in

FORM = "/my/new/suggestion"
TYPED = {
    "draft": "d" * 32, "title": "关于<步道>照明的建议", "text": "一、无灯。\r\n二、增设。",
    "subject": "urban-environment", "region": "direct", "consent": "false", "step": "preview",
}  # fmt: skip
UNIT = {"unit": "u-city", "title": "临江市", "short": "临江市", "level": "city", "agency": "u-city",
        "region": None, "units": []}  # fmt: skip
MANDATE = {"body": "npc", "number": "D1", "delegation": "城东代表团", "agency": "u-city",
           "term_from": "2020-01-01", "term_to": "2099-12-31"}  # fmt: skip
PERIODS = [{"code": "2020", "title": "2020年", "received_from": "2019-10-01",
            "received_to": "2099-12-31"}]  # fmt: skip
ANSWERS: dict[str, Any] = {
    "/directory/v1/persons/p-n001": {"title": "唐宏伟", "mandates": [MANDATE]},
    "/directory/v1/units": [UNIT],
    "/directory/v1/deputies": [{**MANDATE, "person": "p-n002", "title": "郭立新"}],
    "/reminder/v1/rules": {"periods": PERIODS, "subjects": ["urban-environment"]},
    "/intake/v1/openapi.json": json.loads(Path("docs/openapi/intake.json").read_text("utf-8")),
}
ACCEPTED = {"stream": f"intake-{case_id(7)}", "version": 1, "case_id": case_id(7)}
REFUSED = {"detail": "请写明缘由", "rule": "no-consent-reason", "field": "no_consent_reason"}


class Services:
    """Directory, rules and intake as a test has them; `sent` are the registrations."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, dict[str, Any]]] = []
        self.answer = Response("gateway", 502)

    def mount(self, desk: Desk) -> None:
        for name in ("directory", "reminder", "intake"):
            app = FastAPI(openapi_url=None)
            app.add_api_route("/{path:path}", self.hear, methods=["GET", "POST"])
            desk.portal.app.router.routes.insert(0, Mount(f"/{name}/v1", app))

    async def hear(self, request: Request) -> Response:
        if request.method == "GET":
            found = ANSWERS.get(request.url.path)
            return JSONResponse(found) if found else Response("no", 404)
        key = request.headers["idempotency-key"]
        self.sent.append((request.url.query, key, await request.json()))
        return self.answer


@pytest.fixture
def services() -> Services:
    return Services()


@pytest_asyncio.fixture
async def desk(mongo_url: str, tmp_path: Path, services: Services) -> AsyncIterator[Desk]:
    async with open_desk(mongo_url, tmp_path) as made:
        made.portal.actors[DEPUTY.sub] = DEPUTY
        services.mount(made)
        yield made


async def begun(browser: httpx.AsyncClient) -> dict[str, str]:
    await sign_in(browser)
    page = await browser.get(FORM)
    assert page.status_code == 200, page.text
    return {**TYPED, "csrf": proof_in(page.text)["csrf"]}


async def test_a_paper_is_checked_shown_and_sent_under_its_key(
    desk: Desk, services: Services
) -> None:
    services.answer = JSONResponse(ACCEPTED, 201)
    async with desk.browser() as browser:
        typed = await begun(browser)
        shown = await browser.post(FORM, data={**typed, "cosigners": "郭立新"})
        assert "关于&lt;步道&gt;照明的建议" in shown.text
        assert "郭立新（城东代表团）" in shown.text
        answer = await browser.post(FORM, data={**hidden_in(shown.text), "step": "send"})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"/my/cases/{case_id(7)}?done=register-case")
    checked, sent = services.sent
    assert (checked[:2], sent[:2]) == (("check=true", f"check-{'d' * 32}"), ("", "d" * 32))
    assert checked[2] == sent[2]
    assert sent[2]["proposers"] == [
        {"person": "p-n001", "part": "lead"}, {"person": "p-n002", "part": "co"},
    ]  # fmt: skip
    assert (sent[2]["text"], sent[2]["consent"]) == ("一、无灯。\n二、增设。", False)


async def test_a_refused_paper_comes_back_with_the_sentence_at_its_field(
    desk: Desk, services: Services
) -> None:
    services.answer = JSONResponse(REFUSED, 409)
    async with desk.browser() as browser:
        answer = await browser.post(FORM, data=await begun(browser))
    assert answer.status_code == 409
    assert answer.text.count("请写明缘由") == 2
    assert answer.text.count("autofocus") == 1
    assert "一、无灯。\n二、增设。</textarea>" in answer.text
    assert f'name="draft" value="{"d" * 32}"' in answer.text


async def test_words_and_key_outlive_a_service_that_is_away(desk: Desk, services: Services) -> None:
    async with desk.browser() as browser:
        typed = await begun(browser)
        away = await browser.post(FORM, data={**typed, "step": "send"})
        assert away.status_code == 503
        again = await browser.post(FORM, data={**hidden_in(away.text), "step": "edit"})
    assert "一、无灯。\n二、增设。</textarea>" in again.text
    assert f'name="draft" value="{"d" * 32}"' in again.text


async def test_words_outlive_the_session(desk: Desk, services: Services) -> None:
    desk.watch.later(minutes=-31)
    async with desk.browser() as browser:
        typed = await begun(browser)
        desk.watch.later(minutes=31)
        ended = await browser.post(FORM, data={**typed, "step": "send"})
        assert ended.status_code == 401
        back = await browser.post(
            "/my/sign-in", data={"person": DEPUTY.sub, **hidden_in(ended.text)}
        )
    assert "一、无灯。\n二、增设。</textarea>" in back.text
    assert f'name="draft" value="{"d" * 32}"' in back.text
    assert services.sent == []


async def test_a_key_that_another_paper_has_used_gives_way(desk: Desk, services: Services) -> None:
    services.answer = JSONResponse({"rule": "key-reused", "detail": "…"}, 422)
    async with desk.browser() as browser:
        answer = await browser.post(FORM, data={**await begun(browser), "step": "send"})
    assert "刚才已经提交过一件" in answer.text
    assert f'value="{"d" * 32}"' not in answer.text


async def test_a_paper_on_its_way_to_the_page_is_no_missing_one(desk: Desk) -> None:
    async with desk.browser() as browser:
        await sign_in(browser)
        arriving = await browser.get(f"/my/cases/{case_id(8)}?done=register-case&at=intake-x@1")
        missing = await browser.get(f"/my/cases/{case_id(8)}")
    assert (arriving.status_code, missing.status_code) == (200, 404)
    assert "您提出的内容已经收到" in arriving.text


async def test_kinds_that_no_mandate_allows_are_no_pages(desk: Desk) -> None:
    async with desk.browser() as browser:
        await sign_in(browser)
        offered = (await browser.get("/my/new")).text
        answers = [await browser.get(f"/my/new/{kind}") for kind in ("proposal", "petition", "x")]
    assert ("代表建议" in offered, "政协提案" in offered) == (True, False)
    assert [each.status_code for each in answers] == [404, 404, 404]


async def test_items_are_typed_one_a_line_and_sent_as_a_list(
    desk: Desk, services: Services
) -> None:
    services.answer = JSONResponse(ACCEPTED, 201)
    lines = "加装路灯\r\n\r\n  公布进度  "
    async with desk.browser() as browser:
        typed = await begun(browser)
        shown = await browser.post(FORM, data={**typed, "asks": lines})
        assert "<li>加装路灯</li><li>公布进度</li>" in shown.text
        await browser.post(FORM, data={**hidden_in(shown.text), "step": "send"})
        assert [body["asks"] for _, _, body in services.sent] == [["加装路灯", "公布进度"]] * 2
        twice = {"detail": "第 2 项与第 1 项相同", "rule": "ask-twice", "field": "asks.1"}
        services.answer = JSONResponse(twice, 409)
        refused = await browser.post(FORM, data={**typed, "asks": lines})
    assert refused.text.count("第 2 项与第 1 项相同") == 2
    assert "加装路灯\n\n  公布进度  </textarea>" in refused.text


DRAFTS = "/my/drafts"
WORDS = {"title": "步道<无>灯", "text": "夜里看不清。\r\n装灯。", "subject": "urban-environment"}


async def list_of(browser: httpx.AsyncClient) -> str:
    return (await browser.get(DRAFTS)).text


async def test_a_draft_is_saved_half_written_and_goes_when_it_was_sent(
    desk: Desk, services: Services
) -> None:
    services.answer = JSONResponse(ACCEPTED, 201)
    async with desk.browser() as browser:
        typed = {**await begun(browser), "title": "", "step": "save"}
        saved = await browser.post(FORM, data=typed)
        assert (saved.status_code, saved.headers["location"]) == (303, f"{DRAFTS}?done=saved")
        shown = await list_of(browser)
        assert "（未写标题）" in shown
        opened = await browser.get(f"{DRAFTS}/{'d' * 32}", follow_redirects=True)
        assert opened.url.path == FORM
        kept = hidden_in(opened.text)
        assert (kept["draft"], kept["version"]) == ("d" * 32, "1")
        assert "二、增设。</textarea>" in opened.text
        preview = await browser.post(
            FORM, data={**typed, **kept, "title": "照明", "step": "preview"}
        )
        await browser.post(FORM, data={**hidden_in(preview.text), "step": "send"})
        assert "还没有草稿和线索" in await list_of(browser)
    assert services.sent[-1][1] == "d" * 32, "the id of the draft is the key of the registration"


async def test_a_clue_becomes_a_paper(desk: Desk) -> None:
    async with desk.browser() as browser:
        await sign_in(browser)
        blank = (await browser.get(f"{DRAFTS}/new")).text
        address = re.search(rf'action="({DRAFTS}/[0-9a-f]{{32}})"', blank)
        assert address
        csrf = proof_in(blank)["csrf"]
        await browser.post(address[1], data={**WORDS, "csrf": csrf, "version": "0", "step": "save"})
        shown = await list_of(browser)
        assert "步道&lt;无&gt;灯" in shown
        clue = (await browser.get(address[1])).text
        leads = re.search(r'href="(/my/new/suggestion\?draft=[0-9a-f]{32})"', clue)
        assert leads
        paper = (await browser.get(leads[1])).text
        assert 'value="步道&lt;无&gt;灯"' in paper
        assert "夜里看不清。\n装灯。</textarea>" in paper
        assert re.search(r'value="urban-environment" selected', paper)


async def test_a_deleted_draft_can_be_taken_back(desk: Desk) -> None:
    async with desk.browser() as browser:
        typed = {**await begun(browser), "step": "save"}
        await browser.post(FORM, data=typed)
        gone = await browser.post(f"{DRAFTS}/{'d' * 32}", data={**typed, "step": "drop"})
        assert "已经删除" in gone.text
        assert "还没有草稿和线索" in await list_of(browser)
        await browser.post(f"{DRAFTS}/{'d' * 32}", data={**hidden_in(gone.text), "step": "save"})
        opened = await browser.get(f"{DRAFTS}/{'d' * 32}", follow_redirects=True)
        assert (opened.url.path, "二、增设。</textarea>" in opened.text) == (FORM, True)


async def test_a_draft_of_another_window_is_not_overwritten(desk: Desk) -> None:
    async with desk.browser() as browser:
        typed = {**await begun(browser), "step": "save"}
        await browser.post(FORM, data=typed)
        stale = await browser.post(FORM, data={**typed, "title": "另一稿"})
        assert (stale.status_code, "再次保存将另存一份" in stale.text) == (412, True)
        second = {**typed, **hidden_in(stale.text), "title": "另一稿"}
        assert second["draft"] != "d" * 32
        await browser.post(FORM, data=second)
        shown = await list_of(browser)
    assert ("另一稿" in shown, "照明的建议" in shown) == (True, True)


async def test_words_of_a_clue_outlive_the_session(desk: Desk) -> None:
    clue = f"{DRAFTS}/{'c' * 32}"
    async with desk.browser() as browser:
        ended = await browser.post(clue, data={**WORDS, "csrf": "x", "step": "save"})
        assert ended.status_code == 401
        again = await browser.post(
            "/my/sign-in", data={**hidden_in(ended.text), "person": DEPUTY.sub}
        )
        assert "夜里看不清。\n装灯。</textarea>" in again.text


async def test_a_draft_of_another_person_is_no_page(desk: Desk) -> None:
    async with desk.browser() as browser:
        await sign_in(browser)
        for path in (f"{DRAFTS}/{'e' * 32}", f"{FORM}?draft={'e' * 32}"):
            assert (await browser.get(path)).status_code == 404

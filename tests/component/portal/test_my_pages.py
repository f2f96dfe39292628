"""Pages of deputies and advisers: under a session, their own cases only, and nothing typed lost."""

import re
from collections.abc import AsyncIterator, Mapping
from html import unescape
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI, Response
from fastapi.responses import JSONResponse
from starlette.routing import Mount

from shared.kernel.actor import Actor
from tests.component.portal.conftest import REGISTER, case_id, keep, lived
from tests.component.portal.desk import CLERK, HANDLER, LOCAL, PUBLIC, Desk, open_desk
from tests.unit.portal.life import EVALUATION

DEPUTY = Actor("p-n001", (), deputy=True)
OTHER = Actor("p-n002", (), deputy=True)
DEPUTY_AT_WORK = Actor(OTHER.sub, HANDLER.posts, deputy=True)
CASE = f"/my/cases/{case_id(1)}"
RATING = f"{CASE}/rate-reply/{EVALUATION}"
TYPED = {
    "form": f"rate-reply/{EVALUATION}",
    "attitude": "unsatisfied",
    "reason": "没有<b>说明</b>。",
}
PAPER = {
    "title": None, "text": "", "readable": True, "proposers": [], "refusal": None,
    "withdrawal_asked_by": [], "call": None, "text_digest": None, "steps": [], "former": [],
}  # fmt: skip
ACCEPTED = {"stream": f"feedback-{case_id(1)}", "version": 2}
REFUSED = {
    "type": "urn:duban:problem:reason-required", "title": "当前不能办理", "status": 409,
    "detail": "评价不满意须说明理由", "rule": "reason-required", "field": "reason",
}  # fmt: skip


@pytest_asyncio.fixture
async def desk(mongo_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(mongo_url, tmp_path) as made:
        for actor in (DEPUTY, OTHER):
            made.portal.actors[actor.sub] = actor
        await keep(made.portal.database, lived(1))
        made.echo.answer = JSONResponse({"evaluations": []})
        yield made


async def sign_in(browser: httpx.AsyncClient, who: str = DEPUTY.sub, **more: str) -> httpx.Response:
    return await browser.post("/my/sign-in", data={"person": who, "next": "/my/", **more})


def proof_in(page: str) -> dict[str, str]:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found, page
    return {"csrf": found[1], "key": "k" * 32}


async def test_the_way_in_offers_deputies_and_leads_to_the_list(desk: Desk) -> None:
    async with desk.browser() as browser:
        first = await browser.get("/my", follow_redirects=True)
        assert first.status_code == 401
        assert "登录已结束" not in first.text
        offered = (await browser.get("/my/sign-in")).text
        assert "唐宏伟（临江区代表团）" in offered
        assert "王芳" not in offered
        answer = await sign_in(browser)
        assert (answer.status_code, answer.headers["location"]) == (303, "/my/")
        shown = await browser.get("/my/")
    assert shown.status_code == 200
    assert CASE in shown.text
    assert "default-src 'none'" in shown.headers["content-security-policy"]
    assert shown.headers["cache-control"] == "no-store"
    assert "<script" not in shown.text


async def test_in_production_without_a_provider_nobody_is_offered(
    mongo_url: str, tmp_path: Path
) -> None:
    async with (
        open_desk(mongo_url, tmp_path, environment="production") as made,
        made.browser(PUBLIC) as browser,
    ):
        offered = await browser.get("/my/sign-in")
        answer = await sign_in(browser)
    assert "尚未接入统一身份认证" in offered.text
    assert "p-n001" not in offered.text
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


async def test_a_reader_sees_his_cases_only(desk: Desk) -> None:
    async with desk.browser() as mine, desk.browser() as other:
        await sign_in(mine)
        await sign_in(other, OTHER.sub)
        assert (await mine.get(CASE)).status_code == 200
        refused = await other.get(CASE)
        assert (refused.status_code, CASE in (await other.get("/my/")).text) == (404, False)
        nothing = await other.get(f"/my/cases/{case_id(9)}")
    assert refused.text.replace(case_id(1), "") == nothing.text.replace(case_id(9), "")
    assert "没有找到这一件" in refused.text


@pytest.mark.parametrize("path", ["/my/../intake/v1/cases", "/my/cases/%2e%2e/x", "/my/nowhere"])
async def test_guessed_addresses_show_a_page_that_says_nothing(desk: Desk, path: str) -> None:
    async with desk.browser() as browser:
        await sign_in(browser)
        answer = await browser.get(path)
    assert answer.status_code in (401, 404)


async def test_a_rating_is_sent_once_under_the_token_of_the_session(desk: Desk) -> None:
    desk.echo.answer = JSONResponse(ACCEPTED, 201)
    async with desk.browser() as browser:
        await sign_in(browser)
        proof = proof_in((await browser.get(CASE)).text)
        answer = await browser.post(f"{RATING}?size=l", data={**TYPED, "overall": "", **proof})
    done = f"{CASE}?done=rate-reply&at=feedback-{case_id(1)}%402&size=l"
    assert (answer.status_code, answer.headers["location"]) == (303, done)
    [heard] = [each for each in desk.echo.heard if each[0].startswith("POST")]
    assert heard[0] == f"POST /feedback/v1/cases/{case_id(1)}/evaluations/{EVALUATION}/rating?"
    assert heard[2].decode() == (
        '{"attitude": "unsatisfied", "reason": "\\u6ca1\\u6709<b>\\u8bf4\\u660e</b>\\u3002"}'
    )
    assert heard[3]["idempotency-key"] == "k" * 32
    assert heard[3]["authorization"].startswith("Bearer ey")
    assert "cookie" not in heard[3]


async def test_a_refused_form_comes_back_with_what_was_typed(desk: Desk) -> None:
    desk.echo.answer = JSONResponse(REFUSED, 409)
    desk.offer({"action": "rate-reply", "target": EVALUATION})
    async with desk.browser() as browser:
        await sign_in(browser)
        answer = await browser.post(
            RATING, data={**TYPED, **proof_in((await browser.get(CASE)).text)}
        )
    assert answer.status_code == 409
    assert answer.text.count("评价不满意须说明理由") == 2  # on top, and at its field
    assert "<title>错误：" in answer.text
    assert f'href="{CASE}?size=l"' in answer.text  # larger type: of the case, not of the form
    assert "没有&lt;b&gt;说明&lt;/b&gt;。</textarea>" in answer.text
    assert re.search(r'name="attitude" value="unsatisfied" checked', answer.text)
    assert not re.search(r'name="result" value="\S+" checked', answer.text)


async def test_a_page_that_is_too_old_comes_back_with_what_was_typed(desk: Desk) -> None:
    desk.offer({"action": "rate-reply", "target": EVALUATION})
    async with desk.browser() as browser:
        await sign_in(browser)
        old = proof_in((await browser.get(CASE)).text)
        await sign_in(browser)
        answer = await browser.post(RATING, data={**TYPED, **old})
        desk.echo.answer = JSONResponse(ACCEPTED, 201)
        again = await browser.post(RATING, data={**TYPED, **proof_in(answer.text)})
    assert (answer.status_code, "页面已过期" in answer.text) == (403, True)
    assert "没有&lt;b&gt;说明&lt;/b&gt;。</textarea>" in answer.text
    assert again.status_code == 303


async def test_words_outlive_a_service_that_is_away(desk: Desk) -> None:
    desk.offer({"action": "rate-reply", "target": EVALUATION})
    async with desk.browser() as browser:
        await sign_in(browser)
        proof = proof_in((await browser.get(CASE)).text)
        desk.echo.answer = Response("gateway", 502)
        answer = await browser.post(RATING, data={**TYPED, **proof})
    assert (answer.status_code, "系统暂时繁忙" in answer.text) == (502, True)
    assert "没有&lt;b&gt;说明&lt;/b&gt;。</textarea>" in answer.text


async def test_a_form_is_no_page_to_open(desk: Desk) -> None:
    async with desk.browser() as browser:
        await sign_in(browser)
        answer = await browser.get(RATING)
        odd = await browser.get("/my/", headers={"Origin": "http://["})
    assert (answer.status_code, odd.status_code) == (405, 403)
    for page in (answer, odd):
        assert "default-src 'none'" in page.headers["content-security-policy"]


@pytest.mark.parametrize("csrf", ["", "wrong", "督"])
async def test_an_act_needs_the_proof_of_a_page(desk: Desk, csrf: str) -> None:
    async with desk.browser() as browser:
        await sign_in(browser)
        answer = await browser.post(RATING, data={**TYPED, "csrf": csrf})
        away = await browser.post("/my/sign-out", data={"csrf": csrf})
    assert (answer.status_code, away.status_code) == (403, 403)
    assert not [each for each in desk.echo.heard if each[0].startswith("POST")]


async def test_a_page_of_another_site_can_neither_act_nor_sign_in(desk: Desk) -> None:
    async with desk.browser() as browser:
        await sign_in(browser)
        proof = proof_in((await browser.get(CASE)).text)
        browser.headers["origin"] = "https://elsewhere.test"
        acted = await browser.post(RATING, data={**TYPED, **proof})
        entered = await sign_in(browser)
    assert (acted.status_code, entered.status_code) == (403, 403)


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_a_link_in_a_message_leads_on_by_a_page_of_this_site(desk: Desk, site: str) -> None:
    """The browser keeps the cookie back, as SameSite=Strict says; the next click brings it."""
    async with desk.browser() as browser:
        await sign_in(browser)
        cookies, browser.cookies = browser.cookies, httpx.Cookies()
        heard = len(desk.trail.entries)
        for address in (f"{CASE}?lang=en&at=x%22%3Cb%3E", "/my/cases/%22%3E%3Cb%3E"):
            first = await browser.get(address, headers={"sec-fetch-site": site})
            assert (first.status_code, "set-cookie" in first.headers) == (200, False)
            assert "<script" not in first.text
            assert "<b>" not in first.text
        assert len(desk.trail.entries) == heard
        onward = await browser.get(f"{CASE}?size=l", headers={"sec-fetch-site": site})
        [target] = re.findall(r'class="button" href="([^"]+)">继续', onward.text)
        assert target == f"{CASE}?size=l"
        browser.cookies = cookies
        shown = await browser.get(target, headers={"sec-fetch-site": "same-origin"})
    assert (shown.status_code, "关于电梯的建议" in shown.text) == (200, True)


async def test_without_a_word_of_the_browser_the_sign_in_offers_the_same(desk: Desk) -> None:
    async with desk.browser() as browser:
        page = (await browser.get(CASE)).text
        assert re.findall(r'href="([^"]+)">继续', page) == [CASE]
        assert "继续</a>" not in (await browser.get("/my/sign-in")).text


async def test_failures_before_a_page_is_reached_are_pages_too(desk: Desk) -> None:
    """Headers and bodies too large."""
    async with desk.browser() as browser:
        await sign_in(browser)
        long = await browser.get("/my/", headers={"x-long": "x" * 20_000})
        large = await browser.post(RATING, content=b"a" * 2_000_000)
        taken = await browser.get("/console/session", headers={"x-long": "x" * 20_000})
    for answer, status in ((long, 431), (large, 413)):
        assert (answer.status_code, answer.headers["content-type"]) == (
            status, "text/html; charset=utf-8",
        )  # fmt: skip
        assert 'lang="zh"' in answer.text
        assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert taken.headers["content-type"] == "application/problem+json"


async def test_sign_ins_of_a_network_are_bounded_together(desk: Desk) -> None:
    """Any address of a /64 is one source; the page says when to come again."""

    async def sign_ins(count: int) -> list[httpx.Response]:
        """Returns the refused ones."""
        answers = []
        for number in range(count):
            transport = httpx.ASGITransport(desk.app, client=(f"2001:db8::{number:x}", 1))
            async with httpx.AsyncClient(transport=transport, base_url=LOCAL) as browser:
                answers.append(await sign_in(browser, "p-nobody"))
        return [each for each in answers if each.status_code == 429]

    refused = await sign_ins(25)
    assert len(refused) == 5
    assert refused[0].headers["retry-after"] == "1"
    assert "登录过于频繁" in refused[0].text
    desk.watch.later(seconds=1)
    assert len(await sign_ins(3)) == 1


async def test_what_was_typed_outlives_the_session(desk: Desk) -> None:
    desk.offer({"action": "rate-reply", "target": EVALUATION})
    desk.watch.later(minutes=-31)  # Services take no token of the future.
    async with desk.browser() as browser:
        await sign_in(browser)
        proof = proof_in((await browser.get(CASE)).text)
        desk.watch.later(minutes=31)
        ended = await browser.post(RATING, data={**TYPED, **proof})
        assert (ended.status_code, "登录已结束" in ended.text) == (401, True)
        back = await browser.post(
            "/my/sign-in", data={"person": DEPUTY.sub, **hidden_in(ended.text)}
        )
    assert back.status_code == 200
    assert "没有&lt;b&gt;说明&lt;/b&gt;。</textarea>" in back.text
    assert not [each for each in desk.echo.heard if each[0].startswith("POST")]


def hidden_in(page: str) -> Mapping[str, str]:
    inputs = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    areas = re.findall(r'<textarea hidden name="(\w+)"[^>]*>\n?([^<]*)</textarea>', page)
    return {name: unescape(text) for name, text in (*inputs, *areas)}


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.test/",
        "//evil.test",
        "/my//evil.test",
        "/console/",
        "/my/\\evil",
        "/my/?x",
        "",
    ],
)
async def test_a_sign_in_leads_to_own_pages_only(desk: Desk, wanted: str) -> None:
    async with desk.browser() as browser:
        answer = await sign_in(browser, next=wanted)
    assert answer.headers["location"] == "/my/"


async def test_signing_out_ends_the_session_on_the_server(desk: Desk) -> None:
    async with desk.browser() as browser:
        await sign_in(browser)
        cookie = browser.cookies["duban_session"]
        answer = await browser.post("/my/sign-out", data=proof_in((await browser.get(CASE)).text))
        assert (answer.status_code, answer.headers["location"]) == (303, "/my/sign-in")
        browser.cookies.set("duban_session", cookie)
        assert (await browser.get(CASE)).status_code == 401


@pytest.mark.parametrize("person", [CLERK, HANDLER, DEPUTY_AT_WORK])
async def test_cases_of_ones_post_are_no_papers_of_ones_own(desk: Desk, person: Actor) -> None:
    """Also for a deputy with a post: there he would seem to withdraw or to sign for himself."""
    desk.portal.actors[person.sub] = person
    desk.offer({"action": "withdraw-case"})
    async with desk.browser() as browser:
        await sign_in(browser, person.sub)
        shown, page = await browser.get("/my/"), await browser.get(CASE)
    assert (shown.status_code, CASE in shown.text) == (200, False)
    assert (page.status_code, "withdraw-case" in page.text) == (404, False)


async def test_a_deputy_with_a_post_finds_his_own_paper(desk: Desk) -> None:
    post = DEPUTY_AT_WORK.posts
    desk.portal.actors[DEPUTY.sub] = Actor(DEPUTY.sub, post, deputy=True)
    async with desk.browser() as browser:
        await sign_in(browser)
        assert CASE in (await browser.get("/my/")).text
        assert (await browser.get(CASE)).status_code == 200


@pytest.mark.parametrize("body", [b"\xff\xfe", b"a=1&" * 60, b"=%ff"])
async def test_forms_that_cannot_be_read_are_refused(desk: Desk, body: bytes) -> None:
    kind = {"content-type": "application/x-www-form-urlencoded"}
    async with desk.browser() as browser:
        answer = await browser.post("/my/sign-in", content=body, headers=kind)
    assert answer.status_code in (400, 422)
    assert "<h1>" in answer.text


async def test_a_failing_service_leaves_a_page_that_says_so(desk: Desk) -> None:
    desk.echo.answer = Response("broken", 500)
    async with desk.browser() as browser:
        await sign_in(browser)
        answer = await browser.get(CASE)
    assert answer.status_code == 200
    assert "部分内容暂时读取不到" in answer.text


@pytest.mark.parametrize(
    ("status", "words"), [("declined", "不予立案，不再交办"), ("sent-back", "已退回，请按所列理由")]
)
async def test_a_paper_that_was_not_taken_up_says_why(desk: Desk, status: str, words: str) -> None:
    await shown_as(desk, status)
    why = {"reason": "judicial-case", "note": "请待<判决>后再提。"}
    refusal = {**why, "form": None, "to": None}
    page = await page_of(desk, refusal=refusal)
    for told in (words, "理由：具体司法案件或尚在司法仲裁程序", "请待&lt;判决&gt;后再提。"):
        assert told in page
    assert "承办单位尚未答复" not in page


async def test_a_paper_that_was_passed_on_says_to_whom_and_why(desk: Desk) -> None:
    await shown_as(desk, "passed-on")
    register = desk.portal.database[REGISTER]
    update = {"intake.passed_to": "u-pet"}
    await register.update_one({"_id": case_id(2)}, {"$set": update})
    name = {"title": "市信访局", "short": "市信访局", "parent": None, "from": "2024-01-01"}
    unit = {"_id": "u-pet", "directory": {"places": [name]}, "holders": []}
    await desk.portal.database["actors_g1"].insert_one(unit)
    told = {"reason": "forwarded-letters", "note": "附来信", "form": "letter", "to": "u-pet"}
    page = await page_of(desk, refusal=told)
    assert "已转送有关单位" in page
    assert re.search(r"转为来信，送交：<span[^>]*>市信访局<", page), page
    assert "理由：代转群众来信来访或案件材料" in page
    assert "承办单位尚未答复" not in page


async def test_a_paper_that_became_another_kind_says_what_it_was(desk: Desk) -> None:
    await shown_as(desk, "registered")
    was = {"kind": "motion", "external_no": "第12号", "received_on": "2025-03-03"}
    step = {
        "type": "case.diverted.v1", "at": "2025-03-05T01:00:00Z", "reason": "主席团<会议>决定",
    }  # fmt: skip
    page = await page_of(desk, former=[was], steps=[step])
    for told in ("2025年3月5日由议案转来", "（第12号）", "主席团&lt;会议&gt;决定"):
        assert told in page


async def test_a_merged_paper_leads_to_the_reply_of_its_master(desk: Desk) -> None:
    await shown_as(desk, "merged")
    register = desk.portal.database[REGISTER]
    other = {"case_id": case_id(1), "label": "2025年第1号建议", "external_no": None}
    await register.update_one({"_id": case_id(2)}, {"$set": {"intake.merged_into": other}})
    page = await page_of(desk)
    assert "已并案，随主件办理" in page
    assert re.search(rf'<a lang="zh-CN" href="/my/cases/{case_id(1)}[^"]*">2025年第1号建议<', page)
    assert "尚未交办承办单位" not in page
    update = {"intake.merged_into": None, "intake.members": [other]}
    await register.update_one({"_id": case_id(2)}, {"$set": update})
    page = await page_of(desk)
    assert re.search(r"与本件一并答复的有：<span[^>]*>2025年第1号建议<", page)
    assert "尚未交办承办单位" in page


async def test_a_withdrawn_case_awaits_no_reply(desk: Desk) -> None:
    await shown_as(desk, "withdrawn")
    page = await page_of(desk, refusal=None)
    assert ("本件已经撤回" in page, "承办单位尚未答复" in page) == (True, False)


async def test_signers_see_who_has_not_confirmed_and_who_asked_to_withdraw(desk: Desk) -> None:
    await shown_as(desk, "registered")
    signers = [
        {"id": "p-n001", "name": "唐宏伟", "part": "lead", "confirmed": True},
        {"id": "p-n002", "name": "郭立新", "part": "co", "confirmed": False},
    ]
    page = await page_of(desk, proposers=signers, withdrawal_asked_by=["p-n001"])
    assert "唐宏伟（领衔）、郭立新（待确认）" in page
    assert re.search(r"要求撤回的</dt><dd[^>]*>唐宏伟<", page)


async def test_a_call_is_shown_with_its_last_day(desk: Desk) -> None:
    await shown_as(desk, "registered")
    page = await page_of(desk, call={"until": "2025-03-14", "open": True})
    assert re.search(r"联名征集</dt><dd>征集中，2025年3月14日截止<", page), page
    page = await page_of(desk, call={"until": "2025-03-14", "open": False})
    assert "署名人数不足" in page


async def shown_as(desk: Desk, status: str) -> None:
    await keep(desk.portal.database, lived(2, 1))
    register = desk.portal.database[REGISTER]
    await register.update_one({"_id": case_id(2)}, {"$set": {"status": status}})


async def page_of(desk: Desk, **view: object) -> str:
    """Returns the page of the case, of which intake says so."""
    intake = FastAPI()

    @intake.get("/cases/{case}")
    async def read(case: str) -> Response:
        return JSONResponse({**PAPER, **view})

    desk.portal.app.router.routes.insert(0, Mount("/intake/v1", intake))
    async with desk.browser() as browser:
        await sign_in(browser)
        answer = await browser.get(f"/my/cases/{case_id(2)}")
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_a_case_without_a_reply_yet_misses_nothing(desk: Desk) -> None:
    desk.echo.answer = Response("not known", 404)
    desk.offer()
    async with desk.browser() as browser:
        await sign_in(browser)
        answer = await browser.get(CASE)
    assert answer.status_code == 200
    assert "承办单位尚未答复" in answer.text

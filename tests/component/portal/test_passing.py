"""Calls of services under a browser's session: with its token, and nothing else of the browser."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from fastapi import Response

from services.portal.console.guard import PROOF
from tests.component.portal.desk import CLERK, HANDLER, LOCAL, Desk, open_desk, sign_in

CASES = "/console/api/echo/cases"


@pytest_asyncio.fixture
async def desk(mongo_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(mongo_url, tmp_path) as made:
        yield made


async def test_a_service_hears_the_token_of_the_session_and_no_cookie(desk: Desk) -> None:
    mine = {"Authorization": "Bearer mine", "Idempotency-Key": "k", "If-Match": '"3"'}
    async with desk.browser() as browser:
        csrf = await sign_in(browser)
        sent = {**mine, PROOF: csrf, "X-Forwarded-For": "10.9.8.7"}
        answer = await browser.post(f"{CASES}/a%20b?c=1", content="body", headers=sent)
    [(line, source, body, heard)] = desk.echo.heard
    assert (line, source, body) == ("POST /echo/v1/cases/a b?c=1", "127.0.0.1", b"body")
    assert heard["authorization"].startswith("Bearer ey")
    assert (heard["idempotency-key"], heard["if-match"]) == ("k", '"3"')
    assert not {"cookie", PROOF, "x-csrf-token"} & set(heard)
    assert (answer.status_code, answer.text, answer.headers["etag"]) == (201, "done", '"1"')
    assert "set-cookie" not in answer.headers


async def test_two_browsers_act_as_two_people(desk: Desk) -> None:
    async with desk.browser() as mine, desk.browser() as other:
        await sign_in(mine)
        await sign_in(other, HANDLER.sub)
        subs = [(await each.get("/console/api/portal/me")).json()["sub"] for each in (mine, other)]
    assert subs == [CLERK.sub, HANDLER.sub]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
async def test_without_a_session_no_service_hears_anything(desk: Desk, method: str) -> None:
    async with desk.browser(Authorization="Bearer mine") as browser:
        answer = await browser.request(method, CASES)
    assert (answer.status_code, answer.json()["rule"]) == (401, "session-ended")
    assert answer.headers["content-type"] == "application/problem+json"
    assert desk.echo.heard == []


TAB = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "en-US"}
"""Headers of a tab that a link has opened."""


async def test_a_tab_without_a_session_is_shown_the_way_to_sign_in(desk: Desk) -> None:
    """As of a print or an export; scripts get the problem, which opens the sign-in there."""
    async with desk.browser(**TAB) as tab:
        answer = await tab.get(f"{CASES}/1/print?lang=zh&q=%3Cb%3E")
        english = await tab.get(f"{CASES}/1/print")
        unsafe = await tab.post(CASES)
    assert (answer.status_code, answer.headers["content-type"]) == (401, "text/html; charset=utf-8")
    assert "<h1>登录已结束</h1>" in answer.text
    assert '<a href="/console/" target="_blank" rel="noopener">重新登录</a>' in answer.text
    assert f'<a href="{CASES}/1/print?lang=zh&amp;q=%3Cb%3E">重新打开本页</a>' in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sh")
    assert answer.headers["cache-control"] == "no-store"
    assert '<html lang="en">' in english.text
    assert unsafe.json()["rule"] == "session-ended"
    assert desk.echo.heard == []


async def test_a_tab_is_told_in_words_why_its_page_does_not_come(desk: Desk) -> None:
    async with desk.browser(**TAB) as tab:
        await sign_in(tab)
        missing = await tab.get("/console/api/portal/cases/1/print?lang=zh")
        desk.echo.answer = Response("done", 200, {"content-type": "text/html"})
        passed = await tab.get(CASES)
        desk.echo.answer = Response("{}", 503, {"content-type": "application/json"})
        other = await tab.get(CASES)
    assert missing.status_code in (404, 422)
    assert missing.headers["content-type"] == "text/html; charset=utf-8"
    assert "返回工作台" in missing.text
    assert "{" not in missing.text.split("</style>")[1]
    assert (passed.text, other.text) == ("done", "{}")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("proof", [None, "", "wrong", "督"])
async def test_an_unsafe_call_needs_the_proof_of_a_page(
    desk: Desk, method: str, proof: str | None
) -> None:
    async with desk.browser() as browser:
        await sign_in(browser)
        headers = {} if proof is None else {PROOF: proof.encode("utf-8")}
        answer = await browser.request(method, CASES, headers=headers)  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()["rule"]) == (403, "csrf")
    assert desk.echo.heard == []


async def test_the_proof_of_another_session_is_none(desk: Desk) -> None:
    async with desk.browser() as mine, desk.browser() as other:
        await sign_in(mine)
        proof = await sign_in(other, HANDLER.sub)
        answer = await mine.post(CASES, headers={PROOF: proof})
    assert answer.json()["rule"] == "csrf"


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.test"}, {"Sec-Fetch-Site": "cross-site"}]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_page_of_another_site_calls_nothing(
    desk: Desk, method: str, headers: dict[str, str]
) -> None:
    async with desk.browser() as browser:
        csrf = await sign_in(browser)
        answer = await browser.request(method, CASES, headers={PROOF: csrf, **headers})
    assert (answer.status_code, answer.json()["rule"]) == (403, "other-origin")
    assert desk.echo.heard == []


@pytest.mark.parametrize("name", ["If-Match", "Idempotency-Key"])
async def test_a_condition_in_other_characters_is_no_missing_condition(
    desk: Desk, name: str
) -> None:
    """Left out, it would let an act overwrite what nobody has seen, or happen twice."""
    async with desk.browser() as browser:
        csrf = await sign_in(browser)
        headers = {PROOF: csrf, name: '"3号"'.encode()}
        await browser.post(CASES, headers=headers)  # type: ignore[arg-type]
        mine = {PROOF: csrf, name: "号".encode()}
        refused = await browser.get("/console/api/portal/me", headers=mine)  # type: ignore[arg-type]
    heard = desk.echo.heard[0][3][name.lower()]
    assert heard.encode("latin-1").decode() != ""
    assert not heard.isascii()
    assert refused.status_code in (400, 422)


PATHS = (
    "..", "%2e%2e", "%252e%252e", "..%2f..%2fmetrics", "%2e%2e/%2e%2e/metrics", "./x", "x/../../y",
    "%5c..%5cmetrics", "//metrics", "x%00", "x%0d%0aA:b", "%ff", "x%3fa=b", "x%23a", "x;a=b", "督",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
async def test_no_path_leads_out_of_the_public_api_of_its_service(desk: Desk, path: str) -> None:
    desk.build()
    async with desk.browser() as browser:
        await sign_in(browser)
        answer = await browser.get(f"/console/api/echo/{path}")
        other = await browser.get(f"/console/api/{path}/echo/cases")
    assert answer.status_code in (201, 404)
    assert other.status_code in (200, 403, 404)  # 200: the client has made it a page's address
    heard = [line for line, *_ in desk.echo.heard]
    assert all(line.startswith("GET /echo/v1/") for line in heard), heard
    assert not [line for line in heard if "/../" in line or "?a=b" in line]


async def test_a_typed_address_is_a_request_of_nobody_else(desk: Desk) -> None:
    async with desk.browser() as browser:
        await sign_in(browser)
        answer = await browser.get(CASES, headers={"Sec-Fetch-Site": "none"})
    assert answer.status_code == 201


async def test_a_call_prolongs_the_session_and_an_ended_one_is_refused(desk: Desk) -> None:
    async with desk.browser() as browser:
        await sign_in(browser)
        for _ in range(3):
            desk.watch.later(minutes=25)
            assert (await browser.get(CASES)).status_code == 201
        desk.watch.later(minutes=31)
        answer = await browser.get(CASES)
    assert (answer.status_code, answer.json()["rule"]) == (401, "session-ended")


async def test_a_token_that_services_refuse_ends_the_session(desk: Desk) -> None:
    desk.echo.answer = Response("", 401, {"www-authenticate": "Bearer"})
    async with desk.browser() as browser:
        await sign_in(browser)
        answer = await browser.get(CASES)
        assert (answer.status_code, answer.json()["rule"]) == (401, "session-ended")
        assert "www-authenticate" not in answer.headers
        assert (await browser.get("/console/session")).json()["me"] is None
    assert [each.reason for each in desk.trail.of("logout")] == ["token-refused"]


async def test_a_refusal_of_a_service_is_passed_back_as_it_is(desk: Desk) -> None:
    async with desk.browser() as browser:
        await sign_in(browser)
        answer = await browser.get("/console/api/portal/audit")
    assert answer.status_code == 403
    assert answer.json()["rule"].startswith("not-allowed")


@pytest.mark.parametrize(
    "path", ["nowhere/cases", "echo/%2e%2e/%2e%2e/metrics", "echo/../../../metrics", "ECHO/cases"]
)
async def test_nothing_but_the_public_api_of_a_service_is_reached(desk: Desk, path: str) -> None:
    async with desk.browser() as browser:
        await sign_in(browser)
        answer = await browser.get(f"/console/api/{path}")
    assert answer.status_code in (404, 503)
    assert desk.echo.heard == []


async def test_what_a_service_answers_runs_no_script(desk: Desk) -> None:
    desk.echo.answer = Response("<script>alert(1)</script>", 200, {}, "text/html")
    async with desk.browser() as browser:
        await sign_in(browser)
        answer = await browser.get(CASES)
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


async def test_a_body_too_large_is_refused_before_any_service(desk: Desk) -> None:
    async with desk.browser(LOCAL) as browser:
        csrf = await sign_in(browser)
        answer = await browser.post(CASES, content=b"x" * 1_100_000, headers={PROOF: csrf})
    assert (answer.status_code, answer.json()["rule"]) == (413, "too-large")
    assert desk.echo.heard == []

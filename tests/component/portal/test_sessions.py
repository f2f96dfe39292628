"""Sign-in, look, sign-out and expiry of a browser's session, and the trail of them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from services.portal.console.expiry import expire
from services.portal.console.sign_in import provider_of
from services.portal.settings import PortalSettings
from shared.mongo.clock_store import real_time
from tests.component.portal.desk import CLERK, HANDLER, LOCAL, PUBLIC, Desk, open_desk, sign_in

SESSION, LIST = "/console/session", "/console/api/portal/worklist"


@pytest_asyncio.fixture
async def desk(mongo_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(mongo_url, tmp_path) as made:
        yield made


async def test_without_a_session_the_page_learns_how_to_sign_in(desk: Desk) -> None:
    async with desk.browser() as browser:
        answer = await browser.get(SESSION)
    assert answer.json() == {
        "me": None, "csrf": None, "idle_seconds": 1800, "ends_at": None,
        "sign_in": {"kind": "development"},
    }  # fmt: skip
    assert answer.headers["cache-control"] == "no-store"


async def test_signing_in_gives_a_cookie_that_no_script_and_no_other_site_uses(desk: Desk) -> None:
    async with desk.browser(LOCAL) as browser:
        answer = await browser.post(SESSION, json={"person": CLERK.sub})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("duban_session=")
    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert parts == {"httponly", "path=/", "samesite=strict"}
    assert answer.json()["me"]["sub"] == CLERK.sub
    assert "token" not in answer.text
    async with desk.browser(PUBLIC) as browser:
        answer = await browser.post(SESSION, json={"person": CLERK.sub})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-duban_session=")
    assert "; Secure" in cookie


@pytest.mark.parametrize("address", [LOCAL, PUBLIC])
async def test_a_reload_shows_the_same_person_and_proof(desk: Desk, address: str) -> None:
    async with desk.browser(address) as browser:
        csrf = await sign_in(browser)
        shown = (await browser.get(SESSION)).json()
    assert (shown["me"]["sub"], shown["csrf"]) == (CLERK.sub, csrf)


async def test_a_cookie_of_the_plain_name_is_none_outside_of_this_machine(desk: Desk) -> None:
    async with desk.browser(LOCAL) as browser:
        await sign_in(browser)
        secret = browser.cookies["duban_session"]
    async with desk.browser(PUBLIC, Cookie=f"duban_session={secret}") as browser:
        assert (await browser.get(SESSION)).json()["me"] is None


async def test_an_open_page_alone_keeps_nobody_signed_in(desk: Desk) -> None:
    async with desk.browser() as browser:
        await sign_in(browser)
        for _ in range(3):
            desk.watch.later(minutes=9)
            assert (await browser.get(SESSION)).json()["me"]
        desk.watch.later(minutes=4)
        assert (await browser.get(SESSION)).json()["me"] is None


async def test_a_list_that_looks_for_news_keeps_nobody_signed_in(desk: Desk) -> None:
    async with desk.browser() as browser:
        await sign_in(browser)
        for _ in range(3):
            desk.watch.later(minutes=9)
            looked = await browser.get(LIST, headers={"X-Background": "1"})
            assert looked.status_code == 200
        desk.watch.later(minutes=4)
        assert (await browser.get(LIST)).status_code == 401


async def test_a_command_is_never_in_the_background(desk: Desk) -> None:
    async with desk.browser(**{"X-Background": "1"}) as browser:
        csrf = await sign_in(browser)
        desk.watch.later(minutes=29)
        await browser.put("/console/api/portal/seen", headers={"X-CSRF-Token": csrf})
        desk.watch.later(minutes=29)
        assert (await browser.get(SESSION)).json()["me"]


async def test_signing_out_ends_it_on_the_server(desk: Desk) -> None:
    async with desk.browser() as browser:
        csrf = await sign_in(browser)
        secret = browser.cookies["duban_session"]
        answer = await browser.delete(SESSION, headers={"X-CSRF-Token": csrf})
        assert answer.json()["me"] is None
        assert "duban_session" not in browser.cookies
    async with desk.browser(Cookie=f"duban_session={secret}") as thief:
        assert (await thief.get(SESSION)).json()["me"] is None
    [ended] = desk.trail.of("logout")
    assert (ended.subject, ended.action, ended.reason) == (CLERK.sub, "sign-out", None)


async def test_signing_out_needs_the_proof(desk: Desk) -> None:
    async with desk.browser() as browser:
        await sign_in(browser)
        answer = await browser.delete(SESSION)
        assert (answer.status_code, answer.json()["rule"]) == (403, "csrf")
        assert (await browser.get(SESSION)).json()["me"]


async def test_a_second_sign_in_at_one_browser_ends_the_first(desk: Desk) -> None:
    async with desk.browser() as browser:
        await sign_in(browser)
        await sign_in(browser, HANDLER.sub)
        assert (await browser.get(SESSION)).json()["me"]["sub"] == HANDLER.sub
    assert [each.person for each in desk.store.kept.values()] == [HANDLER.sub]


@pytest.mark.parametrize(
    ("body", "status", "rule"),
    [
        ({}, 422, "no-person"),
        ({"person": "c-npc"}, 422, "no-person"),
        ({"person": "p-1\n"}, 422, "no-person"),
        ({"person": 1}, 422, "no-person"),
        (["p-1"], 422, "no-person"),
        ({"person": "p-nobody"}, 403, "unknown-subject"),
    ],
)
async def test_nobody_else_is_let_in(desk: Desk, body: object, status: int, rule: str) -> None:
    async with desk.browser() as browser:
        answer = await browser.post(SESSION, json=body)
    assert (answer.status_code, answer.json()["rule"]) == (status, rule)
    assert "set-cookie" not in answer.headers
    assert desk.store.kept == {}
    assert [each.reason for each in desk.trail.of("refusal")] == [rule]


async def test_a_body_that_is_no_json_is_refused(desk: Desk) -> None:
    async with desk.browser() as browser:
        answer = await browser.post(SESSION, content=b"[" * 5000)
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.test"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999", "Sec-Fetch-Site": "same-origin"},
    ],
)
async def test_another_site_signs_nobody_in(desk: Desk, headers: dict[str, str]) -> None:
    async with desk.browser() as browser:
        answer = await browser.post(SESSION, json={"person": CLERK.sub}, headers=headers)
    assert (answer.status_code, answer.json()["rule"]) == (403, "other-origin")


async def test_the_own_site_is_known_by_both_headers(desk: Desk) -> None:
    headers = {"Origin": LOCAL, "Sec-Fetch-Site": "same-origin"}
    async with desk.browser() as browser:
        answer = await browser.post(SESSION, json={"person": CLERK.sub}, headers=headers)
    assert answer.status_code == 200


async def test_one_address_signs_in_only_so_often(desk: Desk) -> None:
    async with desk.browser() as browser:
        answers = [await browser.post(SESSION, json={}) for _ in range(25)]
    assert answers[0].status_code == 422
    assert (answers[-1].status_code, answers[-1].json()["rule"]) == (429, "too-many-requests")
    assert int(answers[-1].headers["retry-after"]) >= 1


async def test_sign_in_expiry_and_refusal_are_in_the_trail_without_a_secret(desk: Desk) -> None:
    async with desk.browser() as browser:
        await sign_in(browser)
        secret = browser.cookies["duban_session"]
        desk.watch.later(minutes=31)
        await expire(desk.console.guard)
        await expire(desk.console.guard)
        await browser.get("/console/api/echo/cases")
    [login], [expiry] = desk.trail.of("login"), desk.trail.of("logout")
    assert (login.subject, login.action, login.address) == (CLERK.sub, "sign-in", "127.0.0.1")
    assert (expiry.subject, expiry.action) == (CLERK.sub, "expire")
    assert [each.reason for each in desk.trail.of("refusal")] == ["session-ended"]
    assert secret not in str(desk.trail.entries)


async def test_the_people_of_the_sample_are_listed_by_role(desk: Desk) -> None:
    async with desk.browser() as browser:
        answer = await browser.get("/console/session/people")
    sitter = {"sub": "p-reg-1", "name": "王芳", "unit": "u-city", "unit_name": "临江市人民政府"}
    deputy = {"sub": "p-n001", "name": "唐宏伟", "unit": "", "unit_name": "临江区代表团"}
    assert answer.json() == {
        "groups": [
            {"role": "registrar", "people": [sitter | {"post": "登记员"}]},
            {"role": "npc", "people": [deputy | {"post": "人大代表"}]},
        ]
    }


async def test_in_production_nobody_is_listed_and_nobody_signs_in_by_name(
    mongo_url: str, tmp_path: Path
) -> None:
    async with (
        open_desk(mongo_url, tmp_path, environment="production") as desk,
        desk.browser(PUBLIC) as browser,
    ):
        people = await browser.get("/console/session/people")
        answer = await browser.post(SESSION, json={"person": CLERK.sub})
        shown = (await browser.get(SESSION)).json()
    assert (people.status_code, people.json()["rule"]) == (404, "not-found")
    assert (answer.status_code, answer.json()["rule"]) == (403, "no-sign-in")
    assert shown["sign_in"] == {"kind": "none"}
    assert desk.store.kept == {}


@pytest.mark.parametrize(
    ("settings", "kind"),
    [
        ({}, "development"),
        ({"environment": "production"}, "none"),
        ({"jwks": "https://id.test/keys"}, "none"),
        ({"host": "0.0.0.0"}, "none"),
        ({"host": "::1"}, "development"),
    ],
)
def test_anybody_signs_in_by_name_only_on_a_machine_of_his_own(
    settings: dict[str, str], kind: str
) -> None:
    assert provider_of(PortalSettings(_env_file=None, **settings), real_time).kind == kind

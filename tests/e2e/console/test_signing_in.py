"""Journeys: in and out, the address of the host, expiry, forged requests, guessed addresses."""

import pytest

from shared.mongo.connect import connect
from tests.e2e.console.conftest import Arrive
from tests.e2e.console.product import Product

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.on_change("console", "directory"),
]
REGISTRAR, HANDLER, AUDITOR = "p-reg-1", "p-edu-h1", "p-audit-1"
SESSION = "duban_session"


async def test_the_address_of_the_host_leads_to_the_people_to_sign_in_as(arrive: Arrive) -> None:
    visitor = await arrive()
    await visitor.open("/")
    await visitor.page.wait_for_url("**/console/**")
    await visitor.page.get_by_role("heading", name="请选择身份登录").wait_for()
    await visitor.page.get_by_text("登记员").first.wait_for()


async def test_signing_out_ends_the_session_on_the_server(arrive: Arrive) -> None:
    clerk = await arrive(REGISTRAR)
    [kept] = [each for each in await clerk.context.cookies() if each["name"] == SESSION]
    assert (kept["httpOnly"], kept["sameSite"], kept["path"]) == (True, "Strict", "/")
    assert (await clerk.asks("/console/api/portal/me"))["status"] == 200
    await clerk.page.get_by_role("button", name="退出").click()
    await clerk.page.get_by_role("heading", name="请选择身份登录").wait_for()
    await clerk.context.add_cookies([kept])
    clerk.complaints.expected.add(401)
    assert (await clerk.asks("/console/api/portal/me"))["status"] == 401


async def test_no_script_can_read_the_session_or_a_token(arrive: Arrive) -> None:
    clerk = await arrive(REGISTRAR)
    assert SESSION not in await clerk.page.evaluate("document.cookie")
    stored = await clerk.page.evaluate("JSON.stringify([localStorage, sessionStorage])")
    assert "eyJ" not in stored


async def test_an_ended_session_asks_to_sign_in_over_the_page(
    arrive: Arrive, product: Product
) -> None:
    clerk = await arrive(REGISTRAR)
    await clerk.open("/console/cases")
    await clerk.page.get_by_role("heading", name="办件台账").wait_for()
    settings = product.settings
    async with connect(settings.mongo_url) as mongo:
        sessions = mongo[settings.database("portal")]["browser_sessions"]
        await sessions.delete_many({"person": REGISTRAR})
    clerk.complaints.expected.add(401)
    await clerk.page.locator("form input[type=search]").first.fill("学区")
    # The dialog may be there already: the page asks by itself for what is new.
    await clerk.page.get_by_role("button", name="查询").first.dispatch_event("click")
    await clerk.page.get_by_role("dialog", name="登录已失效").wait_for()
    assert "/console/cases" in clerk.page.url


async def test_a_request_without_the_proof_of_the_page_is_refused(arrive: Arrive) -> None:
    clerk = await arrive(REGISTRAR)
    clerk.complaints.expected.add(403)
    answer = await clerk.asks("/console/api/intake/cases", "POST")
    assert answer["status"] == 403
    assert '"rule":"csrf"' in str(answer["text"])


async def test_another_site_reaches_nothing_with_the_cookie_of_this_one(
    arrive: Arrive, product: Product
) -> None:
    clerk = await arrive(REGISTRAR)
    address = f"{product.console}/console/api/intake/cases"
    form = f'<link rel="icon" href="data:,"><form method="post" action="{address}"></form>'
    await clerk.context.route("http://evil.test/", lambda route: route.fulfill(
        content_type="text/html", body=form))  # fmt: skip
    clerk.complaints.host = "evil.test"
    await clerk.page.goto("http://evil.test/")
    clerk.complaints.host = product.console.removeprefix("http://")
    clerk.complaints.expected.add(403)
    await clerk.page.evaluate("document.forms[0].submit()")
    await clerk.page.wait_for_url(address)
    assert "other-origin" in await clerk.page.content()


@pytest.mark.parametrize(
    "path",
    [
        "/console/api/intake/cases/" + "0" * 32,
        "/console/api/portal/audit",
        "/console/api/handling/cases/" + "1" * 32 + "/drafts",
    ],
)
async def test_guessed_addresses_give_nothing(arrive: Arrive, path: str) -> None:
    clerk = await arrive(REGISTRAR)
    clerk.complaints.expected |= {403, 404}
    answer = await clerk.asks(path)
    assert answer["status"] in (403, 404)
    assert "title" in str(answer["text"])


async def test_a_page_that_does_not_exist_says_so(arrive: Arrive) -> None:
    clerk = await arrive(REGISTRAR)
    await clerk.open("/console/no/such/page")
    await clerk.page.get_by_text("没有这个页面，或者您无权查看。").wait_for()

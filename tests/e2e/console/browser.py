"""A person at a browser: what is clicked and typed, and what the browser complains of."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request
from playwright.async_api import TimeoutError as Late

STATUS = re.compile(r"the server responded with a status of ([0-9]{3})")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-dev-shm-usage",
)  # fmt: skip
DESK, PHONE = (1366, 768), (390, 844)
PATIENCE_MS = 20_000.0
FORM = ".el-dialog form.command"
SCREENED = frozenset({"立案", "不予立案"})
"""Acts with a checklist, for papers that have one."""


@dataclass
class Complaints:
    """Errors that a page reports, and requests that leave the host."""

    host: str
    expected: set[int] = field(default_factory=set)
    """Statuses of refusals that a journey means to see: the browser reports them, too."""
    cut: bool = False
    """While a server is down, requests without an answer are no fault of the page."""
    found: list[str] = field(default_factory=list)

    def hear(self, message: ConsoleMessage) -> None:
        url = str(message.location.get("url", ""))
        if message.type != "error" or self._is_expected(message.text):
            return
        self.found.append(f"{message.text} {url}")

    def crash(self, error: object) -> None:
        self.found.append(str(error))

    def leave(self, request: Request) -> None:
        url = urlsplit(request.url)
        if url.scheme in ("http", "https", "ws", "wss") and url.netloc != self.host:
            self.found.append(f"a request off the host: {request.url}")

    def _is_expected(self, text: str) -> bool:
        status = STATUS.search(text)
        if status:
            return int(status[1]) in self.expected
        return self.cut and "net::ERR_" in text


@dataclass
class Person:
    """One browser with a session of its own."""

    address: str
    context: BrowserContext
    page: Page
    complaints: Complaints

    async def open(self, path: str) -> None:
        await self.page.goto(f"{self.address}{path}")

    async def sign_in(self, sub: str) -> None:
        """By the page's own buttons, which name people by name and unit."""
        people = await self.page.evaluate("fetch('/console/session/people').then((a) => a.json())")
        found = [p for group in people["groups"] for p in group["people"] if p["sub"] == sub]
        await self.open("/console/")
        await self.page.get_by_label("按姓名、单位查找").fill(found[0]["name"])
        name = f"以“{found[0]['name']}”身份登录"
        buttons = self.page.get_by_role("button", name=name)
        same = [p for group in people["groups"] for p in group["people"]
                if found[0]["name"] in f"{p['name']}{p['unit_name']}{p['post']}"]  # fmt: skip
        at = [p["sub"] for p in same if p["name"] == found[0]["name"]].index(sub)
        await buttons.nth(at).click()
        await self.page.get_by_role("button", name="退出").wait_for()

    async def put(self, fields: Mapping[str, str]) -> None:
        """Fills a command's form, by the path of each field: what is typed or chosen, and of a
        picker the name that it offers."""
        for path, value in fields.items():
            await self._put(path, value)

    async def _put(self, path: str, value: str) -> None:
        field = self.page.locator(f'form.command [id="{path}"]')
        kind = await field.evaluate("e => e.getAttribute('role') || e.type")
        if kind == "combobox":
            await field.fill(value)
            option = self.page.locator(f'[id="{path}-list"] [role=option]', has_text=value).first
            await option.click()
        elif kind == "select-one":
            await field.select_option(label=value)
        elif kind in ("radio", "checkbox"):
            group = field.locator("xpath=ancestor::fieldset[1]")
            await group.get_by_text(value, exact=True).click()
        elif kind == "button":
            await field.click()
        else:
            await field.fill(value)

    async def see(self, case_id: str, tab: str = "basic") -> None:
        await self.open(f"/console/cases/{case_id}?tab={tab}")
        await self.page.locator(".actions").wait_for()

    async def begin(self, case_id: str, action: str) -> None:
        """Opens the form of an action of a case."""
        await self.see(case_id)
        await self.page.locator(".actions").get_by_role("button", name=action).first.click()
        await self.page.locator(FORM).wait_for()

    async def submit(self) -> None:
        await self.page.locator(f"{FORM} button[type=submit]").click()

    async def send(self) -> None:
        """Sends the form, which is taken: it closes."""
        await self.submit()
        form = self.page.locator(FORM)
        refused = form.locator("[role=alert], .fault").first
        try:
            await form.wait_for(state="detached")
        except Late:
            said = await refused.inner_text() if await refused.count() else "it stays open"
            raise AssertionError(said) from None

    async def judges(self) -> None:
        """Finds every check of the form met."""
        met = self.page.locator(f"{FORM} .check input[id$='.met']")
        await met.first.wait_for()
        for each in await met.all():
            await each.check()

    async def does(self, case_id: str, action: str, **fields: str) -> None:
        """Does one action by its button and form; `__` in a field's name stands for a dot. Checks
        of a screening are met."""
        await self.begin(case_id, action)
        if action in SCREENED:
            await self.judges()
        await self.put({name.replace("__", "."): value for name, value in fields.items()})
        await self.send()

    async def signs_in_by_form(self, sub: str) -> None:
        """Without a script: at the page of `/my`."""
        option = self.page.locator(f"form [value='{sub}']")
        if await option.evaluate("e => e.tagName") == "OPTION":
            await self.page.locator("form select").select_option(sub)
            await self.page.locator("form button").last.click()
        else:
            await option.click()
        await self.page.wait_for_url("**/my/")

    async def may(self, case_id: str) -> set[str]:
        """Returns the names of the buttons that can be pressed."""
        await self.see(case_id)
        return set(await self.buttons())

    async def buttons(self, name: str = "") -> list[str]:
        """Returns the names of the page's buttons that can be pressed and have the words."""
        found = self.page.locator(".actions button:not(.blocked)", has_text=name)
        return [text.strip() for text in await found.all_inner_texts()]

    async def text(self) -> str:
        return await self.page.inner_text("body")

    async def asks(self, path: str, method: str = "GET", **headers: str) -> dict[str, object]:
        """Returns status and text of a request that a script of the page sends."""
        answer: dict[str, object] = await self.page.evaluate(
            """async ([path, method, headers]) => {
                const answer = await fetch(path, { method, headers })
                return { status: answer.status, text: await answer.text() }
            }""",
            [path, method, headers],
        )
        return answer


async def person_at(
    browser: Browser,
    address: str,
    size: tuple[int, int] = DESK,
    scripts: bool = True,
    at: str = "/console/",
) -> Person:
    context = await browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        java_script_enabled=scripts,
        accept_downloads=True,
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE_MS)
    complaints = Complaints(urlsplit(address).netloc)
    context.on("request", complaints.leave)
    context.on("console", complaints.hear)
    context.on("weberror", lambda error: complaints.crash(error.error))
    page = await context.new_page()
    await page.goto(f"{address}{at}")
    return Person(address, context, page, complaints)

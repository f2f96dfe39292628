"""A person at a browser: what is clicked and typed, and what the browser complains of."""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request

STATUS = re.compile(r"the server responded with a status of ([0-9]{3})")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-dev-shm-usage",
)  # fmt: skip
DESK, PHONE = (1366, 768), (390, 844)
PATIENCE_MS = 20_000.0


AWAITED = re.compile(r"/console/api/portal/(waiting|preferences|seen|cases/[0-9a-f]{32}/seen)\b")
"""Endpoints that the pages ask for already; they show a page without them. Remove a name when its
endpoint has come."""


def is_awaited(url: str) -> bool:
    return AWAITED.search(url) is not None


@dataclass
class Complaints:
    """What a page reports as an error, and what leaves the host."""

    host: str
    expected: set[int] = field(default_factory=set)
    """Statuses of refusals that a journey means to see: the browser reports them, too."""
    cut: bool = False
    """While a server is down, requests without an answer are no fault of the page."""
    found: list[str] = field(default_factory=list)

    def hear(self, message: ConsoleMessage) -> None:
        url = str(message.location.get("url", ""))
        if message.type != "error" or self._is_expected(message.text) or is_awaited(url):
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

    async def fill(self, form: str, **fields: str) -> None:
        """Fills inputs by the path of their field; `__` stands for a dot."""
        for name, text in fields.items():
            await self.page.locator(f'{form} [id="{name.replace("__", ".")}"]').fill(text)

    async def pick(self, label: str, typed: str, option: str) -> None:
        """Chooses in a combobox by the keyboard: a click may hit the placeholder over it."""
        box = self.page.get_by_role("combobox", name=label)
        await box.fill(typed)
        await self.page.get_by_role("option", name=option).first.wait_for()
        await box.press("ArrowDown")
        await box.press("Enter")

    async def choose(self, label: str, option: str) -> None:
        """Chooses in an el-select, whose input lies below its placeholder."""
        await self.page.get_by_role("combobox", name=label).press("Enter")
        await self.page.get_by_role("option", name=option).click()

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
    browser: Browser, address: str, size: tuple[int, int] = DESK, scripts: bool = True
) -> Person:
    context = await browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        java_script_enabled=scripts,
        accept_downloads=True,
    )
    context.set_default_timeout(PATIENCE_MS)
    complaints = Complaints(urlsplit(address).netloc)
    context.on("request", complaints.leave)
    context.on("console", complaints.hear)
    context.on("weberror", lambda error: complaints.crash(error.error))
    page = await context.new_page()
    await page.goto(f"{address}/console/")
    return Person(address, context, page, complaints)

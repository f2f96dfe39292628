"""Measures of a page: broken rules of accessibility (axe), controls beyond its edge or hidden."""

from collections.abc import Collection
from functools import cache
from typing import Any

from shared.ops.base.settings import OpsSettings
from shared.ops.console.sources import ROOT, modules_key
from shared.ops.console.workshop import Workshop
from tests.e2e.console.browser import Person

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
QUIET_MS = 20_000.0
LAYOUTS = 20
"""Looks at a page, a tenth of a second apart, before it is said to stick out."""
NARROW = {"width": 683, "height": 384}
"""1366 × 768 at 200 %."""
WIDE = {"width": 1366, "height": 768}
TALL = {"width": 1366, "height": 6000}
"""The whole of a page: a row half behind the pager that stays in sight is no small target."""

ROUTES = """() => document.querySelector('#app').__vue_app__.config.globalProperties.$router
    .getRoutes().filter((one) => !one.redirect).map((one) => one.path)"""
GO = """(path) => document.querySelector('#app').__vue_app__.config.globalProperties.$router
    .push(path).then(() => null)"""
AXE = """async (tags) => {
    const { violations } = await axe.run(document, { runOnly: { type: 'tag', values: tags } })
    const places = (one) => one.nodes.map((node) => node.target.join(' ')).slice(0, 3)
    return violations.map((one) => `${one.id}: ${places(one)}`)
}"""
STICKS_OUT = """() => {
    const { scrollWidth, clientWidth } = document.documentElement
    const wide = scrollWidth - clientWidth
    const found = wide > 0 ? [`the page is ${wide} px too wide`] : []
    const controls = 'a[href], button, input, select, textarea, summary'
    for (const each of document.querySelectorAll(controls)) {
        const box = each.getBoundingClientRect()
        const hidden = !box.width || !box.height || each.matches('.skip, .sr')
        if (hidden || each.closest('.scroller, .ledger')) continue
        if (box.left < -1 || box.right > clientWidth + 1)
            found.push(`${each.tagName} ${each.textContent.trim() || each.id} ${box.right}`)
    }
    return found
}"""
"""Lists controls beyond the edge of the page. A region that scrolls by itself loses none."""
UNFOLD = "() => document.querySelectorAll('main details').forEach((each) => (each.open = true))"
SCROLLS = """() => [...document.querySelectorAll('.scroller, .ledger')]
    .filter((each) => each.scrollWidth > each.clientWidth + 1)
    .map((each) => `${each.getAttribute('aria-label')} scrolls sideways`)"""


@cache
def axe_source() -> str:
    """Returns the script of axe, of the packages that the build has installed."""
    home = Workshop(OpsSettings().downloads.resolve()).home
    modules = home / f"modules-{modules_key(ROOT)}" / "node_modules"
    return (modules / "axe-core" / "axe.min.js").read_text("utf-8")


async def routes_of(person: Person) -> list[str]:
    """Returns the paths of the router; its parameters are as it writes them."""
    found: list[str] = await person.page.evaluate(ROUTES)
    return sorted(found)


async def menu_of(person: Person) -> list[str]:
    """Returns the paths of the menu."""
    links = await person.page.locator("nav.menu a").all()
    return [str(await link.get_attribute("href")).removeprefix("/console") for link in links]


async def go(person: Person, path: str) -> None:
    """Turns to a page of the application, as a link would; returns when it has its content."""
    await person.page.evaluate(GO, path)
    await settled(person)


async def settled(person: Person) -> None:
    await person.page.wait_for_load_state("networkidle", timeout=QUIET_MS)
    await person.page.wait_for_function(
        "() => !document.querySelector('p.state[role=status], [aria-busy=true]')", timeout=QUIET_MS
    )


async def axe(person: Person) -> list[str]:
    """Returns the rules of WCAG 2.2 A and AA that the page breaks, with up to three places each;
    what is still fading in has not its own colours."""
    await person.page.wait_for_function("() => document.getAnimations().length === 0")
    if not await person.page.evaluate("() => 'axe' in window"):
        await person.page.evaluate(axe_source())
    found: list[str] = await person.page.evaluate(AXE, list(RULES))
    return found


async def sticks_out(person: Person) -> list[str]:
    """Returns what is wider than the window: the page itself, and controls that no inner scrolling
    reaches. A window whose size has just changed is given the time to lay its page out anew."""
    for _ in range(LAYOUTS):
        found: list[str] = await person.page.evaluate(STICKS_OUT)
        if not found:
            break
        await person.page.wait_for_timeout(100)
    return found


async def scrolls(person: Person) -> list[str]:
    """Returns the regions that have to be scrolled sideways."""
    found: list[str] = await person.page.evaluate(SCROLLS)
    return found


async def looked_at(person: Person, what: str) -> list[str]:
    """Returns the faults of the page before us, with all that it folds: in both languages, narrow,
    and wide, where no table has to be scrolled sideways."""
    refused = await person.page.locator("main .state.bad").count()
    found = [f"{what} is refused"] if refused else []
    await person.page.set_viewport_size(TALL)
    await person.page.evaluate(UNFOLD)
    await settled(person)
    for language in ("English", "中文"):
        found += [f"{what} until {language}: {each}" for each in await axe(person)]
        await turn_to(person, language)
        await settled(person)
    for size in (NARROW, WIDE):
        await person.page.set_viewport_size(size)
        found += [f"{what} at {size['width']}: {each}" for each in await sticks_out(person)]
    return found + [f"{what}: {each}" for each in await scrolls(person)]


async def turn_to(person: Person, language: str) -> None:
    button = person.page.get_by_role("button", name=language, exact=True)
    if await button.count():
        await button.click()


async def counts(person: Person, names: Collection[str]) -> dict[str, float]:
    """Returns counters of the browser after all that is unreachable was freed."""
    session = await person.context.new_cdp_session(person.page)
    for _ in range(2):
        await session.send("HeapProfiler.collectGarbage")
    await session.send("Performance.enable")
    metrics: list[Any] = (await session.send("Performance.getMetrics"))["metrics"]
    await session.detach()
    return {each["name"]: each["value"] for each in metrics if each["name"] in names}

"""Ledger: 100 rows of the console in Chromium, beside a static page with the same table."""

import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bench import city
from bench.cases import under_handling
from bench.figures import Ratio, Result, Table, figure, percentile, ratio, short
from bench.growing import Templates, grow, settled_in
from bench.growth import TEMPLATES
from bench.installation import Installation, prepared
from bench.laboratory import Laboratory
from bench.rounds import Contender, Run, raw_of
from shared.ops.base.settings import OpsSettings
from shared.ops.console.workshop import Workshop

if TYPE_CHECKING:
    from playwright.async_api import Page

CHROMIUM = "chromium"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")
CASES, ROWS, GOAL_MS = 1_000, 100, 300
CONSOLE, FLOOR = "console", "static page"
COLUMNS = ("what", "openings", "median ms", "worst ms")
WATCH = f"""(() => {{
    const look = () => {{
        const rows = document.querySelectorAll('table tbody tr').length
        if (rows >= {ROWS}) window.shown = performance.now()
        else requestAnimationFrame(look)
    }}
    requestAnimationFrame(look)
}})()"""
"""Notes the first frame that has all rows, in milliseconds since the navigation began."""
COPY = """() => {
    const rules = [...document.styleSheets].flatMap((one) => [...one.cssRules])
    const styles = rules.map((rule) => rule.cssText)
    const table = document.querySelector('table').outerHTML
    return `<!doctype html><meta charset="utf-8"><style>${styles.join('')}</style>${table}`
}"""
SIGN_IN = """(person) => fetch('/console/session', {
    method: 'POST', headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ person }),
}).then((answer) => answer.status)"""
NOTES = (
    f"A ledger of {ROWS} rows is opened by its address, of {CASES:,} cases, by a person who has "
    "been there before: files of the pages are in the browser's cache, the session is read anew.",
    "Until the first frame with all rows. The floor is a file with the same table and styles.",
)


async def ledger(lab: Laboratory) -> Result:
    """Says so where there is no Chromium, and measures nothing."""
    result = Result("ledger", f"{ROWS} rows of the ledger in Chromium", notes=list(NOTES))
    program = shutil.which(CHROMIUM)
    if program is None:
        result.notes.append("Not measured: there is no chromium on the PATH.")
        return result
    async with installed(lab) as running, page_of(program) as page:
        sides = await sides_of(page, running, lab.parts.folder)
        contenders = {
            name: opening(page, address, lab.size.openings) for name, address in sides.items()
        }
        runs = await lab.rounds(contenders, min(lab.size.rounds, 3))
    result.raw = raw_of(runs)
    result.tables.append(
        Table("From the navigation to all rows", COLUMNS, tuple(map(row, runs, runs.values())))
    )
    result.ratios = ratios(runs[CONSOLE], runs[FLOOR])
    return result


@asynccontextmanager
async def installed(lab: Laboratory) -> AsyncIterator[Installation]:
    model = await lab.installation()
    templates = await Templates.of(model, await under_handling(model, TEMPLATES))
    build = Workshop(OpsSettings().downloads.resolve()).build()
    async with prepared(lab.parts, "ledger") as running:
        await settled_in(running, model)
        await grow(running, templates, CASES)
        running.environment["DUBAN_CONSOLE_BUILD"] = str(build)
        running.launch("api")
        await running.ready("api")
        yield running


@asynccontextmanager
async def page_of(program: str) -> AsyncIterator["Page"]:
    """Imported here: the other benchmarks need no browser."""
    from playwright.async_api import async_playwright  # noqa: PLC0415

    async with AsyncExitStack() as stack:
        playwright = await stack.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        stack.push_async_callback(browser.close)
        context = await browser.new_context(viewport={"width": 1366, "height": 768})
        await context.add_init_script(WATCH)
        yield await context.new_page()


async def sides_of(page: "Page", running: Installation, folder: Path) -> dict[str, str]:
    """Signs in, and leaves the table as a file beside the ledger; returns their addresses."""
    console = running.urls["api"].rstrip("/") + "/console/"
    await page.goto(console)
    assert await page.evaluate(SIGN_IN, city.OFFICE) == 200, "the sign-in was refused"  # noqa: PLR2004
    address = f"{console}cases?limit={ROWS}"
    await opened(page, address)
    copy = folder / "ledger.html"
    copy.write_text(await page.evaluate(COPY), "utf-8")
    return {FLOOR: copy.as_uri(), CONSOLE: address}


async def opened(page: "Page", address: str) -> float:
    """Returns the milliseconds until all rows are shown."""
    await page.goto(address, wait_until="commit")
    await page.wait_for_function("() => window.shown")
    shown: float = await page.evaluate("window.shown")
    return shown


def opening(page: "Page", address: str, times: int) -> Contender:
    async def run(number: int) -> Run:
        latencies = [await opened(page, address) for _ in range(times)]
        return Run(times, sum(latencies) / 1e3, latencies=latencies)

    return run


def row(name: str, runs: Sequence[Run]) -> tuple[str, ...]:
    every = sorted(one for run in runs for one in run.latencies)
    return name, str(len(every)), short(percentile(every, 0.5)), short(every[-1])


def ratios(ours: Sequence[Run], floor: Sequence[Run]) -> list[Ratio]:
    middle = [[percentile(sorted(run.latencies), 0.5) for run in runs] for runs in (ours, floor)]
    worst = [max(run.latencies) for run in ours]
    return [
        Ratio(f"{ROWS} rows, median ms", figure(middle[0]), GOAL_MS, at_least=False),
        Ratio(f"{ROWS} rows, worst ms", figure(worst), 0, at_least=False),
        ratio(f"{ROWS} rows: console / static page", middle[0], middle[1], 0, at_least=False),
    ]

"""Takes the pictures of README from a running installation: `make pictures`.

The small sample is enough. A picture is taken at 1366 × 768, the smallest screen of an office.
"""

import os
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from shared.ops.base.settings import OpsSettings
from shared.ops.console.browser import BrowserMissing, find_browser

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
SCREEN = {"width": 1366, "height": 768}
OFFICER = "p-office-1"
SIGN_IN = """person => fetch('/console/session', {method: 'POST', body: JSON.stringify({person}),
    headers: {'Content-Type': 'application/json'}})"""


def take(address: str) -> None:
    """Writes `ledger.png` and `case.png`. Raises SystemExit where there is no Chromium."""
    try:
        chosen = find_browser(OpsSettings().downloads.resolve())
    except BrowserMissing as missing:
        sys.exit(f"无法拍摄：{missing}")
    sys.stdout.write(f"{chosen.chosen}\n")
    environment: dict[str, str | float | bool] = {**os.environ, **chosen.environment}
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chosen.program, env=environment, args=["--no-sandbox"]
        )
        page = browser.new_page(viewport=SCREEN, locale="zh-CN", timezone_id="Asia/Shanghai")
        page.goto(f"{address}/console/")
        page.evaluate(SIGN_IN, OFFICER)
        ledger(page, address)
        case(page)
        browser.close()


def ledger(page: Page, address: str) -> None:
    page.goto(f"{address}/console/cases")
    page.locator("tbody tr").first.wait_for()
    page.wait_for_load_state("networkidle")
    page.screenshot(path=FOLDER / "ledger.png")


def case(page: Page) -> None:
    page.locator("tbody tr a").first.click()
    page.wait_for_url("**/cases/*")
    page.locator("#tabpanel dd").first.wait_for()
    page.wait_for_load_state("networkidle")
    page.screenshot(path=FOLDER / "case.png")


if __name__ == "__main__":
    take(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")

"""The console in Chromium 92: signing in, every page of the menu, a case, a form."""

import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from shared.ops.base.errors import OpsError
from shared.ops.base.settings import OpsSettings
from tests.e2e.console.old_chromium import Tab, old_chromium, opened
from tests.e2e.console.product import Product

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.on_change("console")]

CLERK = "于晓东"
LINKS = "[...document.querySelectorAll('nav.menu a')].map((link) => link.getAttribute('href'))"
HEADING = "location.pathname.endsWith('{path}') && document.querySelector('main h1')?.innerText"
SIGN_IN = f"""[...document.querySelectorAll('button')]
    .filter((button) => button.innerText.includes('{CLERK}')).map((button) => button.click())
    .length"""
QUIET = "!document.querySelector('main [aria-busy=true]')"
WRONG = "document.querySelector('main [role=alert]')?.innerText"
FIRST_CASE = "document.querySelector('main tbody a[href*=\"/cases/\"]')?.pathname"
KIND = """[...document.querySelectorAll('main a, main button')]
    .filter((each) => each.innerText.includes('代表建议')).map((each) => each.click()).length"""
FIELDS = "document.querySelectorAll('main form input, main form textarea').length"


@pytest_asyncio.fixture(loop_scope="session")
async def tab(product: Product, tmp_path: Path) -> AsyncIterator[Tab]:
    try:
        program = old_chromium(OpsSettings().downloads.resolve())
    except (OpsError, subprocess.SubprocessError, OSError) as error:
        pytest.skip(f"Chromium 92 cannot be had: {error}")
    async with opened(program, tmp_path) as page:
        await page.go(f"{product.console}/console/")
        yield page
    assert page.complaints == []


async def test_every_page_of_the_menu_opens_without_an_error(product: Product, tab: Tab) -> None:
    assert "Chrome/92" in await tab.value("navigator.userAgent")
    await tab.shows(SIGN_IN)
    for path in await tab.shows(f"document.querySelector('nav.menu') && {LINKS}"):
        await tab.go(f"{product.console}{path}")
        assert await tab.shows(HEADING.format(path=path))
        await tab.shows(QUIET)
        assert await tab.value(WRONG) is None, path


async def test_a_case_and_a_form_open_without_an_error(product: Product, tab: Tab) -> None:
    await tab.shows(SIGN_IN)
    await tab.shows(f"{LINKS}.length")
    await tab.go(f"{product.console}/console/cases")
    case = await tab.shows(FIRST_CASE)
    await tab.go(f"{product.console}{case}")
    assert await tab.shows(HEADING.format(path=case))
    assert await tab.value(WRONG) is None
    await tab.go(f"{product.console}/console/register")
    assert await tab.shows(KIND)
    assert await tab.shows(FIELDS)

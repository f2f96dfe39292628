"""One product and one browser for all journeys; each journey has people of its own."""

import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from shared.ledger_import.client import Api
from shared.ops.base.dev_tokens import token_for
from shared.ops.base.settings import OpsSettings
from shared.ops.console.browser import BrowserMissing, Chromium, find_browser
from tests.e2e.console.browser import FLAGS, Person, person_at
from tests.e2e.console.papers import Backstage
from tests.e2e.console.product import AT, Product, Running, built


@pytest.fixture(scope="session")
def chromium(request: pytest.FixtureRequest) -> Chromium:
    """The browser of all journeys; says which one was chosen, and skips where there is none."""
    try:
        found = find_browser(OpsSettings().downloads.resolve())
    except BrowserMissing as missing:
        pytest.skip(str(missing))
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        sys.stdout.write(f"\n{found.chosen}\n")
    return found


@pytest_asyncio.fixture(loop_scope="session")
async def backstage(product: Product) -> AsyncIterator[Backstage]:
    async with Api(product.console, lambda sub: token_for(sub, product.settings)) as api:
        yield Backstage(api)


Arrive = Callable[..., Awaitable[Person]]


@pytest.fixture(scope="session")
def product(chromium: Chromium, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    downloads = OpsSettings().downloads.resolve()
    built(downloads)
    if there := os.environ.get(AT):
        yield Product(Path(there))
        return
    running = Running(tmp_path_factory.mktemp("product"), downloads)
    try:
        running.wait_until_played()
        yield running.product
    finally:
        running.stop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(product: Product, chromium: Chromium) -> AsyncIterator[Browser]:
    environment: dict[str, str | float | bool] = {**os.environ, **chromium.environment}
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(
            executable_path=chromium.program, env=environment, args=list(FLAGS)
        )
        yield opened
        await opened.close()


@pytest_asyncio.fixture(loop_scope="session")
async def arrive(
    product: Product, browser: Browser, request: pytest.FixtureRequest
) -> AsyncIterator[Arrive]:
    """Brings a person to a browser: `await arrive("p-reg-1")`, or nobody yet: `await arrive()`.
    The journey fails on any error that a page reports, and on any request off the host."""
    people: list[Person] = []

    async def at(sub: str | None = None, **how: Any) -> Person:
        person = await person_at(browser, product.console, **how)
        people.append(person)
        if sub:
            await person.sign_in(sub)
        return person

    yield at
    complaints = [each for person in people for each in person.complaints.found]
    for person in people:
        await person.context.close()
    assert not complaints, "\n".join(complaints)

"""A ledger of a hundred rows is drawn, and takes a tick, without being waited for."""

import json

import pytest
from playwright.async_api import Route

from tests.e2e.console.conftest import Arrive
from tests.e2e.console.looking import go

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.on_change("console")]
TICKS = """async () => {
    const box = document.querySelector('.ledger tbody input[type=checkbox]')
    const times = []
    for (let round = 0; round < 40; round += 1) {
        const began = performance.now()
        box.click()
        await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))
        times.push(performance.now() - began)
    }
    return times
}"""
DRAWS = """async () => {
    const router = document.querySelector('#app').__vue_app__.config.globalProperties.$router
    const rows = () => document.querySelectorAll('.ledger tbody tr').length
    const later = () => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))
    const times = []
    for (let round = 0; round < 6; round += 1) {
        await router.push('/calendar')
        while (rows()) await later()
        const began = performance.now()
        await router.push('/cases?limit=100')
        while (rows() < 100) await later()
        times.push(performance.now() - began)
    }
    return times
}"""


async def test_a_hundred_rows_are_drawn_within_300_milliseconds(arrive: Arrive) -> None:
    """From the click to the picture, with an answer that is there; the best of several."""
    officer = await arrive("p-leader-1")
    await officer.page.route("**/portal/worklist?*", Hundred().__call__)
    await go(officer, "/cases?limit=100")
    times = await officer.page.evaluate(DRAWS)
    assert min(times) <= 300, times


async def test_a_tick_of_a_hundred_rows_is_there_within_fifty_milliseconds(arrive: Arrive) -> None:
    """Until the next picture, the best of several: other work on the machine is not the page's."""
    officer = await arrive("p-leader-1")
    await officer.page.route("**/portal/worklist?*", Hundred().__call__)
    await go(officer, "/cases?limit=100")
    assert await officer.page.locator(".ledger tbody tr").count() == 100
    times = await officer.page.evaluate(TICKS)
    assert min(times) <= 50, times


class Hundred:
    """Repeats the rows of the first list until there are a hundred; later ones are the same."""

    def __init__(self) -> None:
        self._body = ""

    async def __call__(self, route: Route) -> None:
        if not self._body:
            page = await (await route.fetch()).json()
            many = (page["items"] * 100)[:100]
            page["items"] = [{**row, "case_id": f"{at:032x}"} for at, row in enumerate(many)]
            self._body = json.dumps(page)
        await route.fulfill(content_type="application/json", body=self._body)

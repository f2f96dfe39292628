"""The chart of the statistics has the width of its page, also after the window has changed."""

import pytest

from tests.e2e.console.conftest import Arrive
from tests.e2e.console.looking import NARROW, WIDE, go, sticks_out
from tests.e2e.console.papers import OFFICE

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.on_change("console")]
FILLS = """() => {
    const box = document.querySelector('.chart')
    return box.querySelector('svg').getBoundingClientRect().width === box.clientWidth
}"""


async def test_a_chart_follows_the_window(arrive: Arrive) -> None:
    office = await arrive(OFFICE)
    await go(office, "/statistics")
    for size in (NARROW, WIDE):
        await office.page.set_viewport_size(size)
        assert not await sticks_out(office)
        await office.page.wait_for_function(FILLS)

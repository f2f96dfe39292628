"""No 201 without a commit, and no fact on the bus that is not in the log: by HTTP, while the
primary is alone, and while it is lost."""

import asyncio
from pathlib import Path

import pytest

from shared.ops.embedded.part import Part
from shared.testing.eventually import eventually
from tests.faults.clients import HEALS_WITHIN, seeds
from tests.faults.serving import Callers, office, started
from tests.nodes import heal_soon, kill, no_elections, relaunch, roles, step_up

pytestmark = pytest.mark.on_change("broker and disk faults")


@pytest.mark.long
@seeds(2, 3)
async def test_callers_of_an_isolated_primary_hear_503_or_the_truth(
    three_stores: Part, kafka_bootstrap: str, space: str, tmp_path: Path, seed: int
) -> None:
    async with office(three_stores.address, kafka_bootstrap, space, tmp_path) as here:
        servers = [await started(here.api())]
        async with no_elections(three_stores), Callers(here, servers).at_work() as callers:
            await callers.hear(20 * seed)
            await here.remember(*servers)
            known = await roles(three_stores)
            kill(*known.others)
            await eventually(lambda: callers.refused, within=HEALS_WITHIN)
            answered = callers.acknowledged
            known.primary.kill()
            relaunch(*known.others)
            await asyncio.to_thread(step_up, *known.others)
            await callers.hear(20)
            await heal_soon(three_stores)
            await callers.hear(20)
        assert callers.acknowledged > answered
        assert servers[0].pid is not None
        assert await here.objections() == []

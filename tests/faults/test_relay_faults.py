"""The process with the relay dies at its worst moments, or stands still: nothing is lost, nothing
gets out of order."""

import os
from pathlib import Path

import pytest

from shared.ops.base.process import Server
from shared.testing.eventually import eventually
from tests.faults.clients import HEALS_WITHIN, seeds
from tests.faults.serving import Callers, Office, office, started
from tests.nodes import pause, resume

pytestmark = pytest.mark.on_change("broker and disk faults")

POINTS = (
    "after_append",
    "before_publish",
    "after_publish_before_note",
    "after_publish_before_token",
    "after_head_before_token",
)
"""Between each two steps of a commit: in the log, read, on the bus, noted, its head announced, the
checkpoint saved."""


@pytest.mark.long
@pytest.mark.parametrize("deaths", [3])
@pytest.mark.parametrize("point", POINTS)
async def test_the_process_dies_at_a_crash_point(
    mongo_url: str, kafka_bootstrap: str, space: str, tmp_path: Path, point: str, deaths: int
) -> None:
    """Callers ask again under the same key, and hear what the dead one did."""
    async with office(mongo_url, kafka_bootstrap, space, tmp_path) as here:
        servers = [await started(here.api())]
        async with Callers(here, servers).at_work() as callers:
            await callers.hear()
            for _ in range(deaths):
                servers[0].kill()
                servers[0] = here.api(DUBAN_CRASH_AT=point)
                servers[0].launch()
                await ended(servers[0])
            servers[0] = await started(here.api())
            await callers.hear()
        assert "unknown" in {entry.what for entry in here.history.entries}
        assert await here.objections() == []


async def ended(server: Server) -> None:
    await eventually(lambda: server.pid is None, within=HEALS_WITHIN)


@seeds(2, 3)
async def test_the_holder_of_the_relay_stands_still_and_goes_on(
    mongo_url: str, kafka_bootstrap: str, space: str, tmp_path: Path, seed: int
) -> None:
    """Another process takes over; when the first one wakes, it repeats itself at most."""
    async with office(mongo_url, kafka_bootstrap, space, tmp_path) as here:
        servers = [await started(here.api("api-1")), await started(here.api("api-2"))]
        async with Callers(here, servers).at_work() as callers:
            await callers.hear()
            await here.remember(*servers)
            still = await holder(here, servers)
            pause(still)
            await eventually(lambda: taken_over(here, still), within=HEALS_WITHIN)
            await callers.hear()
            resume(still)
            await callers.hear()
        assert await here.objections() == []


async def holder(here: Office, servers: list[Server]) -> Server:
    """Who holds the lease of the relay."""
    group = await eventually(lambda: group_of(here))
    return next(server for server in servers if server.pid == group)


async def group_of(here: Office) -> int:
    lease = await here.connections.database("control")["leases"].find_one(
        {"_id": "relay/directory"}
    )
    return os.getpgid(int(lease["owner"].rsplit(":", 2)[1])) if lease else 0


async def taken_over(here: Office, still: Server) -> bool:
    return await group_of(here) not in (0, still.pid)

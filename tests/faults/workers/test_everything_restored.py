"""All eight services lose their store under load, and go on from yesterday's backup and the bus."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import pytest

from shared.cancelling import end
from shared.ops.base.settings import OpsSettings
from shared.service.config.errors import EXIT_CODE
from shared.service.settings import ServiceSettings
from shared.testing.faults.evidence import Finding
from shared.testing.faults.history import History
from shared.testing.signatures import put_keys
from tests.e2e.world import environment_of, running_world
from tests.faults.backups import Backup
from tests.faults.workers.city import City, a_city
from tests.faults.workers.matters import waiting
from tests.nodes import own

pytestmark = pytest.mark.asyncio(loop_scope="session")

LOST_SECONDS = 5.0
"""So much may be lost at most: what was acknowledged so short before that it was not yet published.
On a quiet machine that is a tenth of a second."""


@dataclass
class Disaster:
    """`at`: when the store was gone; `asked`: who has no answer and will not ask again."""

    at: float
    asked: set[str]

    def excuses(self, finding: Finding | str, history: History) -> bool:
        """The last words before it, which nobody but the lost store had heard."""
        if not isinstance(finding, Finding):
            return False
        if finding.rule == "never answered":
            return finding.place in self.asked
        return finding.rule == "acknowledged and lost" and self.age(finding, history) < LOST_SECONDS

    def age(self, finding: Finding, history: History) -> float:
        (told,) = history.commands()[finding.place].acknowledged
        return self.at - told.at


@asynccontextmanager
async def a_city_of_its_own(
    settings: OpsSettings, bus: str, folder: Path
) -> AsyncIterator[tuple[City, Backup]]:
    with own("store", settings) as store:
        service_settings = ServiceSettings(
            mongo_url=store.address,
            kafka_bootstrap_servers=bus,
            space=f"b{uuid4().hex[:10]}",
            vault_key_file=folder / "vault.key",
            signing_keys=put_keys(folder / "signing"),
        )
        async with running_world(service_settings, folder / "logs") as world, a_city(world) as city:
            yield city, Backup(store, (settings.data / "mongo" / "node-1").resolve())


@pytest.mark.long
async def test_yesterdays_backup_of_everything(
    own_settings: Callable[[str], OpsSettings], kafka_bootstrap: str, tmp_path: Path
) -> None:
    async with a_city_of_its_own(own_settings("all"), kafka_bootstrap, tmp_path) as (city, backup):
        today = await a_day_passes(city, backup)
        disaster = await strikes(city, backup)
        backup.put_back()
        await city.world.clock.move(today)  # only simulated time lies in the store
        await is_refused(city)
        await is_filled(city, backup)
        await starts_again(city, backup)
        backup.took["all"] = round(time.monotonic() - disaster.at, 1)
        async with city.at_work(people=2):
            await city.heard(10)
        await nothing_else_is_lost(city, disaster)
        print(f"restore: {backup.took}")  # noqa: T201 - for the runbook


async def a_day_passes(city: City, backup: Backup) -> datetime:
    """And another eleven, on which clocks come to their rungs."""
    async with city.at_work(people=2):
        await city.heard(10)
        await asyncio.to_thread(backup.take)
        await city.heard(30)
    await waiting(city)
    await city.world.pass_days(12)
    return await city.world.clock.now()


async def starts_again(city: City, backup: Backup) -> None:
    with backup.step("start"):
        await city.world.processes.start()
    with backup.step("caught up"):
        await city.world.settle()


async def strikes(city: City, backup: Backup) -> Disaster:
    """The store is gone while people work, and so are all processes; the people go home."""
    working = [asyncio.create_task(lives(city)) for _ in range(3)]
    await city.heard(15)
    backup.store.nodes[0].kill()
    at, processes = time.monotonic(), city.world.processes
    for each in processes.running.values():
        each.supervisor.stop()
        each.supervisor.stop()
    await processes.stop()
    await end(working)
    asked = city.api.history.commands().values()
    return Disaster(at, {each.command_id for each in asked if not each.settled})


async def lives(city: City) -> None:
    while True:
        await city.life()


async def is_refused(city: City) -> None:
    """The process ends by itself, and says why."""
    api = city.world.processes.children["api"]
    process = await asyncio.create_subprocess_exec(
        *api.argv,
        env={**os.environ, **api.environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    assert process.returncode == EXIT_CODE
    assert b"duban refill" in said


async def is_filled(city: City, backup: Backup) -> None:
    environment = environment_of(city.world.settings)
    for words in (("refill",), ("verify",), ("heads",)):
        code, said = await backup.duban(environment, *words)
        print(f"\n{said}")  # noqa: T201
        assert code == 0, said


async def nothing_else_is_lost(city: City, disaster: Disaster) -> None:
    history, found = city.api.history, await city.objections()
    assert [each for each in found if not disaster.excuses(each, history)] == []
    ages = [disaster.age(f, history) for f in found if isinstance(f, Finding) and f.checker == "C1"]
    print(f"\nlost {len(ages)} of {city.api.acknowledged}, {max(ages, default=0):.3f} s at most")  # noqa: T201

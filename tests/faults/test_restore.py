"""Yesterday's backup is restored: the service refuses to go on with it, and names the way out."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from shared.mongo.commits import commits_of
from shared.ops.base.process import tail
from shared.ops.base.settings import OpsSettings
from shared.service.config.errors import EXIT_CODE
from shared.testing.eventually import eventually
from shared.testing.faults.evidence import Finding
from tests.faults.backups import Backup
from tests.faults.clients import HEALS_WITHIN
from tests.faults.serving import Callers, Office, office, started
from tests.nodes import own

pytestmark = pytest.mark.on_change("broker and disk faults")

NO_BUS = {"KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1"}


@dataclass
class Drill:
    """An office on a store of its own."""

    here: Office
    backup: Backup

    def restore(self) -> None:
        for server in self.here.servers:
            server.kill()
        self.backup.put_back()

    async def duban(self, *words: str) -> tuple[int | None, str]:
        return await self.backup.duban(self.here.environment(), *words)

    async def is_refused(self) -> str:
        """What an API process says that must not start on this log."""
        server = self.here.api("refused")
        server.launch()
        await eventually(lambda: server.pid is None, within=HEALS_WITHIN)
        assert server._process is not None
        assert server._process.returncode == EXIT_CODE
        return tail(server.log, lines=3)

    async def works(self, facts: int, **more: str) -> None:
        """People change units while a process is up; it ends when everybody has his answer."""
        server = await started(self.here.api(**more))
        async with Callers(self.here, [server]).at_work() as callers:
            await callers.hear(facts)
        if not more:
            await self.here.evidence()  # when all of it is published
        server.kill()

    async def count(self) -> int:
        return await commits_of(self.here.connections.database("directory")).count_documents({})

    async def is_well(self) -> list[Finding]:
        """With its process and its consumers, after another day's work."""
        with self.backup.step("start"):
            consumers = await started(self.here.projections())
        await self.works(20)
        with self.backup.step("caught up"):
            found = await self.here.objections(consumers=True)
        consumers.kill()
        return found


@asynccontextmanager
async def drill(settings: OpsSettings, bus: str, space: str, folder: Path) -> AsyncIterator[Drill]:
    with own("store", settings) as store:
        async with office(store.address, bus, space, folder) as here:
            yield Drill(here, Backup(store, (settings.data / "mongo" / "node-1").resolve()))


async def test_yesterdays_backup_is_restored_and_filled_from_the_bus(
    own_settings: Callable[[str], OpsSettings], kafka_bootstrap: str, space: str, tmp_path: Path
) -> None:
    async with drill(own_settings("restored"), kafka_bootstrap, space, tmp_path) as it:
        consumers = await started(it.here.projections())
        await it.works(20)
        it.backup.take()
        await it.works(40)
        consumers.kill()
        before = await it.count()
        it.restore()
        lost = before - await it.count()
        assert lost >= 40
        assert "duban refill directory" in await it.is_refused()
        code, said = await it.duban("refill", "directory")
        assert (code, f"补回 {lost}，" in said) == (0, True), said
        assert await it.count() == before
        assert (await it.duban("verify", "directory"))[0] == 0
        assert await it.is_well() == []
        print("restore:", it.backup.took)  # noqa: T201 - for the runbook


@pytest.mark.long
async def test_new_commits_on_a_restored_log_give_way_to_what_was_published(
    own_settings: Callable[[str], OpsSettings], kafka_bootstrap: str, space: str, tmp_path: Path
) -> None:
    """The bus was away when the services were started on the backup, so that nobody could know."""
    async with drill(own_settings("forked"), kafka_bootstrap, space, tmp_path) as it:
        consumers = await started(it.here.projections())
        await it.works(20)
        it.backup.take()
        await it.works(40)
        consumers.kill()
        it.restore()
        told = len(it.here.history.entries)
        await it.works(30, **NO_BUS)
        await two_stories_are_made_one(it)
        lost = {entry.command_id for entry in it.here.history.entries[told:]}
        found, aside = await it.is_well(), await moved(it)
        assert {f.rule for f in found} == {"acknowledged and lost"}
        assert {f.place for f in found} == aside <= lost


async def two_stories_are_made_one(it: Drill) -> None:
    assert "duban refill directory" in await it.is_refused()
    before = await it.count()
    code, said = await it.duban("refill", "directory")
    assert code == 1
    assert "--bus-wins" in said
    assert "unit-u-shared@" in said
    assert await it.count() == before
    assert "duban refill directory" in await it.is_refused()
    code, said = await it.duban("refill", "directory", "--bus-wins")
    assert code == 0, said
    assert (await it.duban("verify", "directory"))[0] == 0


async def moved(it: Drill) -> set[str]:
    """The commands whose commits are kept beside the log, for people to do again."""
    found = it.here.connections.database("directory")["commits_set_aside"].find({})
    return {commit["command_id"] async for commit in found}

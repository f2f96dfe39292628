"""One installation for the whole session: its parts, its five processes, its small city."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from shared.ops.base.settings import OpsSettings
from tests.e2e.world import World, running_world, settings_in

PERIODS = ("once", "pages", "private", "rates", "restarts", "seen", "series", "withdrawn")
"""Periods of tests that count: each has one for itself."""


def own_policies(folder: Path) -> Path:
    """Returns the deployed policies, with the periods of these tests."""
    policies = shutil.copytree("deploy/policies", folder / "policies")
    book, head = policies / "policy.yaml", "  periods:\n"
    days = "received_from: 2025-01-01, received_to: 2025-12-31"
    rows = [f"    - {{code: {code}, title: {code}, {days}}}\n" for code in PERIODS]
    rules = book.read_text().replace(head, "".join((head, *rows)), 1)
    # A place may let a case be withdrawn until it is closed: publication and withdrawal then race.
    book.write_text(rules.replace("withdrawal: {until: replied,", "withdrawal: {until: closed,"))
    return policies


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def world(
    mongo_url: str, kafka_bootstrap: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    folder = tmp_path_factory.mktemp("installation")
    settings = settings_in(folder, mongo_url, kafka_bootstrap, own_policies(folder))
    async with running_world(settings, folder / "logs") as running:
        yield running


@pytest.fixture
def logs(parts_settings: OpsSettings) -> list[Path]:
    """Folders of the logs of store and broker; those of the processes are searched anyhow."""
    return [parts_settings.logs]

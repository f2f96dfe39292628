"""A disk is full. Under the store: refused with 503, nothing acknowledged is lost. Under the bus:
nobody is refused, for what is in the log is published later. Both go on when there is room."""

import asyncio
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from pymongo.errors import PyMongoError

from shared.mongo.connect import connect
from shared.ops.base.settings import OpsSettings
from shared.ops.embedded.part import Part
from shared.testing.eventually import eventually
from tests.faults.clients import HEALS_WITHIN
from tests.faults.serving import Callers, office, started
from tests.nodes import heal_soon, own

pytestmark = pytest.mark.on_change("broker and disk faults")

SIZE_MB = 512


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, in memory."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ("mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "duban-test", str(folder))
    said = subprocess.run(mount, capture_output=True, text=True, check=False)
    if said.returncode:
        pytest.skip(f"a small file system cannot be mounted here: {said.stderr.strip()}")
    yield folder
    subprocess.run(("umount", "--lazy", str(folder)), check=True)


@pytest.fixture
def cramped_store(small_disk: Path, own_settings: Callable[[str], OpsSettings]) -> Iterator[Part]:
    settings = own_settings("cramped").model_copy(update={"data": small_disk})
    with own("store", settings, launch=False) as part:
        for node in part.nodes:
            node.argv = [*node.argv, "--syncdelay", "2"]  # notices soon that it cannot write
        part.start()
        yield part


@pytest.fixture
def cramped_bus(small_disk: Path, own_settings: Callable[[str], OpsSettings]) -> Iterator[Part]:
    settings = own_settings("cramped-bus").model_copy(update={"data": small_disk})
    with own("broker", settings) as part:
        yield part


async def test_the_disk_of_the_store_is_full(
    cramped_store: Part, small_disk: Path, kafka_bootstrap: str, space: str, tmp_path: Path
) -> None:
    async with office(cramped_store.address, kafka_bootstrap, space, tmp_path) as here:
        servers = [await started(here.api())]
        async with Callers(here, servers).at_work() as callers:
            await callers.hear(20)
            await here.remember(*servers)
            fill(small_disk / "filler")
            await write_more_than_fits(cramped_store.address)
            await eventually(lambda: callers.refused, within=HEALS_WITHIN)
            assert servers[0].pid is not None  # it stays, and answers
            (small_disk / "filler").unlink()
            await heal_soon(cramped_store)  # mongod ends itself when it cannot write
            await callers.hear(20)
        assert callers.refused
        assert await here.objections() == []


async def test_the_disk_of_the_broker_is_full(
    cramped_bus: Part, small_disk: Path, mongo_url: str, space: str, tmp_path: Path
) -> None:
    """Kafka ends itself when it cannot write."""
    async with office(mongo_url, cramped_bus.address, space, tmp_path) as here:
        servers = [await started(here.api())]
        async with Callers(here, servers).at_work() as callers:
            await callers.hear(20)
            await here.remember(*servers)
            fill(small_disk / "filler")
            await eventually(lambda: cramped_bus.nodes[0].pid is None, within=HEALS_WITHIN)
            await callers.hear(50)
            (small_disk / "filler").unlink()
            await heal_soon(cramped_bus)
            await callers.hear(20)
        assert not callers.refused
        assert await here.objections() == []


async def write_more_than_fits(store: str) -> None:
    """mongod has room in its files and its journal that a few commands do not use up."""
    async with asyncio.timeout(HEALS_WITHIN), connect(store) as client:
        with suppress(PyMongoError):
            while True:
                await client["ballast"]["ballast"].insert_one({"weight": os.urandom(1_000_000)})


def fill(path: Path) -> None:
    """To the last byte."""
    with path.open("wb", buffering=0) as file:
        try:
            while file.write(b"0" * 65_536):
                pass
        except OSError:
            return

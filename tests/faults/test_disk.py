"""The disk under the store is full: refused with 503, nothing acknowledged is lost, and it goes on
when there is room again."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shared.ops.part import Part
from shared.ops.settings import OpsSettings
from shared.testing.eventually import eventually
from tests.faults.clients import HEALS_WITHIN
from tests.faults.nodes import heal_soon, own
from tests.faults.serving import Callers, office, started

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


async def test_the_disk_of_the_store_is_full(
    cramped_store: Part, small_disk: Path, kafka_bootstrap: str, space: str, tmp_path: Path
) -> None:
    async with office(cramped_store.address, kafka_bootstrap, space, tmp_path) as here:
        servers = [await started(here.api())]
        async with Callers(here, servers).at_work() as callers:
            await callers.hear(20)
            await here.remember(*servers)
            fill(small_disk / "filler")
            await eventually(lambda: callers.refused, within=HEALS_WITHIN)
            assert servers[0].pid is not None  # it stays, and answers
            (small_disk / "filler").unlink()
            await heal_soon(cramped_store)  # mongod ends itself when it cannot write
            await callers.hear(20)
        assert callers.refused
        assert await here.objections() == []


def fill(path: Path) -> None:
    """To the last byte."""
    with path.open("wb", buffering=0) as file:
        try:
            while file.write(b"0" * 65_536):
                pass
        except OSError:
            return

"""A disk fails (F13): fsync says EIO, or nothing can be written any more. Store and broker end
themselves; nobody is told of what was not kept; both go on on a disk that works."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shared.ops.base.settings import OpsSettings
from shared.ops.embedded.part import Part
from shared.testing.eventually import eventually
from tests.faults.clients import HEALS_WITHIN
from tests.faults.injecting import injected, needs_strace
from tests.faults.serving import Callers, office, started
from tests.nodes import heal_soon, own

pytestmark = [needs_strace, pytest.mark.on_change("broker and disk faults")]
SYNC, WRITE = "fsync,fdatasync", "pwrite64,pwritev,write,writev,fsync,fdatasync,openat"


@pytest.fixture
def failing_store(own_settings: Callable[[str], OpsSettings]) -> Iterator[Part]:
    with own("store", own_settings("failing")) as part:
        yield part


@pytest.fixture
def failing_bus(own_settings: Callable[[str], OpsSettings]) -> Iterator[Part]:
    with own("broker", own_settings("failing-bus")) as part:
        yield part


@pytest.mark.parametrize(
    ("calls", "error"),
    [(SYNC, "EIO"), pytest.param(WRITE, "EROFS", marks=pytest.mark.long)],
    ids=["fsync", "read-only"],
)
async def test_the_disk_of_the_store_fails(
    failing_store: Part, kafka_bootstrap: str, space: str, tmp_path: Path, calls: str, error: str
) -> None:
    [node] = failing_store.nodes
    async with office(failing_store.address, kafka_bootstrap, space, tmp_path) as here:
        servers = [await started(here.api())]
        async with Callers(here, servers).at_work() as callers:
            await callers.hear(20)
            await here.remember(*servers)
            assert node.pid is not None
            with injected(node.pid, calls, f"error={error}"):
                await eventually(lambda: node.pid is None, within=HEALS_WITHIN)
            await eventually(lambda: callers.refused, within=HEALS_WITHIN)
            await heal_soon(failing_store)
            await callers.hear(20)
        assert await here.objections() == []


@pytest.mark.long
@pytest.mark.parametrize(("calls", "error"), [(SYNC, "EIO"), (WRITE, "EROFS")])
async def test_the_disk_of_the_broker_fails(
    failing_bus: Part, mongo_url: str, space: str, tmp_path: Path, calls: str, error: str
) -> None:
    [node] = failing_bus.nodes
    async with office(mongo_url, failing_bus.address, space, tmp_path) as here:
        servers = [await started(here.api())]
        async with Callers(here, servers).at_work() as callers:
            await callers.hear(20)
            await here.remember(*servers)
            assert node.pid is not None
            with injected(node.pid, calls, f"error={error}"):
                await eventually(lambda: node.pid is None, within=HEALS_WITHIN)
                await callers.hear(20)
            await heal_soon(failing_bus)
            await callers.hear(20)
        assert not callers.refused
        assert await here.objections() == []

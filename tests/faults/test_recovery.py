"""Recovery: seconds from a kill until what is done after it is visible again, by what was killed.

`pytest -m long tests/faults/test_recovery.py` prints the figures of docs/benchmarks.md.
"""

import os
import signal
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from shared.ops.base.settings import OpsSettings
from shared.ops.embedded.part import Part
from shared.ops.supervision.supervisor import Patience
from shared.service.settings import ServiceSettings
from shared.testing.eventually import eventually
from shared.testing.signatures import put_keys
from tests.e2e import processes
from tests.e2e.desk import Desk
from tests.e2e.matter import paper, registered
from tests.e2e.organisation import OFFICE, TANG
from tests.e2e.world import World, running_world
from tests.nodes import heal_soon, own, settings_of

KILLS = 5
GOALS = {"broker": 10.0, "projections": 20.0, "everything": 20.0}
"""Seconds at most, on a machine whose processors have no other work."""
PATIENCE_SECONDS = 240.0


@dataclass(frozen=True)
class Recovery:
    seconds: float
    busy: float
    """By how much other work slowed the machine meanwhile."""


@dataclass(frozen=True)
class Machine:
    """One installation with a store and a broker of its own."""

    world: World
    store: Part
    broker: Part

    async def broker_dies(self) -> None:
        self.broker.nodes[0].kill()
        await heal_soon(self.broker)

    async def projections_die(self) -> None:
        self.kill("projections")

    async def everything_dies(self) -> None:
        """As in a power cut; the supervisors bring the processes back beside the parts."""
        self.kill(*self.world.processes.running)
        for part in (self.broker, self.store):
            part.nodes[0].kill()
        await heal_soon(self.store)
        await heal_soon(self.broker)

    def kill(self, *names: str) -> None:
        for name in names:
            pid = self.world.processes.running[name].supervisor.doing[name].pid
            assert pid is not None
            os.killpg(pid, signal.SIGKILL)

    async def seen(self) -> None:
        """A paper is registered and its page is there: log, relay, bus and read model work."""
        case = await registered(self.world, paper("suggestion", {"person": TANG}))
        office = Desk(self.world, OFFICE)

        async def shown() -> bool:
            return not await office.sees_nothing_at(f"/portal/v1/cases/{case.id}")

        await eventually(shown, within=PATIENCE_SECONDS, every=0.1)

    async def recovered(self, fault: Callable[[], Awaitable[None]]) -> "Recovery":
        await self.world.settle()
        began = time.monotonic()
        await fault()
        await self.seen()
        return Recovery(time.monotonic() - began, busy())


@asynccontextmanager
async def one_machine(folder: Path) -> AsyncIterator[Machine]:
    parts = settings_of(folder / "parts", OpsSettings().downloads.resolve())
    with own("store", parts) as store, own("broker", parts) as broker:
        settings = ServiceSettings(
            mongo_url=store.address,
            kafka_bootstrap_servers=broker.address,
            vault_key_file=folder / "vault.key",
            signing_keys=put_keys(folder / "signing"),
        )
        async with running_world(settings, folder / "logs") as world:
            yield Machine(world, store, broker)


def busy() -> float:
    """By how much other work slows this machine: the load for each processor, one at least."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def line_of(name: str, found: Sequence[Recovery]) -> str:
    seconds, loads = [each.seconds for each in found], [each.busy for each in found]
    return (
        f"{name}: median {statistics.median(seconds):.1f} s, most {max(seconds):.1f} s of "
        f"{len(found)}, goal {GOALS[name]:.0f} s, load {min(loads):.1f} to {max(loads):.1f}"
    )


@pytest.mark.long
async def test_what_is_done_after_a_kill_is_visible_within_seconds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(processes, "AT_ONCE", Patience())  # as `make run` has it
    async with one_machine(tmp_path) as machine:
        faults = {
            "broker": machine.broker_dies,
            "projections": machine.projections_die,
            "everything": machine.everything_dies,
        }
        found = {
            name: [await machine.recovered(fault) for _ in range(KILLS)]
            for name, fault in faults.items()
        }
    with capsys.disabled():
        sys.stdout.write("\n".join(["", *(line_of(*each) for each in found.items()), ""]))
    late = [
        (name, each)
        for name, recoveries in found.items()
        for each in recoveries
        if each.seconds > GOALS[name] * each.busy
    ]
    assert late == []

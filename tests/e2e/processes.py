"""The processes of one installation, each under a supervisor of its own, so that a test may stop
one and start it again while the others go on."""

import asyncio
import os
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from shared.ops.base.ports import free_port
from shared.ops.base.process import tail
from shared.ops.installation.processes import SERVE, url
from shared.ops.supervision.child import Child
from shared.ops.supervision.supervisor import Patience, Supervisor
from shared.service.processes.registry import SERVICES
from shared.testing.eventually import eventually

AT_ONCE = Patience(first_pause=0.05, longest_pause=0.05)
START_WITHIN = 120.0
"""Seconds; the machine may be busy with other tests."""


@dataclass
class Running:
    child: Child
    supervisor: Supervisor
    task: asyncio.Task[None]


@dataclass
class Processes:
    children: Mapping[str, Child]
    urls: Mapping[str, str]
    logs: Path
    running: dict[str, Running] = field(default_factory=dict)

    async def start(self, *names: str) -> None:
        """Of all, when none is named; returns when they are ready."""
        for name in names or self.children:
            child = self.children[name]
            supervisor = Supervisor([child], self.logs, AT_ONCE)
            self.running[name] = Running(child, supervisor, asyncio.create_task(supervisor.run()))
        await asyncio.gather(*map(self.ready, names or self.children))

    async def stop(self, *names: str) -> None:
        """As operators do: asked to end, and killed when it does not."""
        ended = [self.running.pop(name) for name in names or list(self.running)]
        for each in ended:
            each.supervisor.stop()
        await asyncio.gather(*(each.task for each in ended))

    async def restart(self, name: str, how: signal.Signals) -> None:
        """The supervisor brings it back."""
        doing = self.running[name].supervisor.doing[name]
        before = doing.pid
        assert before is not None
        os.killpg(before, how)
        await eventually(lambda: doing.pid not in (None, before), within=30)
        await self.ready(name)

    async def ready(self, name: str) -> None:
        async with httpx.AsyncClient(timeout=5, trust_env=False) as client:

            async def answers() -> bool:
                try:
                    return (await client.get(f"{self.urls[name]}/readyz")).is_success
                except httpx.HTTPError:
                    return False

            try:
                await eventually(answers, within=START_WITHIN, every=0.1)
            except AssertionError:
                log = tail(self.logs / f"{name}.log", lines=20)
                raise AssertionError(f"{name} is not ready:\n{log}") from None


def processes(environment: Mapping[str, str], logs: Path) -> Processes:
    """As on one machine, but for the reactions of disclosure: they have a worker of their own, as
    larger installations have, so that one service can stand still while another goes on."""
    others = ",".join(name for name in SERVICES if name != "disclosure")
    roles: Mapping[str, Sequence[str]] = {
        "api": ("api",),
        "reactions": ("worker", "reactions", "--services", others),
        "disclosure": ("worker", "reactions", "--services", "disclosure"),
        "projections": ("worker", "projections"),
        "site": ("site",),
    }
    ports = {name: str(free_port()) for name in roles}
    children = {
        name: Child(
            name,
            (*SERVE, *role),
            {**environment, "DUBAN_PORT": ports[name], "DUBAN_HEALTH_PORT": ports[name]},
            ordinal=int(name == "disclosure"),
        )
        for name, role in roles.items()
    }
    return Processes(children, {name: url(int(port)) for name, port in ports.items()}, logs)

"""A child of the supervisor: its command, its readiness address and its state."""

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from shared.ops.base.process import rotate, tethered


@dataclass(frozen=True)
class Child:
    name: str
    argv: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    ready_url: str | None = None
    ordinal: int = 0
    """With the group's name it makes the instance id; no two live workers may share one."""


class Condition(StrEnum):
    STARTING = "starting"
    READY = "ready"
    NOT_READY = "not ready"
    RESTARTING = "restarting"
    STOPPED = "stopped"


@dataclass
class Doing:
    """State of a child as the status shows it."""

    condition: Condition = Condition.STARTING
    pid: int | None = None
    restarts: int = 0
    last_exit: int | None = None
    log_from: int = 0
    """Position in the log at which the present process begins."""


async def spawn(child: Child, log: Path, doing: Doing) -> asyncio.subprocess.Process:
    log.parent.mkdir(parents=True, exist_ok=True)
    rotate(log)
    with log.open("ab") as output:
        doing.log_from = output.tell()
        return await asyncio.create_subprocess_exec(
            *tethered(child.argv),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, "DUBAN_ORDINAL": str(child.ordinal), **child.environment},
            start_new_session=True,
        )

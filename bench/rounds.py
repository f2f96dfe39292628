"""Rounds: what is compared runs in turn, A/B/A/B, so that the machine's noise falls on all."""

import math
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bench.figures import Figure, figure
from bench.processor import load


@dataclass(frozen=True)
class Run:
    """One round of one contender. `latencies` in milliseconds; `store` counts the operations that
    the store was asked for."""

    operations: int
    seconds: float
    client_cpu: float = 0.0
    server_cpu: float = 0.0
    latencies: list[float] = field(default_factory=list)
    load: float = field(default_factory=load)
    store: int = 0

    @property
    def speed(self) -> float:
        return self.operations / self.seconds

    @property
    def per_client_cpu(self) -> float:
        """Operations in a second of our own processor time."""
        return self.operations / self.client_cpu if self.client_cpu else 0.0


Contender = Callable[[int], Awaitable[Run]]
Runs = Mapping[str, list[Run]]


async def interleaved(
    contenders: Mapping[str, Contender], rounds: int, warm: bool = True, until: float = math.inf
) -> dict[str, list[Run]]:
    """`warm`: a first round is not counted. After the moment `until` no further round begins, but
    one is always counted."""
    runs: dict[str, list[Run]] = {name: [] for name in contenders}
    for number in range(rounds + warm):
        if number > warm and time.monotonic() > until:
            break
        for name in turned(list(contenders), number):
            runs[name].append(await contenders[name](number))
    return {name: found[warm:] for name, found in runs.items()}


def turned(names: list[str], number: int) -> list[str]:
    """Every round begins with another one: what ran before leaves its traces in the machine."""
    first = number % len(names)
    return names[first:] + names[:first]


def raw_of(runs: Runs) -> dict[str, list[dict[str, Any]]]:
    """For the report that programs read."""
    return {name: [vars(run) for run in found] for name, found in runs.items()}


def speeds(runs: list[Run]) -> list[float]:
    return [run.speed for run in runs]


def speed(runs: list[Run]) -> Figure:
    return figure(speeds(runs))


def per_cpu(runs: list[Run]) -> Figure:
    return figure([run.per_client_cpu for run in runs])

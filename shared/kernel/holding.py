"""Holding: the task that a unit has in a case, as a service that hands tasks out knows it."""

from dataclasses import dataclass

from shared.kernel.policy import Due


@dataclass(frozen=True)
class Holding:
    """`owed`: the obligations about the task that may still run. Those that other services meet are
    among them until the task ends."""

    task: str
    unit: str
    part: str
    owed: tuple[Due, ...] = ()

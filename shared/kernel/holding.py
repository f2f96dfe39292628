"""Holding: the task that a unit has in a case, and what may still be owed about it; coming: a step
of a ladder that lies ahead."""

from dataclasses import dataclass
from datetime import datetime

from shared.kernel.codes import Code, Id
from shared.kernel.policy import Due


@dataclass(frozen=True)
class Holding:
    """`owed`: the obligations about the task that may still run. Those that other services meet are
    among them until the task ends. `unit` is None where an organ or
    a person owes them. `elsewhere`: those
    that the service has not dated and that may still run."""

    task: str
    unit: str | None
    part: str = ""
    owed: tuple[Due, ...] = ()
    elsewhere: tuple[Code, ...] = ()


@dataclass(frozen=True)
class Coming:
    """The next step of a clock's ladder: a reminder or an escalation to the holder of `role`."""

    clock: Id
    rung: Code
    rule: Code
    unit: Id | None
    role: Code
    escalates: bool
    deems: bool
    at: datetime

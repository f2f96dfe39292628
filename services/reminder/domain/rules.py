"""The ladder of a clock: its rungs, their moments and their addressees."""

from collections.abc import Mapping
from datetime import datetime

from shared.contracts.reminder import PlannedRung
from shared.kernel.policy import Due, Policy

ADDRESSEES: Mapping[str, tuple[str, ...]] = {
    "unit": ("handler", "liaison", "section-head", "head"),
    "agency": ("office", "leader", "publisher"),
}
"""Where the holder of a rung's role is looked for: at the task's unit, or at the agency."""


def planned(due: Due, policy: Policy) -> tuple[PlannedRung, ...]:
    """The whole ladder, counted from the recorded due moment, the earliest rung first."""
    rule = policy.row.obligations.get(due.rule)
    steps = [
        PlannedRung(
            rung=rung.key,
            role=rung.role,
            at=policy.calendar.shift(due.at, rung.offset, rung.unit),
            escalates=rung.escalates,
            acknowledge=rung.acknowledge,
            deems=rung.deems,
        )
        for rung in (rule.ladder if rule else ())
    ]
    return tuple(sorted(steps, key=lambda step: step.at))


def yellow_at(due: Due, policy: Policy) -> datetime:
    rule = policy.row.obligations.get(due.rule)
    return policy.calendar.shift(due.at, -rule.yellow_days if rule else 0)

"""Rules of a policy row about suspensions: why a task may stand still, how long, by whose word."""

from typing import Literal

from pydantic import Field

from shared.kernel.approval_rules import ApprovalRules
from shared.kernel.calendar import Period
from shared.kernel.codes import Code

Beside = Literal["first-contact", "co-opinion"]
"""Obligations that may stand still beside the one that is suspended."""


class SuspensionRules(ApprovalRules):
    """Suspension of one obligation (暂停) for one of the `reasons`: its clock stands still, and so
    do those `beside` it.

    All pauses of a task last `days` calendar days at most. No due moment moves beyond the end of
    `total`, counted from the hand-out, where the law knows no longer one.
    """

    reasons: tuple[Code, ...] = Field(min_length=1)
    days: int = Field(ge=1, le=366)
    total: Period | None = None
    beside: tuple[Beside, ...] = ("first-contact", "co-opinion")

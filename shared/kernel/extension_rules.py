"""Rules of a policy row about extensions: how far an obligation goes, and who decides."""

from typing import Literal, Self

from pydantic import Field, model_validator

from shared.kernel.calendar import Period
from shared.kernel.paper_rules import Row

Extensible = Literal["reply", "rehandling"]
"""Obligations that a unit may ask to extend."""
Approver = Literal["assignment-organ", "supervision-organ", "agency", "task-unit"]
"""Relations to a case under which an extension is decided; the access table names the posts."""


class ExtensionRules(Row):
    """Extension of one obligation (延期): asked before it is due.

    The last day that may be asked for is the end of `total`, counted from the hand-out, or that of
    `further`, counted from the first due moment. `approvers` decide, `all` of them or `any`;
    without any, the unit extends by itself and tells the proposer. An obligation is extended `most`
    times at most. The opinions that are still owed `follow` by as many days, or `stay`.
    """

    total: Period | None = None
    further: Period | None = None
    approvers: tuple[Approver, ...] = ()
    by: Literal["all", "any"] = "all"
    most: int = Field(default=1, ge=1)
    cohandlers: Literal["follow", "stay"] = "follow"
    basis: str = Field(min_length=1)

    @model_validator(mode="after")
    def _has_one_cap(self) -> Self:
        if (self.total is None) == (self.further is None):
            raise ValueError("an extension has one cap: `total` or `further`")
        return self

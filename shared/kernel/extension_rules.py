"""Rules of a policy row about extensions: how far an obligation goes, and who decides."""

from typing import Literal, Self

from pydantic import model_validator

from shared.kernel.approval_rules import ApprovalRules
from shared.kernel.calendar import Period


class ExtensionRules(ApprovalRules):
    """Extension of one obligation (延期): asked before it is due.

    The last day that may be asked for is the end of `total`, counted from the hand-out, or that of
    `further`, counted from the first due moment. The opinions that are still owed `follow` by as
    many days, or `stay`.
    """

    total: Period | None = None
    further: Period | None = None
    cohandlers: Literal["follow", "stay"] = "follow"

    @model_validator(mode="after")
    def _has_one_cap(self) -> Self:
        if (self.total is None) == (self.further is None):
            raise ValueError("an extension has one cap: `total` or `further`")
        return self

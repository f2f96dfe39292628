"""Parts of facts by which a unit asks for something and approvers decide (审批)."""

from typing import Literal

from shared.contracts.case_event import Acted
from shared.contracts.effects import Effects, opens
from shared.contracts.payloads.handling import Verdict
from shared.kernel.approval_rules import Approver

Deciding = Literal["organ", "unit", "nobody"]
"""Those who decide: organs or the agency, the head of the unit itself, or nobody besides it."""


class Requested(Acted):
    """A request of a unit: the `approvers` decide, all of them or any (`needs`)."""

    approvers: tuple[Approver, ...]
    needs: Literal["all", "any"]
    decided_by: Deciding


class Ruled(Acted, Verdict):
    """A verdict of one approver, in the place of `seats`."""

    seats: tuple[Approver, ...]


def asks(ruling: str) -> Effects:
    """Returns the effects of a request: its decision is owed by the organs, or by the unit where
    its own head decides."""
    return (
        opens(ruling, of_unit=False, when={"decided_by": ("organ",)}),
        opens(ruling, when={"decided_by": ("unit",)}),
    )

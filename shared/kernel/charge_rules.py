"""Rules of a policy row about leaders in charge of a case (包案, 重点督办, 领办)."""

from typing import Literal

from pydantic import Field

from shared.kernel.organs import Duty
from shared.kernel.paper_rules import Row


class ChargeRules(Row):
    """One scheme of charges: its leaders hold their post `leaders_at` the agency of the case, or at
    the organ that has this duty. `milestones`: the plan needs some."""

    leaders_at: Literal["agency"] | Duty = "agency"
    milestones: bool = False
    basis: str = Field(min_length=1)

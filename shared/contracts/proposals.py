"""Facts of assignment about a unit beside the lead: the lead asks for it, the organ answers."""

from typing import ClassVar

from shared.contracts.case_event import Acted
from shared.contracts.effects import Effects, meets, opens
from shared.contracts.payloads.assignment import CohandlerVerdict, CohandlerWish
from shared.kernel.messages import Event


class CohandlerProposed(Acted, CohandlerWish):
    """The lead takes its task and asks for another unit beside it (建议增加会办单位); its work goes
    on meanwhile."""

    type: ClassVar[str] = "cohandler.proposed.v1"
    obligations: ClassVar[Effects] = (opens("cohandler-ruling", of_unit=False),)


class CohandlerDecided(Acted, CohandlerVerdict):
    """The organ answered the lead: a co-handler joins in the same commit, or none does and it says
    why."""

    type: ClassVar[str] = "cohandler.decided.v1"
    obligations: ClassVar[Effects] = (meets("cohandler-ruling", why="cohandler-decided"),)


PROPOSED: tuple[type[Event], ...] = (CohandlerProposed, CohandlerDecided)

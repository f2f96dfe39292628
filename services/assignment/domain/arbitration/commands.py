"""The command that rules which unit must act."""

from collections.abc import Iterable
from typing import ClassVar

from services.assignment.domain.hand_out.commands import Moving
from shared.contracts.payloads.assignment import Arbitration


class ArbitrateObjection(Moving, Arbitration):
    """裁定: the unit that is named must act, and cannot object."""

    name: ClassVar[str] = "arbitrate-objection"

    def named(self) -> Iterable[str]:
        return (self.ruled_unit, *self.units)

    @property
    def former_stays(self) -> bool:
        return self.former_as_co

    def workplaces(self) -> Iterable[str]:
        return self.named()

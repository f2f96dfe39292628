"""Commands about the charge of a leader."""

from collections.abc import Iterable
from typing import ClassVar

from shared.contracts.charges import ChargeEnding, ChargePlan, ChargeReport
from shared.kernel.codes import Id
from shared.kernel.messages import InformedCommand, RuledCommand


class ChargeLeader(RuledCommand, InformedCommand, ChargePlan):
    """指定包案领导, or a leader takes the case himself."""

    name: ClassVar[str] = "charge-leader"

    def named(self) -> Iterable[str]:
        return (self.leader,)

    def post_holders(self) -> Iterable[str]:
        return (self.leader,)


class AboutCharge(RuledCommand):
    """An act about a charge, which it names."""

    charge: Id


class ReportCharge(AboutCharge, ChargeReport):
    """登记包案进展."""

    name: ClassVar[str] = "report-charge"


class EndCharge(AboutCharge, ChargeEnding):
    """结束包案."""

    name: ClassVar[str] = "end-charge"


ChargeCommand = ChargeLeader | ReportCharge | EndCharge

"""Commands of rerouting."""

from collections.abc import Iterable
from typing import ClassVar

from services.intake.domain.screening.commands import OfEdition
from shared.contracts.case_event import Kind
from shared.contracts.payloads.screening import Checklist
from shared.contracts.rerouting import Diversion, PassingOn
from shared.kernel.codes import Code, Id
from shared.kernel.messages import InformedCommand, RuledCommand


class PassOnCase(RuledCommand, InformedCommand, PassingOn, Checklist, OfEdition):
    """Does not take the case up, and passes the paper on."""

    name: ClassVar[str] = "pass-on-case"

    def named(self) -> Iterable[str | None]:
        return (self.to,)


class DivertCase(RuledCommand, Diversion, OfEdition):
    """Continues the case under the policy row of another kind. Channel and subject stay where none
    is named. `holder` is another case that has the new external number."""

    name: ClassVar[str] = "divert-case"

    kind: Kind
    channel: Code
    subject: Code
    holder: Id | None = None


ReroutingCommand = PassOnCase | DivertCase

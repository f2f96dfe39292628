"""Commands that change the co-handlers of an assigned case."""

from collections.abc import Iterable
from typing import ClassVar

from services.assignment.domain.hand_out.commands import Moving, TaskCommand
from shared.contracts.payloads.assignment import (
    CohandlerDecision,
    CohandlerWish,
    NewCohandler,
    Removal,
    Swap,
)
from shared.kernel.messages import InformedCommand, RuledCommand


class AddCohandler(RuledCommand, InformedCommand, NewCohandler):
    """增加会办: a unit joins as co-handler."""

    name: ClassVar[str] = "add-cohandler"

    def named(self) -> Iterable[str]:
        return (self.unit,)

    def workplaces(self) -> Iterable[str]:
        return self.named()


class RemoveCohandler(TaskCommand, RuledCommand, Removal):
    """取消会办: a co-handler is not needed any more."""

    name: ClassVar[str] = "remove-cohandler"


class ProposeCohandler(TaskCommand, RuledCommand, InformedCommand, CohandlerWish):
    """签收并建议增加会办单位: the lead takes its task and asks for a unit beside it."""

    name: ClassVar[str] = "propose-cohandler"

    def named(self) -> Iterable[str]:
        return (self.cohandler,)


class DecideCohandler(TaskCommand, RuledCommand, InformedCommand, CohandlerDecision):
    """答复增加会办单位的建议: the organ adds a co-handler, or says why not."""

    name: ClassVar[str] = "decide-cohandler"

    def named(self) -> Iterable[str | None]:
        return (self.cohandler,)

    def workplaces(self) -> Iterable[str]:
        return (self.cohandler,) if self.cohandler else ()


class SwapLead(Moving, Swap):
    """对调: the co-handler of the task becomes the lead, and the lead a co-handler."""

    name: ClassVar[str] = "swap-lead"

    def named(self) -> Iterable[str]:
        return self.units

    def workplaces(self) -> Iterable[str]:
        return self.units


TeamCommand = AddCohandler | RemoveCohandler | SwapLead | ProposeCohandler | DecideCohandler

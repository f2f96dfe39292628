"""Commands that change the co-handlers of an assigned case."""

from collections.abc import Iterable
from typing import ClassVar

from services.assignment.domain.hand_out.commands import TaskCommand
from shared.contracts.payloads.assignment import NewCohandler, Removal
from shared.kernel.messages import InformedCommand, RuledCommand


class AddCohandler(RuledCommand, InformedCommand, NewCohandler):
    """增加会办: a unit joins as co-handler."""

    name: ClassVar[str] = "add-cohandler"

    def named(self) -> Iterable[str]:
        return (self.unit,)

    def workplaces(self) -> Iterable[str]:
        return self.named()


class RemoveCohandler(TaskCommand, Removal):
    """取消会办: a co-handler is not needed any more."""

    name: ClassVar[str] = "remove-cohandler"


TeamCommand = AddCohandler | RemoveCohandler

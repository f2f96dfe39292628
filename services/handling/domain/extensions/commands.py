"""Commands about the extension of a task."""

from typing import ClassVar

from services.handling.domain.tasks.commands import TaskCommand
from shared.contracts.payloads.handling import ExtensionDecision, ExtensionWish, Telling
from shared.kernel.messages import RuledCommand


class RequestExtension(TaskCommand, RuledCommand, ExtensionWish):
    """申请延期 by the unit, before the task is due."""

    name: ClassVar[str] = "request-extension"


class DecideExtension(TaskCommand, RuledCommand, ExtensionDecision):
    """审批延期 by one of the approvers."""

    name: ClassVar[str] = "decide-extension"


class TellExtension(TaskCommand, RuledCommand, Telling):
    """告知延期: the proposer was told of the new day."""

    name: ClassVar[str] = "tell-extension"


ExtensionCommand = RequestExtension | DecideExtension | TellExtension

"""Commands about the delivery of a reply."""

from typing import ClassVar

from services.handling.domain.tasks.commands import TaskCommand
from shared.contracts.payloads.handling import Handover
from shared.kernel.messages import RuledCommand


class DeliverReply(TaskCommand, RuledCommand, Handover):
    """逐人答复: a proposer received the reply."""

    name: ClassVar[str] = "deliver-reply"


DeliveryCommand = DeliverReply

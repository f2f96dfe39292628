"""Commands about opinions."""

from typing import ClassVar

from services.handling.domain.tasks.commands import TaskCommand
from shared.contracts.payloads.handling import Opinion
from shared.kernel.messages import RuledCommand


class GiveOpinion(TaskCommand, RuledCommand, Opinion):
    """会办意见, for the lead; may be replaced until the lead's reply is signed."""

    name: ClassVar[str] = "give-opinion"


OpinionCommand = GiveOpinion

"""Commands about a reply; only reactions send them."""

from datetime import date
from typing import ClassVar

from shared.contracts.case_event import CaseMark
from shared.contracts.disclosure import Reply
from shared.kernel.codes import Id
from shared.kernel.messages import Command, RuledCommand, Text


class ProposeDisclosure(Command, Reply):
    """Import of reply.signed."""

    name: ClassVar[str] = "propose-disclosure"

    mark: CaseMark
    round: int
    public_text: Text


class OpenDisclosure(RuledCommand):
    """Import of case.replied: the reply was delivered."""

    name: ClassVar[str] = "open-disclosure"

    task: Id
    replied_on: date


ProposalCommand = ProposeDisclosure | OpenDisclosure

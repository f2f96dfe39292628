"""Commands about a reply; only reactions send them."""

from typing import ClassVar

from services.disclosure.domain.commands import ImportAboutCase
from shared.contracts.disclosure import Reply
from shared.kernel.codes import Id
from shared.kernel.days import Day
from shared.kernel.messages import RuledCommand, Text


class ProposeDisclosure(ImportAboutCase, Reply):
    """Import of reply.signed."""

    name: ClassVar[str] = "propose-disclosure"

    public_text: Text


class OpenDisclosure(RuledCommand):
    """Import of case.replied: the reply was delivered."""

    name: ClassVar[str] = "open-disclosure"

    task: Id
    replied_on: Day


ProposalCommand = ProposeDisclosure | OpenDisclosure

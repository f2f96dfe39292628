"""Commands of publication. Reactions send them, but for the one that takes a reply down."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from shared.contracts.disclosure import Takedown
from shared.contracts.intake import PublicationRequest
from shared.kernel.codes import Code, Id, Words
from shared.kernel.messages import Command, RuledCommand


class PublishDisclosure(RuledCommand, PublicationRequest):
    """Import of publication.cleared. `opened` holds those words of the decision that were sealed
    until now; the edge fills it in."""

    name: ClassVar[str] = "publish-disclosure"

    case: Id
    opened: Mapping[str, Words] = Field(default_factory=dict, exclude=True, repr=False)


class EndRequest(Command, PublicationRequest):
    """Import of publication.refused."""

    name: ClassVar[str] = "end-request"

    reason: Code


class WithdrawDisclosure(Command, Takedown):
    """Takes a published reply down."""

    name: ClassVar[str] = "withdraw-disclosure"

    task: Id


PublicationCommand = PublishDisclosure | EndRequest | WithdrawDisclosure

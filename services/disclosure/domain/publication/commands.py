"""Commands of publication. Reactions send them, but for the one that takes a reply down."""

from typing import ClassVar

from shared.contracts.disclosure import Takedown
from shared.contracts.payloads.intake import PublicationRequest
from shared.kernel.codes import Code, Id
from shared.kernel.messages import Command, OpeningCommand


class PublishDisclosure(OpeningCommand, PublicationRequest):
    """Import of publication.cleared, which opens the words of the decision."""

    name: ClassVar[str] = "publish-disclosure"

    case: Id


class EndRequest(Command, PublicationRequest):
    """Import of publication.refused."""

    name: ClassVar[str] = "end-request"

    reason: Code


class WithdrawDisclosure(Command, Takedown):
    """Takes a published reply down, in every state of its case."""

    name: ClassVar[str] = "withdraw-disclosure"
    after_erasure: ClassVar[bool] = True

    task: Id


PublicationCommand = PublishDisclosure | EndRequest | WithdrawDisclosure

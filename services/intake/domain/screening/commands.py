"""Commands of screening."""

from typing import ClassVar

from shared.contracts.intake import Refusal
from shared.kernel.messages import OpeningCommand, RuledCommand


class AcceptCase(OpeningCommand):
    """Takes the case up, which opens title and text of an open kind."""

    name: ClassVar[str] = "accept-case"


class DeclineCase(RuledCommand, Refusal):
    """Does not take the case up."""

    name: ClassVar[str] = "decline-case"


class SendBackCase(RuledCommand, Refusal):
    """Returns the case to its proposers, to be rewritten."""

    name: ClassVar[str] = "send-back-case"


ScreeningCommand = AcceptCase | DeclineCase | SendBackCase

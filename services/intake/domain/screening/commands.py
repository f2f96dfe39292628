"""Commands of screening."""

from typing import ClassVar

from shared.contracts.intake import Refusal, Wording
from shared.kernel.messages import RuledCommand


class AcceptCase(RuledCommand, Wording):
    """Takes the case up. The words are plain where acceptance opens them; for sealed kinds they
    are ignored."""

    name: ClassVar[str] = "accept-case"


class DeclineCase(RuledCommand, Refusal):
    """Does not take the case up."""

    name: ClassVar[str] = "decline-case"


class SendBackCase(RuledCommand, Refusal):
    """Returns the case to its proposers, to be rewritten."""

    name: ClassVar[str] = "send-back-case"


ScreeningCommand = AcceptCase | DeclineCase | SendBackCase

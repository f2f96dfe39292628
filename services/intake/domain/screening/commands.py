"""Commands of screening."""

from typing import ClassVar

from services.intake.domain.state import Status
from shared.contracts.payloads.intake import Refusal
from shared.contracts.payloads.screening import Checklist
from shared.contracts.signers import Notice
from shared.kernel.codes import Code, Id
from shared.kernel.messages import OpeningCommand, RuledCommand
from shared.kernel.shape import Shape


class OfEdition(Shape):
    """The edition of the paper that was judged; None where the sender does not know it. An act that
    waits for a second person is about that edition, and about no later one. `concluded`: the
    earlier cases that it repeats, and that are finally reviewed. `parts` counts those that were
    registered from it and are in hand, as the read model knows."""

    edition: int | None = None
    concluded: tuple[Id, ...] = ()
    parts: int = 0


class AcceptCase(OpeningCommand, Checklist, OfEdition):
    """Takes the case up, which opens title and text of an open kind. `holder` is another case that
    has the paper's external number; `purpose` takes the place of the one that was registered.
    `whole` is the status of the paper of which it is a part."""

    name: ClassVar[str] = "accept-case"

    holder: Id | None = None
    purpose: Code | None = None
    whole: Status | None = None


class DeclineCase(RuledCommand, Refusal, Checklist, OfEdition):
    """Does not take the case up."""

    name: ClassVar[str] = "decline-case"


class SendBackCase(RuledCommand, Refusal, Checklist, OfEdition):
    """Returns the case to its proposers, to be rewritten."""

    name: ClassVar[str] = "send-back-case"


class NotifyRefusal(RuledCommand, Notice):
    """The first signer was told in writing that the paper is not taken up, or goes another way."""

    name: ClassVar[str] = "notify-refusal"


ScreeningCommand = AcceptCase | DeclineCase | SendBackCase | NotifyRefusal

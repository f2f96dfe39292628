"""Facts of handling: the work of the units up to the delivered reply. Only handling may record
them."""

from typing import ClassVar

from shared.contracts import extensions, suspensions
from shared.contracts.case_event import Acted, CaseEvent, Charge, OnTask, PartInTask, Proposer
from shared.contracts.effects import EVERY, PART, Effects, meets, opens, withdraws
from shared.contracts.extensions import ASKING
from shared.contracts.letters import NumberTaken, NumberVoided, ReplyNumber
from shared.contracts.members import ADDRESSED
from shared.contracts.opened_rules import rules_opened
from shared.contracts.payloads.handling import (
    Answered,
    Conclusion,
    Contact,
    DraftRemark,
    Handover,
    Meaning,
    Opinion,
    ProgressNote,
    ReplyDraft,
)
from shared.contracts.suspensions import STANDING_STILL
from shared.kernel.codes import ClassLetter, Code, Digest, Id
from shared.kernel.days import Day
from shared.kernel.messages import Event, Text
from shared.kernel.policy import Due


class TaskOpened(OnTask, Charge):
    """A unit's task began here (import of case.assigned, assignment.reassigned or
    rehandling.ordered).

    `recipients` are the proposers who each get the reply; `first_contact` and `due` are copied from
    the assignment.
    """

    type: ClassVar[str] = "task.opened.v1"
    obligations: ClassVar[Effects] = (
        opens("first-contact", due="first_contact"),
        opens("reply", "rehandling", due="due"),
    )

    part: PartInTask
    recipients: tuple[Proposer, ...] = ()
    first_contact: Due | None = None
    higher_signer: bool = False


class CohandlerJoined(OnTask, Charge):
    """A co-handler's opinion is awaited from here on; only such a unit holds up the signature."""

    type: ClassVar[str] = "cohandler.joined.v1"
    obligations: ClassVar[Effects] = (opens("co-opinion", due="due"),)


WORK = tuple(sorted(rules_opened((TaskOpened, CohandlerJoined))))
"""Obligations of a unit at work on a task: they end with the task and with its reply."""


SIGNING = ("sign-for", "objection")
"""Obligations of a unit that was handed a task and has not answered. Assignment dates them; the
first work on the task is an answer, too."""
SHOWS_ACCEPTANCE: Effects = (meets(*SIGNING, why="begun"),)


def begins(tasks: str) -> Effects:
    """Returns the effects of the two facts above, for the fact that hands these tasks out."""
    contact = opens("first-contact", due="first_contact", each=tasks)
    return contact, opens("reply", "rehandling", "co-opinion", due="due", each=tasks)


class CohandlerRefused(OnTask):
    """Too late: the reply was signed before the co-handler was known here."""

    type: ClassVar[str] = "cohandler.refused.v1"


class TaskClosed(OnTask):
    """The unit need not act any more (returned, withdrawn)."""

    type: ClassVar[str] = "task.closed.v1"
    obligations: ClassVar[Effects] = (withdraws(*WORK, *ASKING, *STANDING_STILL, why="taken-back"),)

    reason: Code


class TaskCloseRefused(OnTask):
    """The task could not be taken back: its reply was already signed."""

    type: ClassVar[str] = "task.close-refused.v1"


COUNTS_AS_FIRST = {"phase": ("before", "during"), "suffices": (True,)}


class AsksNoted(Event):
    """The items that the paper asks for, and whether its proposers want to be met, are known here
    (import of case.accepted): each reply answers every item. The words of a sealed paper stay with
    intake."""

    type: ClassVar[str] = "asks.noted.v1"

    asks: tuple[Text, ...] = ()
    face_to_face_wanted: bool = False


class CaseContacted(Acted, Contact):
    """The unit spoke with the proposer (办前联系, 办中协商, 办后反馈) on the day `on`; it may be
    entered later, and the first-contact clock goes by the day. `suffices`: a proposer took part,
    and its mode is one that the policy row asks for (a petitioner is told in writing)."""

    type: ClassVar[str] = "case.contacted.v1"
    counts_on: ClassVar[str | None] = "on"
    # 办后反馈 does not make up for the talk that had to come first.
    obligations: ClassVar[Effects] = (
        meets("first-contact", why="contacted", when=COUNTS_AS_FIRST),
    )
    entails: ClassVar[Effects] = SHOWS_ACCEPTANCE

    suffices: bool = True

    @property
    def counts_as_first(self) -> bool:
        """Returns whether it is the contact that had to come first."""
        return all(getattr(self, name) in values for name, values in COUNTS_AS_FIRST.items())


class ProgressReported(Acted, ProgressNote):
    """One of the six progress nodes was reached."""

    type: ClassVar[str] = "progress.reported.v1"
    entails: ClassVar[Effects] = SHOWS_ACCEPTANCE


class OpinionGiven(Acted, Opinion):
    """A co-handler gave its opinion to the lead (会办意见)."""

    type: ClassVar[str] = "opinion.given.v1"
    counts_on: ClassVar[str | None] = "on"
    obligations: ClassVar[Effects] = (meets("co-opinion", why="given"),)
    entails: ClassVar[Effects] = SHOWS_ACCEPTANCE


class DraftSubmitted(Acted, ReplyDraft):
    """A version of the reply was handed in for signature; disclosure is proposed with it."""

    type: ClassVar[str] = "draft.submitted.v1"
    entails: ClassVar[Effects] = SHOWS_ACCEPTANCE

    version: int


class DraftReturned(Acted, DraftRemark):
    """The draft was sent back to its drafter with a remark."""

    type: ClassVar[str] = "draft.returned.v1"


class ReplySigned(Acted, ReplyNumber, Conclusion):
    """The head signed the reply (签发). `letter` is the class letter shown, `public_text` what
    may be published: an open text with its answers item by item. `without_opinion`: the co-handlers
    that had not given theirs (协办未会签)."""

    type: ClassVar[str] = "reply.signed.v1"
    # What is signed need not stand still any more.
    obligations: ClassVar[Effects] = (withdraws("suspension-ruling", why="signed"),)

    version: int
    letter: ClassLetter
    public_text: Text
    digest: Digest
    recipients: tuple[Proposer, ...] = ()
    without_opinion: tuple[Id, ...] = ()
    answers: tuple[Answered, ...] = ()


class ReplyDelivered(Acted, Handover):
    """One signer received the reply."""

    type: ClassVar[str] = "reply.delivered.v1"


class CaseReplied(OnTask, ReplyNumber):
    """The last signer of the task received the reply: the task is answered (答复)."""

    type: ClassVar[str] = "case.replied.v1"
    # Where the gate is open, a lead may reply without the opinions; they are not awaited any more.
    counts_on: ClassVar[str | None] = "on"
    obligations: ClassVar[Effects] = (
        meets(*WORK, why="replied"),
        withdraws(*ASKING, *STANDING_STILL, why="replied"),
        withdraws("co-opinion", why="replied", subject=EVERY, when={"part": ("lead",)}),
    )
    entails: ClassVar[Effects] = (
        opens("rating", each="raters", subject=PART, person=PART),
        opens("publication"),
    )

    on: Day | None = None
    part: PartInTask
    scope: Text = ""
    letter: ClassLetter
    meaning: Meaning
    raters: tuple[Id, ...] = ()
    on_time: bool


class HandlingStopped(CaseEvent):
    """The case was withdrawn or erased: every open task ends (import)."""

    type: ClassVar[str] = "handling.stopped.v1"

    reason: Code


ABOUT_A_CASE: tuple[type[Event], ...] = (
    TaskOpened, CohandlerJoined, CohandlerRefused, TaskClosed, TaskCloseRefused, AsksNoted,
    CaseContacted, ProgressReported, OpinionGiven, DraftSubmitted, DraftReturned, ReplySigned,
    ReplyDelivered, CaseReplied, HandlingStopped, *extensions.FACTS, *ADDRESSED,
    *suspensions.FACTS,
)  # fmt: skip
FACTS: tuple[type[Event], ...] = (*ABOUT_A_CASE, NumberTaken, NumberVoided)

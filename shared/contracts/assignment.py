"""Facts of assignment: which units must act, and when the case is closed. Only assignment may
record them."""

from typing import ClassVar, Literal

from shared.contracts.case_event import Acted, CaseEvent, Move, OnTask, Proposer, Task
from shared.contracts.charges import CHARGED
from shared.contracts.effects import CASE, EVERY, Effects, meets, opens, withdraws
from shared.contracts.extensions import ASKING
from shared.contracts.handling import SIGNING, WORK, begins
from shared.contracts.members import MERGED
from shared.contracts.payloads.assignment import (
    Arbitration,
    ClosingStep,
    Objection,
    Opening,
    Receiving,
    Ruling,
    Topic,
)
from shared.contracts.planning import PLANNED
from shared.contracts.proposals import PROPOSED
from shared.contracts.suspensions import STANDING_STILL
from shared.kernel.codes import Code, Id
from shared.kernel.days import Day
from shared.kernel.messages import Act, Event, Text
from shared.kernel.policy import Due

RETURNING = ("arbitration", "cohandler-ruling", "objection-ruling", "reassignment")
"""Obligations of the assigning organ, or of who rules above it, while a unit has given a task back
(退办) or has asked for another unit beside it."""
SIGNED = meets("first-receipt", why="received", subject=CASE)
"""Ends what whoever took the paper owes (首问责任): a unit has the case now."""


class AssignmentOpened(CaseEvent, Opening):
    """An accepted case waits for units (import of case.accepted). The time for the hand-out counts
    from the day on which the paper came in (L2 art. 11; 信访工作条例第22条)."""

    type: ClassVar[str] = "assignment.opened.v1"
    counts_on: ClassVar[str | None] = "received_on"
    obligations: ClassVar[Effects] = (
        opens("hand-out", subject=CASE),
        opens("first-receipt", subject=CASE, person="receiver", when={"carried": (True,)}),
    )


class AssignmentClassified(CaseEvent):
    """The purpose of the case was corrected, and with it the units that may handle it (import of
    case.classified). Units of the tasks `misplaced` may not handle it any more."""

    type: ClassVar[str] = "assignment.classified.v1"

    purpose: Code
    misplaced: tuple[Id, ...] = ()


class CaseAssigned(CaseEvent, Act):
    """Units became responsible (交办): one lead with co-handlers, or several separate parts."""

    type: ClassVar[str] = "case.assigned.v1"
    obligations: ClassVar[Effects] = (
        meets("hand-out", why="assigned", subject=CASE),
        opens("sign-for", due="sign_for", each="tasks"),
        opens("objection", due="objection", each="tasks"),
    )
    entails: ClassVar[Effects] = begins("tasks")

    tasks: tuple[Task, ...]
    proposers: tuple[Proposer, ...] = ()


class AssignmentReceived(Acted, Receiving):
    """The unit signed for the task (签收). It may still object within the window, until it begins
    to work; its silence means nothing any more, so the clock of the window ends."""

    type: ClassVar[str] = "assignment.received.v1"
    counts_on: ClassVar[str | None] = "on"
    obligations: ClassVar[Effects] = (meets(*SIGNING, why="received"), SIGNED)


class AssignmentObjected(Acted, Objection):
    """The unit says within the window that the task is not its own (退办); on paper, on the day
    `on`, also where it was deemed to have accepted since. The case has been returned as often as it
    may: only a ruling that binds can answer (`to_arbitration`)."""

    type: ClassVar[str] = "assignment.objected.v1"
    counts_on: ClassVar[str | None] = "on"
    obligations: ClassVar[Effects] = (
        meets(*SIGNING, why="objected"),
        opens("objection-ruling", of_unit=False, when={"to_arbitration": (False,)}),
        opens("arbitration", of_unit=False, when={"to_arbitration": (True,)}),
    )

    on: Day | None = None
    to_arbitration: bool = False


class ObjectionDecided(Acted, Ruling):
    """The office upheld the objection (the task goes to another unit) or dismissed it (the unit
    must act). The upheld one was moved as often as it may: only a ruling that binds finds the other
    unit (`to_arbitration`)."""

    type: ClassVar[str] = "objection.decided.v1"
    obligations: ClassVar[Effects] = (
        meets("objection-ruling", why="objection-decided"),
        opens(
            "reassignment",
            of_unit=False,
            when={"upheld": (True,), "to_arbitration": (False,)},
        ),
        opens("arbitration", of_unit=False, when={"to_arbitration": (True,)}),
    )

    to_arbitration: bool = False


class ObjectionArbitrated(Acted, Arbitration):
    """The returns of the case, or the moves of its task, are used up, and it was ruled which unit
    must act (裁定): with the task `bound` it cannot object. Where that is another unit, the task
    moves in the same commit."""

    type: ClassVar[str] = "objection.arbitrated.v1"
    obligations: ClassVar[Effects] = (
        meets("arbitration", "objection-ruling", "reassignment", why="arbitrated"),
    )

    bound: Id


class AssignmentReassigned(Acted, Move):
    """`task` of `unit` ended and `to` began: another unit took over (改派)."""

    type: ClassVar[str] = "assignment.reassigned.v1"
    obligations: ClassVar[Effects] = (
        withdraws(*SIGNING, "cohandler-ruling", why="reassigned"),
        meets("arbitration", "reassignment", why="reassigned"),
        meets("hand-out", why="reassigned", subject=CASE),
        opens("sign-for", due="sign_for", each="to"),
        opens("objection", due="objection", each="to"),
    )
    entails: ClassVar[Effects] = (
        withdraws(*WORK, *ASKING, *STANDING_STILL, why="taken-back"),
        *begins("to"),
    )

    reason: Text = ""


class AssignmentAdded(CaseEvent, Act):
    """A co-handler joined the case after its assignment (增加会办)."""

    type: ClassVar[str] = "assignment.added.v1"
    obligations: ClassVar[Effects] = (
        opens("sign-for", due="sign_for", each="to"),
        opens("objection", due="objection", each="to"),
    )
    entails: ClassVar[Effects] = begins("to")

    to: Task
    proposers: tuple[Proposer, ...] = ()
    reason: Text = ""


class AssignmentRemoved(Acted):
    """A co-handler left the case (取消会办); its task ends."""

    type: ClassVar[str] = "assignment.removed.v1"
    obligations: ClassVar[Effects] = (withdraws(*SIGNING, *RETURNING, why="removed"),)
    entails: ClassVar[Effects] = (withdraws(*WORK, why="taken-back"),)

    reason: Text = ""


class AssignmentBegun(OnTask):
    """The unit began to work on a task to which it could object, signed for or not, also after the
    window: it has accepted it (import of the first contact, report, opinion,
    draft, or request for more time or a pause)."""

    type: ClassVar[str] = "assignment.begun.v1"
    obligations: ClassVar[Effects] = (meets(*SIGNING, why="begun"), SIGNED)


class AssignmentDeemedAccepted(OnTask):
    """The objection window passed in silence: the unit has accepted (逾期视为接受)."""

    type: ClassVar[str] = "assignment.deemed-accepted.v1"
    obligations: ClassVar[Effects] = (meets(*SIGNING, why="deemed-accepted"), SIGNED)


class AssignmentExtended(OnTask):
    """The task is due on a later day (import of task.extended and task.resumed, and of those
    of a co-handler): units that join later have no more time than their lead. `resumed`: it does
    not stand still any more."""

    type: ClassVar[str] = "assignment.extended.v1"

    due: Due
    resumed: bool = False


class AssignmentSuspended(OnTask):
    """The task stands still (import of task.suspended) until assignment.extended says that it
    was resumed: meanwhile it changes places with no co-handler, as its days would be lost."""

    type: ClassVar[str] = "assignment.suspended.v1"


class AssignmentContested(OnTask):
    """A reassigned task had already been signed in handling; the office must decide (import of
    task.close-refused)."""

    type: ClassVar[str] = "assignment.contested.v1"


class AssignmentProgressed(CaseEvent, ClosingStep):
    """A step towards the end of the case (import from handling and feedback). Units sign for the
    tasks of a new round. Those that are `withheld` wait for another unit: theirs may not have the
    case any more, and the assigning organ owes one (`awaits_unit`)."""

    type: ClassVar[str] = "assignment.progressed.v1"
    # A unit that has replied need not sign for the task any more.
    obligations: ClassVar[Effects] = (
        withdraws(*SIGNING, *RETURNING, why="replied", when={"what": ("replied",)}),
        opens("hand-out", subject=CASE, when={"awaits_unit": (True,)}),
        opens("sign-for", due="sign_for", each="tasks"),
    )

    withheld: tuple[Id, ...] = ()
    awaits_unit: bool = False


class CaseClosed(CaseEvent, Topic):
    """The closing rule of the policy row is met (办结)."""

    type: ClassVar[str] = "case.closed.v1"
    obligations: ClassVar[Effects] = (
        withdraws(*SIGNING, *RETURNING, "hand-out", "first-receipt", why="closed", subject=EVERY),
    )

    rule: Literal["replied", "evaluated"]
    subject: Code = ""


class CaseReopened(CaseEvent):
    """Another round was ordered after the case had been closed. Or it was closed with the master of
    a merger whose reply is not for it (`unmerged`): it is to be handed out."""

    type: ClassVar[str] = "case.reopened.v1"
    obligations: ClassVar[Effects] = (
        opens("hand-out", subject=CASE, when={"reason": ("unmerged",)}),
    )

    reason: Code


class AssignmentStopped(CaseEvent):
    """The case was withdrawn or erased; nothing more is to be assigned (import)."""

    type: ClassVar[str] = "assignment.stopped.v1"

    reason: Code


FACTS: tuple[type[Event], ...] = (
    AssignmentOpened,
    AssignmentClassified,
    *PLANNED,
    CaseAssigned,
    AssignmentReceived,
    AssignmentObjected,
    ObjectionDecided,
    ObjectionArbitrated,
    AssignmentReassigned,
    *PROPOSED,
    AssignmentAdded,
    AssignmentRemoved,
    AssignmentBegun,
    AssignmentDeemedAccepted,
    AssignmentExtended,
    AssignmentSuspended,
    AssignmentContested,
    AssignmentProgressed,
    CaseClosed,
    CaseReopened,
    AssignmentStopped,
    *MERGED,
    *CHARGED,
)

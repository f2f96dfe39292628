"""Facts of assignment: which units must act, and when the case is closed. Only assignment may
record them."""

from typing import ClassVar, Literal

from shared.contracts.case_event import CaseEvent, Proposer, Task
from shared.contracts.obligations import EVERY, Effects, meets, opens, withdraws
from shared.kernel.codes import Code, Id
from shared.kernel.messages import Event, Text

SIGNING = ("sign-for", "objection")
"""Obligations of a unit that was handed a task and has not answered."""


class AssignmentOpened(CaseEvent):
    """An accepted case waits for units (import of case.accepted)."""

    type: ClassVar[str] = "assignment.opened.v1"

    subject: Code
    region: Code = ""
    wanted_unit: Id | None = None
    proposers: tuple[Proposer, ...] = ()


class CaseAssigned(CaseEvent):
    """Units became responsible (交办): one lead with co-handlers, or several separate parts."""

    type: ClassVar[str] = "case.assigned.v1"
    obligations: ClassVar[Effects] = (
        opens("sign-for", due="sign_for", each="tasks"),
        opens("objection", due="objection", each="tasks"),
    )

    tasks: tuple[Task, ...]
    by: Id
    proposers: tuple[Proposer, ...] = ()


class AssignmentReceived(CaseEvent):
    """The unit signed for the task (签收)."""

    type: ClassVar[str] = "assignment.received.v1"
    obligations: ClassVar[Effects] = (meets(*SIGNING, why="received"),)

    task: Id
    unit: Id
    by: Id


class AssignmentObjected(CaseEvent):
    """The unit says within the window that the task is not its own (退办)."""

    type: ClassVar[str] = "assignment.objected.v1"
    obligations: ClassVar[Effects] = (meets(*SIGNING, why="objected"),)

    task: Id
    unit: Id
    by: Id
    reason: Code
    explanation: Text = ""
    suggested_unit: Id | None = None


class ObjectionDecided(CaseEvent):
    """The office upheld the objection (the task goes to another unit) or dismissed it (the unit
    must act)."""

    type: ClassVar[str] = "objection.decided.v1"

    task: Id
    unit: Id
    by: Id
    upheld: bool
    note: Text = ""


class AssignmentReassigned(CaseEvent):
    """`task` of `unit` ended and `to` began: another unit took over (改派)."""

    type: ClassVar[str] = "assignment.reassigned.v1"
    obligations: ClassVar[Effects] = (
        withdraws(*SIGNING, why="reassigned"),
        opens("sign-for", due="sign_for", each="to"),
        opens("objection", due="objection", each="to"),
    )

    task: Id
    unit: Id
    to: Task
    by: Id
    proposers: tuple[Proposer, ...] = ()


class AssignmentDeemedAccepted(CaseEvent):
    """The objection window passed in silence: the unit has accepted (逾期视为接受)."""

    type: ClassVar[str] = "assignment.deemed-accepted.v1"
    obligations: ClassVar[Effects] = (meets(*SIGNING, why="deemed-accepted"),)

    task: Id
    unit: Id


class AssignmentContested(CaseEvent):
    """A reassigned task had already been signed in handling; the office must decide (import of
    task.close-refused)."""

    type: ClassVar[str] = "assignment.contested.v1"

    task: Id
    unit: Id


class AssignmentProgressed(CaseEvent):
    """What closing needs to know, imported from handling and feedback.

    `what`: `replied` (task, raters to be heard), `rated` and `lapsed` (task, rater), `rehandling`
    (new tasks).
    """

    type: ClassVar[str] = "assignment.progressed.v1"
    # A unit that has replied need not sign for the task any more.
    obligations: ClassVar[Effects] = (
        withdraws(*SIGNING, why="replied", when={"what": ("replied",)}),
    )

    what: Literal["replied", "rated", "lapsed", "rehandling"]
    task: Id
    raters: tuple[Id, ...] = ()
    tasks: tuple[Task, ...] = ()
    next_round: int | None = None


class CaseClosed(CaseEvent):
    """The closing rule of the policy row is met (办结)."""

    type: ClassVar[str] = "case.closed.v1"
    obligations: ClassVar[Effects] = (withdraws(*SIGNING, why="closed", subject=EVERY),)

    rule: Literal["replied", "evaluated"]
    region: Code = ""
    subject: Code = ""


class CaseReopened(CaseEvent):
    """Another round was ordered after the case had been closed."""

    type: ClassVar[str] = "case.reopened.v1"

    reason: Code


class AssignmentStopped(CaseEvent):
    """The case was withdrawn or erased; nothing more is to be assigned (import)."""

    type: ClassVar[str] = "assignment.stopped.v1"

    reason: Code


FACTS: tuple[type[Event], ...] = (
    AssignmentOpened,
    CaseAssigned,
    AssignmentReceived,
    AssignmentObjected,
    ObjectionDecided,
    AssignmentReassigned,
    AssignmentDeemedAccepted,
    AssignmentContested,
    AssignmentProgressed,
    CaseClosed,
    CaseReopened,
    AssignmentStopped,
)

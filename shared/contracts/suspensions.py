"""Facts of a suspension (暂停): asked, decided by each approver, ended on its day or before it,
told to the proposer. Only handling may record them (ADR 88)."""

from typing import ClassVar

from shared.contracts.approvals import Requested, Ruled, asks
from shared.contracts.case_event import Acted, OnTask
from shared.contracts.effects import Effects, meets, opens, pauses, resumes
from shared.contracts.payloads.handling import Resumption, SuspensionWish, Telling
from shared.kernel.codes import Code
from shared.kernel.days import Day
from shared.kernel.messages import Event
from shared.kernel.moment import Moment
from shared.kernel.policy import Due
from shared.kernel.shape import Shape

STANDING_STILL = ("suspension", "suspension-ruling", "suspension-notice")
"""Obligations that come with a suspension; they end with the task and with its reply."""


class Stillness(Shape):
    """Obligations that stand still beside the reply: the first contact, the opinions of
    co-handlers. No due moment moves beyond `latest`."""

    with_contact: bool = False
    with_opinions: bool = False
    latest: Moment | None = None


class SuspensionRequested(Requested, SuspensionWish, Stillness):
    """The unit asks that the clock of its task stands still (申请暂停)."""

    type: ClassVar[str] = "suspension.requested.v1"
    obligations: ClassVar[Effects] = asks("suspension-ruling")


class SuspensionApproved(Ruled):
    """One approver agrees; others have still to agree."""

    type: ClassVar[str] = "suspension.approved.v1"


class SuspensionRefused(Ruled):
    """An approver refuses the suspension with a reason; the clock goes on."""

    type: ClassVar[str] = "suspension.refused.v1"
    obligations: ClassVar[Effects] = (meets("suspension-ruling", why="suspension-refused"),)


class TaskSuspended(Ruled, Stillness):
    """The last approver that was needed has agreed: the task stands still (暂停) until it goes on,
    at the latest at the moment of `ends`, which is owed like any deadline. The unit tells the
    proposer."""

    type: ClassVar[str] = "task.suspended.v1"
    obligations: ClassVar[Effects] = (
        pauses("reply", "rehandling", why="suspended"),
        pauses("first-contact", why="suspended", when={"with_contact": (True,)}),
        meets("suspension-ruling", why="suspended"),
        opens("suspension", due="ends"),
        opens("suspension-notice"),
    )

    reason: Code
    ends: Due


class TaskResumed(Acted, Resumption):
    """The task goes on (恢复): on its day, recorded by the system, or before it. Its due moments
    have moved by the days of the pause. The unit tells the proposer."""

    type: ClassVar[str] = "task.resumed.v1"
    counts_on: ClassVar[str | None] = "on"
    obligations: ClassVar[Effects] = (
        resumes("reply", "rehandling", why="resumed", due="due"),
        resumes("first-contact", why="resumed", due="first_contact"),
        meets("suspension", why="resumed"),
        opens("suspension-notice"),
    )

    on: Day
    was: Due
    due: Due
    first_contact: Due | None = None


class CohandlerSuspended(OnTask):
    """The opinion is not awaited while its lead stands still."""

    type: ClassVar[str] = "cohandler.suspended.v1"
    obligations: ClassVar[Effects] = (pauses("co-opinion", why="suspended"),)


class CohandlerResumed(OnTask):
    """The opinion is awaited again, because its lead goes on or the task has another lead; never
    later than the lead."""

    type: ClassVar[str] = "cohandler.resumed.v1"
    counts_on: ClassVar[str | None] = "on"
    obligations: ClassVar[Effects] = (resumes("co-opinion", why="resumed", due="due"),)

    on: Day
    was: Due
    due: Due


class SuspensionTold(Acted, Telling):
    """The unit told the proposer that the task stands still, or goes on (暂停告知、恢复告知)."""

    type: ClassVar[str] = "suspension.told.v1"
    counts_on: ClassVar[str | None] = "on"
    obligations: ClassVar[Effects] = (meets("suspension-notice", why="suspension-told"),)


FACTS: tuple[type[Event], ...] = (
    SuspensionRequested,
    SuspensionApproved,
    SuspensionRefused,
    TaskSuspended,
    CohandlerSuspended,
    TaskResumed,
    CohandlerResumed,
    SuspensionTold,
)

"""Facts of assignment and of handling about mergers (并案): members get no tasks, and their
proposers get the reply to the master. `MERGED` are those of assignment, `ADDRESSED` those of
handling.
"""

from typing import ClassVar

from shared.contracts.case_event import CaseEvent, Proposer
from shared.contracts.effects import CASE, Effects, pauses, resumes
from shared.contracts.merging import LeavingCause
from shared.kernel.codes import Id
from shared.kernel.messages import Event


class AssignmentMerged(CaseEvent):
    """The case is handled together with `master` and is not handed out by itself (import of
    case.merged). The time for its hand-out stands still."""

    type: ClassVar[str] = "assignment.merged.v1"
    obligations: ClassVar[Effects] = (
        pauses("hand-out", "first-receipt", why="merged", subject=CASE),
    )

    master: Id


class AssignmentUnmerged(CaseEvent):
    """The case is to be handed out by itself again (import of case.unmerged), within the time that
    was left."""

    type: ClassVar[str] = "assignment.unmerged.v1"
    obligations: ClassVar[Effects] = (
        resumes("hand-out", "first-receipt", why="unmerged", subject=CASE),
    )


class MergerRefused(CaseEvent):
    """Too late: the case was handed out before its merger with `master` was known here."""

    type: ClassVar[str] = "merger.refused.v1"

    master: Id


class RecipientsJoined(CaseEvent):
    """The proposers of a member get the reply to this case, too (import of member.joined)."""

    type: ClassVar[str] = "recipients.joined.v1"

    member: Id
    proposers: tuple[Proposer, ...]


class RecipientsLeft(CaseEvent):
    """The proposers of a former member get no reply here that is not signed yet (import of
    member.left)."""

    type: ClassVar[str] = "recipients.left.v1"

    member: Id


class RecipientsRefused(CaseEvent):
    """The member cannot be answered here: a reply was signed before it was known, or the case is
    handled no more."""

    type: ClassVar[str] = "recipients.refused.v1"

    member: Id
    cause: LeavingCause


MERGED: tuple[type[Event], ...] = (AssignmentMerged, AssignmentUnmerged, MergerRefused)
ADDRESSED: tuple[type[Event], ...] = (RecipientsJoined, RecipientsLeft, RecipientsRefused)

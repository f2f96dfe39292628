"""Commands about mergers: people send the first two, reactions the others."""

from typing import ClassVar

from services.intake.domain.state import Status
from shared.contracts.case_event import CaseMark, Proposer
from shared.contracts.merging import LeavingCause, Merger, Numbers
from shared.kernel.codes import Code, Id, Session
from shared.kernel.messages import Command, RuledCommand, Text
from shared.kernel.shape import Shape


class Master(Shape):
    """The case into which another one is to be merged, as its sender may know it. `is_itself`: it
    is the same case; `answered`: a reply to it is signed; `members` counts those that it has,
    `people` those who get its reply."""

    mark: CaseMark
    numbers: Numbers
    status: Status
    session: Session | None
    subject: Code
    region: Code
    purpose: Code | None = None
    is_itself: bool = False
    is_against: bool = False
    answered: bool = False
    members: int = 0
    people: int = 1


class MergeCase(RuledCommand, Merger):
    """Merges the case into another one. `master` is that one, absent where the sender may not know
    it; `assigned`: the case itself has tasks, as far as the read model knows."""

    name: ClassVar[str] = "merge-case"

    master: Master | None = None
    assigned: bool = False


class UnmergeCase(RuledCommand):
    """Undoes the merger of the case (撤销并案). `answered`: a reply to its master is signed, as far
    as the read model knows."""

    name: ClassVar[str] = "unmerge-case"

    reason: Text
    answered: bool = False


class EndMerger(Command):
    """Import of member.left and merger.refused: the case cannot be handled with its master."""

    name: ClassVar[str] = "end-merger"

    master: Id
    cause: LeavingCause


class JoinMember(Command):
    """Import of case.merged."""

    name: ClassVar[str] = "join-member"

    member: Id
    proposers: tuple[Proposer, ...]
    numbers: Numbers


class LeaveMember(Command):
    """Import of case.unmerged and recipients.refused."""

    name: ClassVar[str] = "leave-member"

    member: Id
    cause: LeavingCause


class CloseMembers(Command):
    """Import of case.closed, of case.reopened (`closed` False), and of handling.stopped: members
    that are left by then were answered."""

    name: ClassVar[str] = "close-members"

    closed: bool


MergingCommand = MergeCase | UnmergeCase | EndMerger | JoinMember | LeaveMember | CloseMembers

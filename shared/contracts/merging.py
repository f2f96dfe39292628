"""Facts of intake about cases that are handled together (并案): a case is a member of one merger at
most, and its master is answered for all of them. Only intake may record them.
"""

from typing import Annotated, ClassVar, Literal

from shared.contracts.case_event import CaseEvent, Proposer
from shared.contracts.effects import CASE, Effects, pauses, resumes
from shared.kernel.codes import Id, Label
from shared.kernel.form_words import titled
from shared.kernel.messages import Text
from shared.kernel.paper_numbers import ExternalNumber
from shared.kernel.shape import Shape

LeavingCause = Literal[
    "undone", "withdrawn", "erased", "assigned", "master-left", "answered", "full"
]  # fmt: skip
"""Causes for which a member leaves: the merger was undone (撤销并案); the member is withdrawn or
erased, or was handed out before the merger was known; its master is handled no more, or is a member
itself; the reply to its master was signed before; its master has as many members as it may."""


class Numbers(Shape):
    """The number of a case in its series, and that of the congress, as far as it has them."""

    label: Label | None = None
    external_no: ExternalNumber | None = None


class Merger(Shape):
    """The case with which a case is handled, and why."""

    into: Annotated[Id, titled("并入哪一件", pick="case")]
    reason: Annotated[Text, titled("并案理由")]


class CaseMerged(CaseEvent, Merger):
    """The case is handled together with another one, its master (并案): it gets no tasks of its
    own, and its proposers get the reply to the master."""

    type: ClassVar[str] = "case.merged.v1"
    entails: ClassVar[Effects] = (pauses("hand-out", why="merged", subject=CASE),)

    by: Id
    proposers: tuple[Proposer, ...]
    numbers: Numbers
    master_numbers: Numbers


class CaseUnmerged(CaseEvent):
    """The case is handled by itself again, from where it stood."""

    type: ClassVar[str] = "case.unmerged.v1"
    entails: ClassVar[Effects] = (resumes("hand-out", why="unmerged", subject=CASE),)

    by: Id
    master: Id
    cause: LeavingCause
    reason: Text = ""


class MemberJoined(CaseEvent):
    """Another case is handled together with this one (import of case.merged); its proposers get the
    reply to this one."""

    type: ClassVar[str] = "member.joined.v1"

    member: Id
    proposers: tuple[Proposer, ...]
    numbers: Numbers


class MemberLeft(CaseEvent):
    """A member is handled by itself again, or could not join (import of case.unmerged, and of
    recipients.refused)."""

    type: ClassVar[str] = "member.left.v1"

    member: Id
    cause: LeavingCause


class MembersClosed(CaseEvent):
    """The master was closed, or reopened (`closed` False), and its members with it (import of
    case.closed and case.reopened). Or it was withdrawn or erased after all were answered (import of
    handling.stopped)."""

    type: ClassVar[str] = "members.closed.v1"

    members: tuple[Id, ...]
    closed: bool

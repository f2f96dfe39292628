"""What reminder may be asked."""

from collections.abc import Mapping
from typing import ClassVar

from shared.contracts.case_event import CaseMark
from shared.kernel.codes import Code, Id
from shared.kernel.messages import Command, RuledCommand
from shared.kernel.policy import Due
from shared.kernel.shape import Shape


class Opening(Shape):
    """An obligation that a foreign fact opened: the clock's id, and what it is about."""

    clock: Id
    subject: Id
    unit: Id | None = None
    person: Id | None = None
    due: Due


class Meeting(Shape):
    """A foreign fact that meets or ends obligations of one subject (None: of every one)."""

    subject: Id | None
    rules: tuple[Code, ...]
    why: Code


class FollowFact(RuledCommand):
    """A foreign fact opened and met obligations (import)."""

    name: ClassVar[str] = "follow-fact"

    mark: CaseMark
    round: int
    openings: tuple[Opening, ...] = ()
    meetings: tuple[Meeting, ...] = ()


class StopClocks(Command):
    """The case was withdrawn or erased (import); remembered even when no clock runs yet."""

    name: ClassVar[str] = "stop-clocks"

    mark: CaseMark
    round: int
    reason: Code


class AdvanceClocks(RuledCommand):
    """It is now `at`: which rungs are reached, which lights change?

    A rung that is `held` is reached only when the hold of the case's policy row has passed, so that
    what was done in time can become known. `holders` says who held a role at a unit on this day, as
    `unit:role` → person.
    """

    name: ClassVar[str] = "advance-clocks"

    held: bool
    holders: Mapping[Id, Id]


class AcknowledgeEscalation(Command):
    """The person told takes note."""

    name: ClassVar[str] = "acknowledge-escalation"

    clock: Id
    rung: Code


ReminderCommand = FollowFact | StopClocks | AdvanceClocks | AcknowledgeEscalation

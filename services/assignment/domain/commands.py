"""What may be asked of assignment: by the office, by units, and by what other services recorded."""

from collections.abc import Iterable
from typing import ClassVar, Literal

from shared.contracts.case_event import CaseMark, PartInTask, Proposer, Task
from shared.kernel.codes import Code, Id
from shared.kernel.messages import Command, Free, InformedCommand, RuledCommand
from shared.kernel.shape import Shape

Progress = Literal["replied", "rated", "lapsed", "rehandling"]


class Wanted(Shape):
    """One unit in an assignment: its part, and which share of the matter is its own."""

    unit: Id
    part: PartInTask
    scope: Free = ""


class About(Shape):
    """Stands for any command about the task, where access is asked for beforehand."""

    task: Id | None


class OpenAssignment(Command):
    """Import of case.accepted: the case waits for units."""

    name: ClassVar[str] = "open-assignment"

    case: CaseMark
    subject: Code
    region: Code = ""
    wanted_unit: Id | None = None
    proposers: tuple[Proposer, ...] = ()


class StopAssignment(Command):
    """Import of case.withdrawn and case.erased."""

    name: ClassVar[str] = "stop-assignment"

    case: CaseMark
    reason: Code


class AssignCase(RuledCommand, InformedCommand):
    """交办: hand the case to one lead with co-handlers, or to separate units."""

    name: ClassVar[str] = "assign-case"

    tasks: tuple[Wanted, ...]

    def named(self) -> Iterable[str]:
        return (wanted.unit for wanted in self.tasks)


class ReceiveAssignment(Command):
    """签收 by the unit."""

    name: ClassVar[str] = "receive-assignment"

    task: Id


class ObjectAssignment(RuledCommand, InformedCommand):
    """退办: the unit says that the task is not its own."""

    name: ClassVar[str] = "object-assignment"

    task: Id
    reason: Code
    explanation: Free = ""
    suggested_unit: Id | None = None

    def named(self) -> Iterable[str | None]:
        return (self.suggested_unit,)


class DecideObjection(Command):
    """The office upholds the objection or dismisses it."""

    name: ClassVar[str] = "decide-objection"

    task: Id
    upheld: bool
    note: Free = ""


class Reassign(RuledCommand, InformedCommand):
    """改派: another unit takes over; `scope` is that of the old task unless given."""

    name: ClassVar[str] = "reassign"

    task: Id
    unit: Id
    scope: Free | None = None

    def named(self) -> Iterable[str]:
        return (self.unit,)


class DeemAccepted(Command):
    """Import of the rung of the objection clock that deems: the window passed in silence."""

    name: ClassVar[str] = "deem-accepted"

    task: Id


class NoteCloseRefused(Command):
    """Import of task.close-refused: the reassigned unit had already signed its reply."""

    name: ClassVar[str] = "note-close-refused"

    case: CaseMark
    task: Id
    unit: Id
    round: int = 1


class NoteProgress(RuledCommand):
    """Import of case.replied, case.rated, evaluation.lapsed and rehandling.ordered.

    `next_round` is the round that a rating promised or that was ordered after `task`.
    """

    name: ClassVar[str] = "note-progress"

    case: CaseMark
    what: Progress
    task: Id
    round: int = 1
    raters: tuple[Id, ...] = ()
    tasks: tuple[Task, ...] = ()
    next_round: int | None = None


Import = OpenAssignment | StopAssignment | DeemAccepted | NoteCloseRefused | NoteProgress
AssignmentCommand = (
    AssignCase | ReceiveAssignment | ObjectAssignment | DecideObjection | Reassign | Import
)

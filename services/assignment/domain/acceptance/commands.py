"""Commands by which a unit answers for its task, and the office decides."""

from collections.abc import Iterable
from typing import ClassVar

from services.assignment.domain.hand_out.commands import TaskCommand
from shared.contracts.case_event import TaskName
from shared.contracts.imports import CaseImport
from shared.contracts.payloads.assignment import Objection, PaperObjection, Receiving, Ruling
from shared.kernel.codes import Id
from shared.kernel.messages import Command, InformedCommand, RuledCommand


class ReceiveAssignment(TaskCommand, RuledCommand, Receiving):
    """签收 by the unit."""

    name: ClassVar[str] = "receive-assignment"


class ObjectAssignment(TaskCommand, RuledCommand, InformedCommand, Objection):
    """退办: the unit says that the task is not its own."""

    name: ClassVar[str] = "object-assignment"

    def named(self) -> Iterable[str | None]:
        return (self.suggested_unit,)


class EnterObjection(TaskCommand, RuledCommand, InformedCommand, PaperObjection):
    """纸质退办: the office enters an objection that came in on paper within the window."""

    name: ClassVar[str] = "enter-objection"

    def named(self) -> Iterable[str | None]:
        return (self.suggested_unit,)


class DecideObjection(TaskCommand, RuledCommand, Ruling):
    """The office upholds the objection or dismisses it."""

    name: ClassVar[str] = "decide-objection"


class NoteWork(CaseImport, TaskName):
    """Import of case.contacted, progress.reported, opinion.given and draft.submitted: the unit
    works on the task."""

    name: ClassVar[str] = "note-work"


class DeemAccepted(Command):
    """Import of the rung of the objection clock that deems: the window passed in silence."""

    name: ClassVar[str] = "deem-accepted"

    task: Id


AcceptanceImport = NoteWork | DeemAccepted
AcceptanceCommand = ReceiveAssignment | ObjectAssignment | EnterObjection | DecideObjection

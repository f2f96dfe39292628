"""Commands about tasks: other services recorded that units have work, lose it, or stop."""

from typing import ClassVar, Literal

from shared.contracts.case_event import Move, Proposer, Task, TaskName
from shared.contracts.imports import CaseImport
from shared.kernel.codes import Code, Id
from shared.kernel.messages import Command, RuledCommand, Text

Stage = Literal["opining", "working", "drafted", "signed", "replied", "closed"]
UNTIL_CLOSED: tuple[Stage, ...] = ("opining", "working", "drafted", "signed", "replied")


class TaskCommand(Command):
    """A command of a person about one task."""

    task: Id


Offered = dict[type[TaskCommand], tuple[Stage, ...]]
"""The stages of a task in which a command is offered."""


class OpenTasks(CaseImport):
    """Import of case.assigned, and of a further round: units have work here."""

    name: ClassVar[str] = "open-tasks"

    round: int
    tasks: tuple[Task, ...]
    proposers: tuple[Proposer, ...] = ()
    higher_signer: bool = False


class MoveTask(CaseImport, RuledCommand, Move):
    """Import of assignment.reassigned: `task` ends, and `to` begins in one commit."""

    name: ClassVar[str] = "move-task"

    round: int


class CloseTask(CaseImport, TaskName):
    """Import of assignment.removed: the unit need not act any more."""

    name: ClassVar[str] = "close-task"

    round: int
    reason: Code


class NoteAsks(CaseImport):
    """Import of case.accepted: what the paper asks for, item by item, and whether its proposers
    want to be met."""

    name: ClassVar[str] = "note-asks"

    asks: tuple[Text, ...] = ()
    face_to_face_wanted: bool = False


class StopHandling(CaseImport):
    """Import of case.withdrawn and case.erased."""

    name: ClassVar[str] = "stop-handling"

    reason: Code


TaskImport = OpenTasks | MoveTask | CloseTask | NoteAsks | StopHandling

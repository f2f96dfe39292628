"""Commands about tasks: other services recorded that units have work, lose it, or stop."""

from typing import ClassVar, Literal

from shared.contracts.case_event import CaseMark, Proposer, Task, TaskName
from shared.kernel.codes import Code, Id
from shared.kernel.messages import Command

Stage = Literal["opining", "working", "drafted", "signed", "replied", "closed"]
UNTIL_CLOSED: tuple[Stage, ...] = ("opining", "working", "drafted", "signed", "replied")


class TaskCommand(Command):
    """A command of a person about one task; `offered` are the stages of a task that admit it."""

    offered: ClassVar[tuple[Stage, ...]]

    task: Id


class CaseImport(Command):
    """A command of a reaction; `mark` goes on to the facts that it makes."""

    mark: CaseMark


class OpenTasks(CaseImport):
    """Import of case.assigned and rehandling.ordered: units have work here."""

    name: ClassVar[str] = "open-tasks"

    round: int
    tasks: tuple[Task, ...]
    proposers: tuple[Proposer, ...] = ()
    higher_signer: bool = False


class MoveTask(CaseImport, TaskName):
    """Import of assignment.reassigned: `task` ends, and `to` begins in one commit."""

    name: ClassVar[str] = "move-task"

    round: int
    to: Task
    proposers: tuple[Proposer, ...] = ()


class StopHandling(CaseImport):
    """Import of case.withdrawn and case.erased."""

    name: ClassVar[str] = "stop-handling"

    reason: Code


TaskImport = OpenTasks | MoveTask | StopHandling

"""Commands that hand a case out to units, and imports that open or stop it."""

from collections.abc import Iterable
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared.contracts.case_event import TaskName
from shared.contracts.imports import CaseImport
from shared.contracts.payloads.assignment import HandOut, Opening
from shared.kernel.codes import Code, Id
from shared.kernel.form_words import titled
from shared.kernel.messages import Command, InformedCommand, RuledCommand, Text
from shared.kernel.policy import Due
from shared.kernel.shape import Shape

Stage = Literal[
    "handed-out",
    "received",
    "deemed-accepted",
    "objected",
    "returned",
    "must-act",
    "moved",
    "removed",
]


class TaskCommand(Command):
    """A command of a person about one task."""

    task: Id


class OpenAssignment(CaseImport, Opening):
    """Import of case.accepted: the case waits for units."""

    name: ClassVar[str] = "open-assignment"


class NoteClassified(CaseImport, RuledCommand):
    """Import of case.classified: the purpose of the case was corrected."""

    name: ClassVar[str] = "note-classified"

    purpose: Code


class StopAssignment(CaseImport):
    """Import of case.withdrawn and case.erased."""

    name: ClassVar[str] = "stop-assignment"

    reason: Code


class AssignCase(RuledCommand, InformedCommand, HandOut):
    """交办 to one lead with co-handlers, or to separate units."""

    name: ClassVar[str] = "assign-case"

    def named(self) -> Iterable[str]:
        return (wanted.unit for wanted in self.tasks)

    def workplaces(self) -> Iterable[str]:
        return self.named()


class Moving(TaskCommand, RuledCommand, InformedCommand):
    """A command by which another unit may take a task over. `units` are those of the state of the
    case that stay with it, in another part; they are looked up, too."""

    units: tuple[Id, ...] = Field(default=(), exclude=True)

    @property
    def former_stays(self) -> bool:
        """Returns whether the unit that had the task becomes a co-handler."""
        return False


class Successor(Shape):
    """The unit that takes a task over, and why; None as `scope` keeps that of the old task. The
    former lead may stay as co-handler."""

    unit: Annotated[Id, titled("改派单位")]
    scope: Annotated[Text | None, titled("负责的部分", hint="不填则与原任务相同")] = None
    reason: Annotated[Text, titled("改派理由", hint="退办获同意的可以不填")] = ""
    former_as_co: Annotated[
        bool, titled("原主办单位", hint="改派主办时填写", answers=("转为会办", "不再承办"))
    ] = False


class Reassign(Moving, Successor):
    """改派: another unit takes over."""

    name: ClassVar[str] = "reassign"

    def named(self) -> Iterable[str]:
        return (self.unit, *self.units)

    @property
    def former_stays(self) -> bool:
        return self.former_as_co

    def workplaces(self) -> Iterable[str]:
        return self.named()


class NoteCloseRefused(CaseImport, TaskName):
    """Import of task.close-refused: the reassigned unit had already signed its reply."""

    name: ClassVar[str] = "note-close-refused"

    round: int = 1


class NoteExtended(CaseImport, TaskName):
    """Import of task.extended and task.resumed, and of those of a co-handler: the task is due on a
    later day, and does not stand still any more where it was `resumed`."""

    name: ClassVar[str] = "note-extended"

    round: int
    due: Due
    resumed: bool = False


class NoteSuspended(CaseImport, TaskName):
    """Import of task.suspended: the task stands still until it is resumed."""

    name: ClassVar[str] = "note-suspended"

    round: int


HandOutImport = (
    OpenAssignment
    | NoteClassified
    | StopAssignment
    | NoteCloseRefused
    | NoteExtended
    | NoteSuspended
)

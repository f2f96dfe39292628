"""What may be asked of handling: by the units, and by what other services recorded."""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar

from shared.contracts.case_event import CaseMark, Proposer, Task
from shared.contracts.handling import DisclosureProposal, Meaning, Mode, Node, Phase
from shared.kernel.codes import Code, DocumentNumber, Id, Receipt
from shared.kernel.messages import Command, Free, InformedCommand, RuledCommand
from shared.kernel.shape import Shape


class About(Shape):
    """Stands for any command about the task, where access is asked for beforehand."""

    task: Id | None


class OpenTasks(Command):
    """Import of case.assigned and rehandling.ordered: units have something to do here."""

    name: ClassVar[str] = "open-tasks"

    case: CaseMark
    round: int
    tasks: tuple[Task, ...]
    proposers: tuple[Proposer, ...] = ()
    higher_signer: bool = False


class MoveTask(Command):
    """Import of assignment.reassigned: `task` ends, and `to` begins in one commit."""

    name: ClassVar[str] = "move-task"

    case: CaseMark
    round: int
    task: Id
    unit: Id
    to: Task
    proposers: tuple[Proposer, ...] = ()


class StopHandling(Command):
    """Import of case.withdrawn and case.erased."""

    name: ClassVar[str] = "stop-handling"

    case: CaseMark
    reason: Code


class RecordContact(InformedCommand):
    """办前联系, 办中协商, 办后反馈; `not-wanted` is 本人提出不需走访."""

    name: ClassVar[str] = "record-contact"

    task: Id
    phase: Phase
    mode: Mode
    on: date
    people: tuple[Id, ...] = ()
    place: Free = ""
    summary: Free
    attitude: Code = ""

    def named(self) -> Iterable[str]:
        return self.people


class ReportProgress(Command):
    name: ClassVar[str] = "report-progress"

    task: Id
    node: Node
    text: Free


class GiveOpinion(Command):
    """会办意见, for the lead; may be replaced until the lead's reply is signed."""

    name: ClassVar[str] = "give-opinion"

    task: Id
    text: Free
    doc_no: DocumentNumber = ""


class SubmitDraft(RuledCommand):
    """拟稿: the reply's text with its class and what is proposed for its publication."""

    name: ClassVar[str] = "submit-draft"

    task: Id
    text: Free
    meaning: Meaning
    target_date: date | None = None
    disclosure: DisclosureProposal


class ReturnDraft(Command):
    """退回修改; `version` is the draft that the reviewer read."""

    name: ClassVar[str] = "return-draft"

    task: Id
    version: int
    remark: Free


class SignReply(RuledCommand):
    """签发, under the number of the unit's own series; `version` is the draft that was read."""

    name: ClassVar[str] = "sign-reply"

    task: Id
    number: DocumentNumber
    version: int | None = None


class DeliverReply(Command):
    """逐人答复: one proposer received the reply."""

    name: ClassVar[str] = "deliver-reply"

    task: Id
    recipient: Id
    mode: Code
    receipt: Receipt = ""


Import = OpenTasks | MoveTask | StopHandling
Working = RecordContact | ReportProgress | GiveOpinion
Replying = SubmitDraft | ReturnDraft | SignReply | DeliverReply
HandlingCommand = Working | Replying | Import

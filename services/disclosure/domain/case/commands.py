"""Commands about the case; only reactions send them."""

from typing import ClassVar

from shared.contracts.case_event import CaseMark
from shared.contracts.disclosure import CaseNotes
from shared.kernel.codes import Code
from shared.kernel.messages import Command


class NoteCase(Command, CaseNotes):
    """Import of case.accepted and case.numbered."""

    name: ClassVar[str] = "note-case"

    mark: CaseMark
    round: int


class StopDisclosure(Command):
    """Import of case.withdrawn and case.erased."""

    name: ClassVar[str] = "stop-disclosure"

    mark: CaseMark
    round: int
    reason: Code


CaseCommand = NoteCase | StopDisclosure

"""Commands of numbering; only reactions send them."""

from typing import ClassVar

from shared.contracts.case_event import Kind
from shared.contracts.payloads.intake import CaseNumber
from shared.kernel.codes import Code, Id
from shared.kernel.messages import Command, RuledCommand


class IssueNumber(RuledCommand):
    """Issues the next number of the series to the case."""

    name: ClassVar[str] = "issue-number"

    agency: Id
    kind: Kind
    channel: Code
    period: Code
    case: Id


class NoteNumber(Command, CaseNumber):
    """Import of number.issued."""

    name: ClassVar[str] = "note-number"


NumberingCommand = NoteNumber
"""Commands to the case; the series takes `IssueNumber`."""

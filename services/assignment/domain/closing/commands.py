"""Commands about the end of a case."""

from typing import ClassVar

from shared.contracts.imports import CaseImport
from shared.contracts.payloads.assignment import ClosingStep
from shared.kernel.messages import RuledCommand


class NoteProgress(CaseImport, RuledCommand, ClosingStep):
    """Import of case.replied, case.rated, evaluation.lapsed and rehandling.ordered."""

    name: ClassVar[str] = "note-progress"

    round: int = 1

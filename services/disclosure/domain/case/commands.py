"""Commands about the case; only reactions send them."""

from typing import ClassVar

from services.disclosure.domain.commands import ImportAboutCase
from shared.contracts.disclosure import CaseNotes
from shared.kernel.codes import Code
from shared.kernel.messages import RuledCommand


class NoteCase(ImportAboutCase, CaseNotes):
    """Import of case.accepted and case.numbered."""

    name: ClassVar[str] = "note-case"


class StopDisclosure(ImportAboutCase):
    """Import of case.withdrawn and case.erased."""

    name: ClassVar[str] = "stop-disclosure"

    reason: Code


class TakeDownPages(ImportAboutCase):
    """Import of erasure.confirmed: every page comes down, and none follows."""

    name: ClassVar[str] = "take-down-pages"


class UnpublishCase(ImportAboutCase, RuledCommand):
    """Import of case.classified and against.named. `purpose`: the class of today; `accuses`: the
    letter is against a unit or a person."""

    name: ClassVar[str] = "unpublish-case"

    purpose: Code | None = None
    accuses: bool = False


CaseCommand = NoteCase | StopDisclosure | TakeDownPages | UnpublishCase

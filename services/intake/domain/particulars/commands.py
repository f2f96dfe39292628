"""Command that completes or corrects the particulars of a petition."""

from typing import ClassVar

from shared.contracts.particulars import Particulars
from shared.kernel.codes import Id
from shared.kernel.messages import RuledCommand


class NoteParticulars(RuledCommand, Particulars):
    """补正信访情况: these replace the particulars known before. `known`: those of the `earlier`
    cases that the sender may know and that such a case may repeat."""

    name: ClassVar[str] = "note-particulars"

    known: tuple[Id, ...] = ()


ParticularsCommand = NoteParticulars

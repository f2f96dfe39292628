"""Commands of an erasure: three of people, two of reactions."""

from typing import ClassVar

from shared.contracts.erasure import Erasure, ErasureStop
from shared.kernel.codes import Code
from shared.kernel.messages import Command, RuledCommand


class AskErasure(RuledCommand, Erasure):
    """Asks for the erasure of the case's personal data."""

    name: ClassVar[str] = "ask-erasure"


class ConfirmErasure(RuledCommand):
    """Confirms an erasure that another person asked for."""

    name: ClassVar[str] = "confirm-erasure"


class StopErasure(Command, ErasureStop):
    """Stops an erasure before it is confirmed."""

    name: ClassVar[str] = "stop-erasure"


class EraseCase(Command):
    """Import of pages.taken-down: the keys may be destroyed."""

    name: ClassVar[str] = "erase-case"

    pages: int


class NoteDestroyed(Command):
    """Import of the fact by which a service says that it has destroyed its key."""

    name: ClassVar[str] = "note-destroyed"

    service: Code


PeoplesErasureCommand = AskErasure | ConfirmErasure | StopErasure
ErasureCommand = PeoplesErasureCommand | EraseCase | NoteDestroyed

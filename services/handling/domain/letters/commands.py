"""Commands to a register of letters."""

from typing import ClassVar

from services.handling.domain.letters.number import LetterNumber
from shared.contracts.handling import LetterEntry
from shared.kernel.messages import Command


class TakeNumber(Command, LetterEntry):
    """Enters the number of a reply that is about to be signed."""

    name: ClassVar[str] = "take-number"

    def parsed(self) -> LetterNumber:
        return LetterNumber.of(self.number)


LetterCommand = TakeNumber

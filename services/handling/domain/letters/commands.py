"""Commands to a register of letters."""

from collections.abc import Iterable
from typing import ClassVar

from services.handling.domain.letters.number import LetterNumber
from shared.contracts.handling import LetterEntry
from shared.kernel.messages import InformedCommand


class TakeNumber(InformedCommand, LetterEntry):
    """Enters the number of a reply that is about to be signed."""

    name: ClassVar[str] = "take-number"

    def named(self) -> Iterable[str]:
        return (self.unit,)

    def parsed(self) -> LetterNumber:
        return LetterNumber.of(self.number)


LetterCommand = TakeNumber

"""Commands to a register of letters."""

from collections.abc import Iterable
from typing import ClassVar

from services.handling.domain.letters.number import LetterNumber, stream_of
from shared.contracts.letters import LetterEntry, LetterMark, NumberVoiding
from shared.kernel.codes import Code, Id, LetterWord
from shared.kernel.messages import InformedCommand, RuledCommand


class LetterCommandBase(InformedCommand, RuledCommand, LetterMark):
    """A command about a number of the unit, ruled by the policy row of the case."""

    kind: Code
    channel: Code

    def named(self) -> Iterable[str]:
        return (self.unit,)

    @property
    def gapless(self) -> bool:
        """Returns whether the policy row wants the unit's numbers without gaps."""
        return self.rules.row.letters.gapless_of(self.directory.path(self.unit))


class TakeNumber(LetterCommandBase, LetterEntry):
    """Enters the number of a reply that is about to be signed."""

    name: ClassVar[str] = "take-number"

    def parsed(self) -> LetterNumber:
        return LetterNumber.of(self.number)


class TakeNextNumber(LetterCommandBase):
    """Gives the reply that is about to be signed the next free number."""

    name: ClassVar[str] = "take-next-number"

    case: Id
    task: Id
    word: LetterWord
    year: Code

    @property
    def stream(self) -> str:
        return stream_of(self.word, self.year)


class VoidNumber(LetterCommandBase, NumberVoiding):
    """作废: takes a number out of use. `unsigned`: the task that has it and can never be signed
    under it."""

    name: ClassVar[str] = "void-number"

    unsigned: Id | None = None

    def parsed(self) -> LetterNumber:
        return LetterNumber.of(self.number)


LetterCommand = TakeNumber | TakeNextNumber | VoidNumber

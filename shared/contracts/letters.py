"""Facts of the register of letters: the numbers of one series in one year. Only handling may record
them (ADR 40)."""

from typing import Annotated, ClassVar

from shared.kernel.codes import DocumentNumber, Id
from shared.kernel.form_words import titled
from shared.kernel.messages import Event, Text
from shared.kernel.shape import Shape


class ReplyNumber(Shape):
    """The number of a signed reply, from the unit's own series."""

    number: Annotated[DocumentNumber, titled("文号")]


class LetterMark(Shape):
    """The unit that numbers its letters, and the agency for which it answers."""

    agency: Id
    unit: Id


class LetterEntry(ReplyNumber, LetterMark):
    """An entry in the register of letters: the number, and the reply that has it."""

    case: Id
    task: Id


class NumberVoiding(ReplyNumber, LetterMark):
    """A number that is taken out of use (作废), and why."""

    reason: Annotated[Text, titled("作废理由")]


class NumberTaken(Event, LetterEntry):
    """The number is that of this reply and of no other. Stream `letters-<series>-<year>`."""

    type: ClassVar[str] = "letter.number-taken.v1"

    by: Id


class NumberVoided(Event, NumberVoiding):
    """The number is that of no reply, and will be of none. Stream `letters-<series>-<year>`."""

    type: ClassVar[str] = "letter.number-voided.v1"

    by: Id

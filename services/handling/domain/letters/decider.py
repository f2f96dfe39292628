"""Decides on a register of letters: one 字 in one year."""

from collections.abc import Mapping, Sequence

from services.handling.domain.letters.commands import TakeNumber
from services.handling.domain.letters.number import LetterNumber
from shared.contracts.handling import LetterEntry, NumberTaken
from shared.kernel.decider import routed
from shared.kernel.errors import RuleViolated
from shared.kernel.folding import folded
from shared.kernel.messages import Act

Register = Mapping[str, str]
"""Serial number → the task whose reply has it."""


def take(command: TakeNumber, register: Register) -> Sequence[NumberTaken]:
    """A task that takes another number before its signature gives the first one back."""
    require_own_word(command)
    holder = register.get(command.parsed().serial)
    if holder == command.task:
        return []
    if holder is not None:
        message = f"文号 {command.number} 已用于另一份答复，请核对"
        raise RuleViolated("number-taken", message, "number")
    return [NumberTaken(**command.fields(Act, LetterEntry))]


def require_own_word(command: TakeNumber) -> None:
    """A unit numbers its letters in its own series, as far as the directory names any."""
    words = command.directory.letter_words(command.unit)
    if words and command.parsed().word not in map(folded, words):
        message = f"发文字号应为本单位的：{'、'.join(words)}"
        raise RuleViolated("number-series", message, "number")


def taken(register: Register, fact: NumberTaken) -> Register:
    others = {serial: task for serial, task in register.items() if task != fact.task}
    return {**others, LetterNumber.of(fact.number).serial: fact.task}


EMPTY: Register = {}
LETTERS = routed(
    EMPTY, TakeNumber, NumberTaken, decide={TakeNumber: take}, evolve={NumberTaken: taken}
)

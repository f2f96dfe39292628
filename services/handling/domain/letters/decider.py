"""Decides on a register of letters: one 字 in one year."""

from collections.abc import Sequence

from services.handling.domain.letters.commands import (
    LetterCommand,
    LetterCommandBase,
    TakeNextNumber,
    TakeNumber,
    VoidNumber,
)
from services.handling.domain.letters.number import LetterNumber, printed
from services.handling.domain.letters.state import Register
from shared.contracts.letters import LetterEntry, NumberTaken, NumberVoided, NumberVoiding
from shared.kernel.calendar import business_day
from shared.kernel.decider import routed
from shared.kernel.errors import RuleViolated
from shared.kernel.folding import folded
from shared.kernel.messages import Act
from shared.kernel.paper_numbers import check_counted
from shared.kernel.texts import require_text, same_text

REGISTERED = NumberTaken | NumberVoided


def take(command: TakeNumber, register: Register) -> Sequence[NumberTaken]:
    """A task that takes another number before its signature gives the first one back."""
    number = command.parsed()
    require_own_word(command, number)
    require_possible(command, number)
    require_recent(command, number)
    require_in_use(number, command.number, register)
    holder = register.taken.get(number.serial)
    if holder and holder.task == command.task:
        return []
    if holder:
        message = f"文号 {command.number} 已用于另一份答复，请核对"
        raise RuleViolated("number-taken", message, "number")
    require_no_gap(command, number, register)
    return [NumberTaken(**command.fields(Act, LetterEntry))]


def take_next(command: TakeNextNumber, register: Register) -> Sequence[NumberTaken]:
    """A task that has a number keeps it: a repetition after a crash takes no second one."""
    if register.number_of(command.task):
        return []
    number = printed(command.word, command.year, register.next_free(command.gapless))
    require_own_word(command, LetterNumber.of(number))
    place = {"case": command.case, "task": command.task, "number": number}
    return [NumberTaken(**command.fields(Act), agency=command.agency, unit=command.unit, **place)]


def void(command: VoidNumber, register: Register) -> Sequence[NumberVoided]:
    """A number that a reply has, or may still get, is not voided."""
    number = command.parsed()
    require_own_word(command, number)
    require_possible(command, number)
    if known := register.voided.get(number.serial):
        check_same_reason(command, known)
        return []
    require_text(command.reason, "作废文号，请说明理由", "reason", "reason-required")
    holder = register.taken.get(number.serial)
    if holder and holder.task != command.unsigned:
        message = f"文号 {command.number} 已用于答复，不能作废"
        raise RuleViolated("number-taken", message, "number")
    if not holder:
        require_no_gap(command, number, register)
    return [NumberVoided(**command.fields(Act, NumberVoiding))]


def check_same_reason(command: VoidNumber, known: NumberVoided) -> None:
    if not same_text(command.reason, known.reason):
        message = f"文号 {command.number} 已于 {business_day(known.at)} 作废，已登记的理由不变"
        raise RuleViolated("number-voided", message, "reason")


def require_own_word(command: LetterCommandBase, number: LetterNumber) -> None:
    """A unit numbers its letters in its own series, as far as the directory names any."""
    words = command.directory.letter_words(command.unit)
    if words and number.word not in map(folded, words):
        message = f"发文字号应为本单位的：{'、'.join(words)}"
        raise RuleViolated("number-series", message, "number")


def require_possible(command: TakeNumber | VoidNumber, number: LetterNumber) -> None:
    """Letters are counted from 1 in each year, and none is of a year to come."""
    check_counted(command.number, "number")
    if int(number.year) > (year := business_day(command.at).year):
        message = f"文号的年份不能晚于今年（{year} 年），请核对"
        raise RuleViolated("number-year", message, "number")


def require_recent(command: TakeNumber, number: LetterNumber) -> None:
    """A reply that is signed now has a number of this year, or of the last one around its end."""
    if int(number.year) < (year := business_day(command.at).year) - 1:
        message = f"文号的年份应为今年（{year} 年）或者上一年，请核对"
        raise RuleViolated("number-year", message, "number")


def require_in_use(number: LetterNumber, shown: str, register: Register) -> None:
    if number.serial in register.voided:
        raise RuleViolated("number-voided", f"文号 {shown} 已作废，请另选文号", "number")


def require_no_gap(
    command: TakeNumber | VoidNumber, number: LetterNumber, register: Register
) -> None:
    """Raises RuleViolated for a number that leaves one out where they are gapless; one that is
    skipped on purpose is voided."""
    highest = max(register.used(), default=0)
    if command.gapless and number.main > highest + 1:
        free = printed(number.word, number.year, register.next_free(gapless=True))
        message = f"本单位的文号须连续编排，下一个文号是 {free}；不用的文号请先作废并说明理由"
        raise RuleViolated("number-gap", message, "number")


LETTERS = routed(
    Register(),
    LetterCommand,
    REGISTERED,
    decide={TakeNumber: take, TakeNextNumber: take_next, VoidNumber: void},
    evolve={NumberTaken: Register.with_taken, NumberVoided: Register.with_voided},
)

"""The register of one 字 in one year: taken and voided numbers, and the next free one."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from services.handling.domain.letters.number import LetterNumber
from shared.contracts.letters import NumberTaken, NumberVoided


@dataclass(frozen=True)
class Register:
    """Facts by serial number."""

    taken: Mapping[str, NumberTaken] = field(default_factory=dict)
    voided: Mapping[str, NumberVoided] = field(default_factory=dict)

    def number_of(self, task: str) -> str | None:
        """Returns the number that the task's reply has."""
        return next((one.number for one in self.taken.values() if one.task == task), None)

    def used(self) -> frozenset[int]:
        """Returns the numbers that no reply may get; a part (12-1) counts as its whole."""
        return frozenset(int(serial.partition("-")[0]) for serial in {**self.taken, **self.voided})

    def next_free(self, gapless: bool) -> int:
        """Returns the lowest number that is free, or the one after the highest."""
        used = self.used()
        if not gapless:
            return max(used, default=0) + 1
        return next(number for number in range(1, len(used) + 2) if number not in used)

    def with_taken(self, fact: NumberTaken) -> "Register":
        """A task that takes another number gives the one that it had back."""
        others = {serial: one for serial, one in self.taken.items() if one.task != fact.task}
        return replace(self, taken={**others, LetterNumber.of(fact.number).serial: fact})

    def with_voided(self, fact: NumberVoided) -> "Register":
        serial = LetterNumber.of(fact.number).serial
        others = {each: one for each, one in self.taken.items() if each != serial}
        return replace(self, taken=others, voided={**self.voided, serial: fact})

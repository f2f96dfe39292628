"""Numbers of letters (文号): 临教建字〔2025〕12号, in every way that people write it."""

import re
from dataclasses import dataclass

from shared.kernel import ids
from shared.kernel.folding import folded

FORM = re.compile(
    r"(?P<word>[^()]{1,20})\((?P<year>20[0-9]{2})\)第?0{0,4}(?P<serial>[0-9]{1,5}(-[0-9]{1,2})?)号"
)


@dataclass(frozen=True)
class LetterNumber:
    """字 (the series of a unit), year and serial number."""

    word: str
    year: str
    serial: str

    @classmethod
    def of(cls, number: str) -> "LetterNumber":
        """Raises ValueError for a text that is no 文号; the form of the field lets none through."""
        match = FORM.fullmatch(folded(number))
        if match is None:
            raise ValueError(f"{number!r} is no document number")
        return cls(match["word"], match["year"], match["serial"])

    @property
    def main(self) -> int:
        """The serial number without that of a part (12 of 12-1)."""
        return int(self.serial.partition("-")[0])

    @property
    def stream(self) -> str:
        """The register of this 字 in this year."""
        return stream_of(self.word, self.year)


def stream_of(word: str, year: str) -> str:
    return f"letters-{ids.derived('letters', folded(word)).hex[:16]}-{year}"


def printed(word: str, year: str, serial: int) -> str:
    """Returns the number as it stands on a letter."""
    return f"{word}〔{year}〕{serial}号"

"""Findings of the screen: places of a text that look like personal data.

A text is folded first (NFKC, without invisible characters), with the place of every character in
the original, and read a second time with numerals as digits.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.disclosure.domain.screen.check_digits import bare_of, without_credit_codes
from services.disclosure.domain.screen.rows import SCREEN, Row
from services.disclosure.domain.screen.spelling import folded_with_places, read_as_digits


@dataclass(frozen=True, order=True)
class Finding:
    """A place that looks like personal data: its first character (from 1), its length, and its
    kind."""

    start: int
    kind: str
    length: int

    def within(self, text: str, around: int = 0) -> str:
        """Returns the words that were found, with so many characters around them."""
        first = self.start - 1
        return text[max(0, first - around) : first + self.length + around]


def findings(text: str, public_numbers: Sequence[str] = ()) -> list[Finding]:
    """Returns what looks like personal data, by place. Numbers that are public (an office's own
    telephone) and unified social credit codes are none."""
    folded, places = folded_with_places(text)
    folded = without_credit_codes(folded)
    public = {bare_of(number) for number in public_numbers}
    found: dict[tuple[int, str], int] = {}
    for kind, start, words in matches(folded):
        if bare_of(words) not in public:
            length = places[start + len(words) - 1] + 1 - places[start]
            place = (places[start] + 1, kind)
            found[place] = max(length, found.get(place, 0))
    return [Finding(start, kind, length) for (start, kind), length in sorted(found.items())]


def matches(folded: str) -> Iterator[tuple[str, int, str]]:
    """Yields kind, place and words of all matches in both readings."""
    for reading in dict.fromkeys((folded, read_as_digits(folded))):
        for row in SCREEN:
            for start, words in matches_of(row, reading):
                yield row.kind, start, words


def matches_of(row: Row, folded: str) -> Iterator[tuple[int, str]]:
    group = 1 if row.form.groups else 0
    for match in row.form.finditer(folded):
        if row.holds(match[group]):
            yield match.start(group), match[group]

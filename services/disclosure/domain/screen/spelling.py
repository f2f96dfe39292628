"""Spellings of a text: folded, and with numerals and look-alike letters read as digits. Every
character of a spelling has its place in the original."""

import unicodedata
from collections.abc import Sequence

from shared.kernel.characters import is_invisible

NUMERALS = (
    "〇零○◯", "一壹弌幺", "二贰弍", "三叁弎叄", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖"
)  # fmt: skip
LETTERS = {"O": "0", "o": "0", "l": "1", "I": "1", "|": "1"}
READ_AS_DIGITS = str.maketrans(
    {c: str(value) for value, signs in enumerate(NUMERALS) for c in signs} | LETTERS
)


def folded_with_places(text: str) -> tuple[str, Sequence[int]]:
    """Returns the text in NFKC, without invisible characters and with digits of all scripts as
    0–9; and the place of each character."""
    folded: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for c in unicodedata.normalize("NFKC", character):
            if is_shown(c):
                folded.append(plain_digit(c))
                places.append(place)
    return "".join(folded), places


def is_shown(c: str) -> bool:
    """Returns whether the character stays: white space separates, accents and frames (of keycaps)
    hide digits."""
    if c.isspace():
        return True
    return unicodedata.category(c) not in ("Cf", "Mn", "Me", "Cc") and not is_invisible(c)


def plain_digit(c: str) -> str:
    digit = None if c.isascii() else unicodedata.digit(c, None)
    return c if digit is None else str(digit)


def read_as_digits(folded: str) -> str:
    """Returns the text with Chinese numerals (一三八…, 壹叁捌…) and look-alike letters as digits;
    the places stay."""
    return folded.translate(READ_AS_DIGITS)

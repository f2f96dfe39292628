"""Folding: the one form in which names, numbers and search words are compared.

Equal after folding: full and half width, compatibility forms, upper and lower case, with and
without white space or zero-width characters, all middle dots of names and a full stop in their
place, all brackets of 文号, all dashes. A folded text is for comparison only; it is never shown or
stored as what somebody typed.
"""

import re
import unicodedata
from collections.abc import Iterable

from shared.kernel.characters import INVISIBLE, without_towers

OPENING = "([{〔【〖〘〚﹝⟦⟨⟪⟬❨❲"
CLOSING = ")]}〕】〗〙〛﹞⟧⟩⟫⟭❩❳"
DOTS = "·•‧∙⋅・･᛫⸱⸳・ㆍꞏ"
DASHES = "‐‑‒–—―−﹘﹣－⁃˗⸺⸻"
ONE_FOR_ALL = str.maketrans(
    dict.fromkeys(OPENING, "(")
    | dict.fromkeys(CLOSING, ")")
    | dict.fromkeys(DOTS, "·")
    | dict.fromkeys(DASHES, "-")
)
DOT_IN_NAME = re.compile(r"(?<=[^\x00-\x7f])\.(?=[^\x00-\x7f])")
"""A full stop where a middle dot belongs: 买买提.艾力."""
BETWEEN_WORDS = re.compile(r"[\s，,。；;：:！!？?、\"“”'‘’《》〈〉「」『』/|]+")
UNSEEN = re.compile(rf"[\s\x00-\x1f{INVISIBLE}]+")


def folded(text: str) -> str:
    """Returns the text in its form for comparison; linear in its length, idempotent.

    The second pass folds what the first one has brought forth: a sign that is decomposed into white
    space and an accent.
    """
    return _pass(_pass(text))


def _pass(text: str) -> str:
    seen = without_towers(UNSEEN.sub("", text)).translate(ONE_FOR_ALL)
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", seen).casefold())
    return DOT_IN_NAME.sub("·", plain)


def same_name(one: str, other: str) -> bool:
    """Returns whether two names or numbers are the same after folding."""
    return folded(one) == folded(other)


def search_words(text: str) -> tuple[str, ...]:
    """Returns the words of a search, folded: each must occur in the folded text that is searched.

    Words are separated by white space of any width and by signs of a sentence; brackets around
    them do not count. What is made of such signs alone is a word as it stands.
    """
    words = (folded(word).strip("()") for word in BETWEEN_WORDS.split(text))
    return _each_once(words) or _each_once(map(folded, text.split()))


def _each_once(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, words)))

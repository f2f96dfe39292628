"""Characters that text from outside may have: the one place that decides.

Refused are control characters, lone surrogates, noncharacters, controls of the direction of writing
and other invisible ones that reorder or annotate a text, and towers of accents. Zero-width
characters pass, because they come with copied text; `folding` leaves them out of comparisons.
Characters for private use pass, because names are written with them.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, NamedTuple

Path = tuple[str, ...]

MOST_MARKS = 16
"""Accents on one character; normalising longer runs takes quadratic time."""
LAST_WITH_ACCENTS = 0x1FFFF

CONTROLS = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
SURROGATES = "\ud800-\udfff"
NONCHARACTERS = "\ufdd0-\ufdef" + "".join(
    chr(p << 16 | n) for p in range(17) for n in (65534, 65535)
)
DIRECTIONS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
ANNOTATIONS = "\u206a-\u206f\ufff9-\ufffb\U000e0000-\U000e007f"
BREAKS = "\t\n\r\u2028\u2029"
INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"
)
"""Default_Ignorable_Code_Point of Unicode, and the blank of Braille."""

ONE_LINE = "^[^\t\n\r\u2028\u2029]*$"
"""The form of texts in one line."""


def _accents() -> str:
    codes = range(LAST_WITH_ACCENTS)
    return "".join(re.escape(chr(c)) for c in codes if unicodedata.combining(chr(c)))


ACCENTS = _accents()
STACKED_RULE = "text-marks"
RULES = {
    "text-control": ("是控制字符", CONTROLS, "is a control character"),
    "text-surrogate": ("不是完整的字符", SURROGATES, "is half a character"),
    "text-noncharacter": ("不是字符", NONCHARACTERS, "is no character"),
    "text-direction": ("是改变文字方向的不可见字符", DIRECTIONS, "turns the direction of the text"),
    "text-annotation": ("是不可见的标注字符", ANNOTATIONS, "is an invisible annotation"),
}
"""Sentence in Chinese, class of characters and sentence in English by rule."""
UNFIT = re.compile(f"[{''.join(rule[1] for rule in RULES.values())}]")
ACCENT = re.compile(f"[{ACCENTS}]")
TOWER = re.compile(f"([{ACCENTS}]{{{MOST_MARKS}}})[{ACCENTS}]+")
CLASSES = {name: re.compile(f"[{rule[1]}]") for name, rule in RULES.items()}
VISIBLE = re.compile(rf"[^\s{CONTROLS}{INVISIBLE}{ACCENTS}]")


class Flaw(NamedTuple):
    """The first character of a text that is refused. `place` counts from 1; `rule` is a stable
    code."""

    rule: str
    place: int
    character: str

    @property
    def message(self) -> str:
        """A Chinese sentence that a clerk can act on."""
        if self.rule not in RULES:
            return f"从第 {self.place} 个字符起叠加了过多的附加符号，请删除后重新填写"
        code = f"U+{ord(self.character):04X}"
        return f"第 {self.place} 个字符（{code}）{RULES[self.rule][0]}，请删除后重新填写"

    @property
    def english(self) -> str:
        if self.rule not in RULES:
            return f"Too many accents from character {self.place} on; delete them"
        code = f"U+{ord(self.character):04X}"
        return f"Character {self.place} ({code}) {RULES[self.rule][2]}; delete it"


def flaw_of(text: str) -> Flaw | None:
    """Returns the first flaw of a text; None where every character is allowed."""
    match = UNFIT.search(text) or (ACCENT.search(text) and TOWER.search(text))
    if not match:
        return None
    character = match[0][0]
    rule = next((name for name, each in CLASSES.items() if each.match(character)), STACKED_RULE)
    return Flaw(rule, match.start() + 1, character)


def without_towers(text: str) -> str:
    """Returns the text with at most `MOST_MARKS` accents in a row."""
    return TOWER.sub(r"\1", text) if ACCENT.search(text) else text


def is_invisible(text: str) -> bool:
    """Returns whether a text shows nothing: white space, invisible characters, lone accents."""
    return VISIBLE.search(text) is None


def flaws_in(value: Any, path: Path = ()) -> Iterator[tuple[Path, Flaw]]:
    """Yields the flaws of all texts of a JSON value, keys included, with the path to each."""
    if isinstance(value, str):
        flaw = flaw_of(value)
        yield from [(path, flaw)] if flaw else ()
    elif isinstance(value, dict):
        yield from chain.from_iterable(flaws_in(key, path) for key in value)
    yield from chain.from_iterable(flaws_in(inside, (*path, key)) for key, inside in _parts(value))


def _parts(value: Any) -> Iterable[tuple[str, Any]]:
    if isinstance(value, dict):
        return value.items()
    if isinstance(value, list):
        return ((str(number), inside) for number, inside in enumerate(value))
    return ()


def without_invisible(value: Any) -> Any:
    """Returns a JSON value whose texts without a visible character are empty."""
    if isinstance(value, str):
        return "" if is_invisible(value) else value
    if isinstance(value, dict):
        return {key: without_invisible(inside) for key, inside in value.items()}
    if isinstance(value, list):
        return [without_invisible(inside) for inside in value]
    return value

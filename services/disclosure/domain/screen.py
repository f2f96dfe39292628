"""Screen before publication: personal data in a text, however it is spelt.

A text is folded first (NFKC, without invisible characters), with the place of every character in
the original. Patterns are bounded, so that the screen is linear in the text.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

GAP = r"[\s\-‐-―−·•._~*]{0,3}"
NOT_IN_A_NUMBER = r"(?<![\d.])"
NOT_AN_AMOUNT = r"(?!\d|\.\d|,\d{3}|\s?[百千万亿]|\s?元|\s?%|\s?号文)"
PROVINCES = {
    *range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55),
    *range(61, 66), 71, 81, 82,
}  # fmt: skip
"""The first two digits of an ID number (GB/T 2260)."""
PLATE_PLACES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
CREDIT_CODE = re.compile(r"(?<![0-9A-Z])[159ANY][0-9A-HJ-NPQRTUWXY]{17}(?![0-9A-Z])")
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def digits(count: int) -> str:
    """Returns the pattern of so many further digits, each after a gap or none."""
    return rf"(?:{GAP}\d){{{count}}}"


@dataclass(frozen=True)
class Finding:
    """A place that looks like personal data: its kind, and its first character, from 1."""

    kind: str
    start: int


@dataclass(frozen=True)
class Pattern:
    """A row of the screen. `holds`: a check of the digits that were found (dates, check digits)."""

    kind: str
    form: re.Pattern[str]
    holds: Callable[[str], bool] = lambda found: True


def is_id_number(found: str) -> bool:
    """Checks place and day of birth. A wrong check digit does not make the number a harmless one:
    a mistyped number still means a person."""
    bare = bare_of(found)
    day = bare[6:14] if len(bare) == LONG_ID else f"19{bare[6:12]}"
    return int(bare[:2]) in PROVINCES and is_day(day)


LONG_ID = 18


def check_digit(bare: str) -> str:
    """Returns the check digit of an ID number (GB 11643: ISO 7064, mod 11-2)."""
    total = sum(int(digit) * (2 ** (17 - place) % 11) for place, digit in enumerate(bare[:17]))
    return "10X98765432"[total % 11]


def is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).year >= 1900  # noqa: PLR2004
    except ValueError:
        return False


def is_bank_card(found: str) -> bool:
    """Checks the digit of Luhn."""
    bare = bare_of(found)
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(bare))]
    return len(set(bare)) > 1 and sum(n // 10 + n % 10 for n in doubled) % 10 == 0


def bare_of(found: str) -> str:
    return "".join(c for c in found.upper() if c.isdigit() or c == "X")


def has_digit(found: str) -> bool:
    return any(c.isdigit() for c in found)


SCREEN: Sequence[Pattern] = (
    Pattern(
        "身份证号码",
        re.compile(rf"{NOT_IN_A_NUMBER}[1-8]{digits(16)}{GAP}[\dXx](?!\d)", re.ASCII),
        is_id_number,
    ),
    Pattern(
        "身份证号码",
        re.compile(rf"(?:身份证|证件)[^\d]{{0,12}}([1-8]{digits(16)}{GAP}[\dXx])(?!\d)", re.ASCII),
    ),
    Pattern(
        "身份证号码",
        re.compile(rf"{NOT_IN_A_NUMBER}[1-8]{digits(14)}(?!\d)", re.ASCII),
        is_id_number,
    ),
    Pattern(
        "手机号码",
        re.compile(
            rf"{NOT_IN_A_NUMBER}(?:(?:\+|00)?{GAP}8{GAP}6{GAP}[()]?{GAP})?"
            rf"(1{GAP}[3-9]{digits(9)}){NOT_AN_AMOUNT}",
            re.ASCII,
        ),
    ),
    Pattern(
        "银行卡号",
        re.compile(rf"{NOT_IN_A_NUMBER}[3-6]{digits(15)}(?:{GAP}\d){{0,3}}(?!\d)", re.ASCII),
        is_bank_card,
    ),
    Pattern(
        "固定电话",
        re.compile(
            rf"{NOT_IN_A_NUMBER}\(?(0\d{{2,3}}\)?[\s\-]{{0,3}}[2-9]{digits(6)}(?:{GAP}\d)?)"
            rf"{NOT_AN_AMOUNT}",
            re.ASCII,
        ),
    ),
    Pattern(
        "固定电话",
        re.compile(r"(?:电话|座机)\D{0,6}([2-9]\d{2,3}[\s\-]?\d{4})(?![\d\-])", re.ASCII),
    ),
    Pattern(
        "电子邮箱",
        re.compile(
            r"[A-Za-z0-9_%+-][A-Za-z0-9._%+-]{0,63}\s?@\s?[A-Za-z0-9-]{1,63}"
            r"(?:\.[A-Za-z0-9-]{2,63}){1,4}"
        ),
    ),
    Pattern(
        "车牌号码",
        re.compile(
            rf"[{PLATE_PLACES}][A-HJ-NP-Z][\s·•.\-]{{0,2}}[A-HJ-NP-Z0-9]{{4,5}}[A-HJ-NP-Z0-9挂学警港澳]"
            r"(?![A-Z0-9])"
        ),
        has_digit,
    ),
    Pattern(
        "住址",
        re.compile(
            r"\d{1,4}\s?(?:号楼|栋|幢|座|弄|号)[^\d。；，、]{0,4}(?:\d{1,2}\s?单元\s?)?\d{2,4}\s?(?:室|户)"
        ),
    ),
    Pattern("住址", re.compile(r"\d{1,4}\s?(?:号楼|栋|幢|座)\s?\d{1,2}\s?单元")),
)


def findings(text: str, public_numbers: Sequence[str] = ()) -> list[Finding]:
    """Returns what looks like personal data, by place. Numbers that are public (an office's own
    telephone) and unified social credit codes are none."""
    folded, places = folded_with_places(text)
    folded = without_credit_codes(folded)
    public = {bare_of(number) for number in public_numbers}
    found = {
        (places[start], pattern.kind)
        for pattern in SCREEN
        for start, words in matches(pattern, folded)
        if bare_of(words) not in public
    }
    return [Finding(kind, place + 1) for place, kind in sorted(found)]


def matches(pattern: Pattern, folded: str) -> Iterator[tuple[int, str]]:
    group = 1 if pattern.form.groups else 0
    for match in pattern.form.finditer(folded):
        if pattern.holds(match[group]):
            yield match.start(group), match[group]


def folded_with_places(text: str) -> tuple[str, Sequence[int]]:
    """Returns the text in NFKC without invisible characters, and the place of each character."""
    folded: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for c in unicodedata.normalize("NFKC", character):
            if unicodedata.category(c) not in ("Cf", "Mn", "Cc") or c in "\n\t":
                folded.append(c)
                places.append(place)
    return "".join(folded), places


def without_credit_codes(folded: str) -> str:
    """Returns the text with valid unified social credit codes (GB 32100) blanked."""

    def blanked(match: re.Match[str]) -> str:
        code = match[0]
        is_id = code[:17].isdigit() and is_id_number(code) and check_digit(code) == code[-1]
        return "　" * len(code) if is_credit_code(code) and not is_id else code

    return CREDIT_CODE.sub(blanked, folded)


def is_credit_code(code: str) -> bool:
    """Checks the last character (mod 31 with the weights 3 to the power of the place)."""
    values = [CREDIT_ALPHABET.index(c) for c in code]
    total = sum(value * pow(3, place, 31) for place, value in enumerate(values[:17]))
    return (31 - total % 31) % 31 == values[17]

"""Check digits and dates: whether a run of digits can be the number that it looks like."""

import re
from datetime import date

PROVINCES = {
    *range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55),
    *range(61, 66), 71, 81, 82,
}  # fmt: skip
"""The first two digits of an ID number (GB/T 2260)."""
FOREIGNER = "9"
"""The first digit of a foreigner's permanent residence card (2023)."""
LONG_ID = 18
CREDIT_CODE = re.compile(r"(?<![0-9A-Z])[159ANY][0-9A-HJ-NPQRTUWXY]{17}(?![0-9A-Z])")
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def bare_of(found: str) -> str:
    """Returns the digits, and an X, without what separates them."""
    return "".join(c for c in found.upper() if c.isdigit() or c == "X")


def is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).year >= 1900  # noqa: PLR2004
    except ValueError:
        return False


def check_digit(bare: str) -> str:
    """Returns the check digit of an ID number (GB 11643: ISO 7064, mod 11-2)."""
    total = sum(int(digit) * (2 ** (17 - place) % 11) for place, digit in enumerate(bare[:17]))
    return "10X98765432"[total % 11]


def is_id_number(found: str) -> bool:
    """Checks place, day of birth and check digit of 18 digits."""
    bare = bare_of(found)
    if len(bare) != LONG_ID or not is_day(bare[6:14]):
        return False
    placed = bare[0] == FOREIGNER or int(bare[:2]) in PROVINCES
    return placed and check_digit(bare) == bare[-1]


def is_like_id(found: str) -> bool:
    """Returns whether place and day of birth fit, but not the check digit, or there is none: a
    mistyped number still means a person."""
    bare = bare_of(found)
    day = bare[6:14] if len(bare) == LONG_ID else f"19{bare[6:12]}"
    return int(bare[:2]) in PROVINCES and is_day(day) and not is_id_number(bare)


def is_bank_card(found: str) -> bool:
    """Checks the digit of Luhn."""
    bare = bare_of(found)
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(bare))]
    return len(set(bare)) > 1 and sum(n // 10 + n % 10 for n in doubled) % 10 == 0


def without_credit_codes(folded: str) -> str:
    """Returns the text with valid unified social credit codes (GB 32100) blanked."""

    def blanked(match: re.Match[str]) -> str:
        code = match[0]
        is_id = code[:17].isdigit() and is_id_number(code)
        return "　" * len(code) if is_credit_code(code) and not is_id else code

    return CREDIT_CODE.sub(blanked, folded)


def is_credit_code(code: str) -> bool:
    """Checks the last character (mod 31 with the weights 3 to the power of the place)."""
    values = [CREDIT_ALPHABET.index(c) for c in code]
    total = sum(value * pow(3, place, 31) for place, value in enumerate(values[:17]))
    return (31 - total % 31) % 31 == values[17]

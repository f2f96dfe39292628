"""Days as texts, in the ways that clerks write them: with the day of the week, with a time."""

import re
from collections.abc import Iterator
from datetime import date, datetime

from shared.kernel.calendar import business_day
from shared.kernel.folding import folded
from shared.kernel.numerals import digits_of, usual, value_of

HAN = "一二三四五六七八九"
NUMERAL = f"[0-9]{{1,2}}|[〇零]?[{HAN}]|[{HAN}]?十[{HAN}]?"
YEAR = f"(?P<year>[0-9]{{4}}|[0o〇零○◯{HAN}]{{4}})"
WEEKDAY = r"\(?(?:(?:星期|周|礼拜)[一二三四五六日天]|(?<=\()[一二三四五六日天](?=\)))\)?"
HALF = "上午|下午|中午|凌晨|早上|晚上|am|pm"
CLOCK = r"[0-9]{1,2}[:时点](?:[0-9]{1,2}(?:[:分](?:[0-9]{1,2}(?:\.[0-9]{1,9})?秒?)?)?)?"
TIME = f"(?:{HALF}|(?:{HALF})?{CLOCK}(?:am|pm)?)"
TAIL = rf"(?:{WEEKDAY})?(?:(?:[t, ]|(?<![0-9])|(?![0-9])){TIME})?"
SIGNED = re.compile(rf"(?:公元)?{YEAR}年(?P<month>{NUMERAL})月(?P<day>{NUMERAL})[日号]{TAIL}")
MARKED = re.compile(
    rf"{YEAR}(?P<mark>[-/.。·、,\\ 年])(?P<month>{NUMERAL})(?:(?P=mark)|月)"
    rf"(?P<day>{NUMERAL})日?{TAIL}"
)
COMPACT = re.compile(
    rf"(?P<year>(?:19|20)[0-9]{{2}})(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})"
    rf"(?:[t ]?[0-9]{{4}}(?:[0-9]{{2}})?|{TAIL})"
)
MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[t ][0-9:]{5,8}(?:\.[0-9]{1,9})?(?:z|[+-][0-9]{2}:?[0-9]{2})"
)
LOOSE = re.compile("(?<![0-9]) | (?![0-9])")
"""Spaces that part no two numbers."""


def written_day(text: str) -> date | None:
    """Returns the day of a text, None for one that names no day. A moment of another time zone is
    of the day that it has here."""
    words = spaced(text)
    if MOMENT.fullmatch(words):
        return day_of_moment(words)
    for parts in readings(words):
        try:
            return date(*parts)
        except ValueError:
            continue
    return None


def spaced(text: str) -> str:
    """Returns the folded text, with a space where one parts two numbers: 2025-3-3 10:05 is not of
    the 31st."""
    words = usual(" ".join(filter(None, map(folded, text.split()))))
    return LOOSE.sub("", words).lstrip("'").rstrip(".。;").replace("元月", "1月")


def day_of_moment(text: str) -> date | None:
    try:
        return business_day(datetime.fromisoformat(text.upper()))
    except (ValueError, OverflowError):
        return None


def readings(words: str) -> Iterator[tuple[int, int, int]]:
    """Returns year, month and day by each form that fits; signs make spaces needless."""
    for form, text in ((SIGNED, words.replace(" ", "")), (MARKED, words), (COMPACT, words)):
        if match := form.fullmatch(text):
            year = digits_of(match["year"].replace("o", "0"))
            yield int(year), value_of(match["month"]), value_of(match["day"])

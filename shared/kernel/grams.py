"""Grams: the parts of titles, numbers and texts by which the store finds a word within them."""

import re
from collections.abc import Iterable, Iterator

DIGITS = "0123456789"
RUNS = re.compile(r"[0-9]+|[^0-9\n]+")
LONGEST_NUMBER = 8
"""Digits of a gram; a longer run is found by its first ones."""
MOST_ASKED = 8
"""Grams by which a search is looked up: the store tries each of them."""


def grams_of(text: str) -> list[str]:
    """Returns the grams of a folded text: each character and pair of neighbours; of a run of digits
    each part of it, because pairs of digits are in every number, and the number as a whole."""
    runs = RUNS.findall(text)
    return sorted({gram for run in runs for gram in (*_within(run), *_whole(run))})


def grams_in(words: Iterable[str]) -> list[str]:
    """Returns grams that a text must have to contain the folded words, at most MOST_ASKED of them
    from all their places: the store looks for the rarest of them."""
    needed = dict.fromkeys(gram for word in words for gram in _of_word(word))
    step = -(-len(needed) // MOST_ASKED)
    return list(needed)[:: max(1, step)]


def _of_word(word: str) -> Iterator[str]:
    for run in RUNS.finditer(word):
        is_within = run.start() > 0 and run.end() < len(word)
        yield from (is_within and [*_whole(run[0])]) or _needed(run[0])


def _whole(run: str) -> Iterator[str]:
    """Yields a number between other signs: no part of a longer one."""
    if run[0] in DIGITS:
        yield f"<{run[:LONGEST_NUMBER]}"


def _within(run: str) -> Iterator[str]:
    longest = LONGEST_NUMBER if run[0] in DIGITS else 2
    for begin in range(len(run)):
        for end in range(begin + 1, min(begin + longest, len(run)) + 1):
            yield run[begin:end]


def _needed(run: str) -> Iterator[str]:
    if run[0] in DIGITS:
        yield run[:LONGEST_NUMBER]
    elif len(run) == 1:
        yield run
    else:
        yield from (run[at : at + 2] for at in range(len(run) - 1))

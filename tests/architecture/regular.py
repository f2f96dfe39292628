"""Counts the steps of a backtracking matcher, so that a slow pattern is found without a clock.

It runs what Python's parser makes of a pattern over a text and counts each character that is
compared; the engine makes no more comparisons than that.
"""

import ast
import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from itertools import product
from pathlib import Path
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

MOST_STEPS = 200_000
LENGTH = 32
ROOTS = ("shared", "services")
SEARCHING = frozenset({"search", "finditer", "sub", "subn", "split", "findall"})
CALLS = SEARCHING | {"compile", "match", "fullmatch"}


class TooManySteps(Exception):
    """More than any text of this length may take."""


class Matcher:
    """A pattern and the number of comparisons so far."""

    def __init__(self, pattern: str | bytes, flags: int = 0) -> None:
        self.tree = parser.parse(pattern, flags)
        self.flags = self.tree.state.flags
        self.steps = 0

    def over(self, text: str) -> int:
        """Returns the steps to find all matches in a text."""
        self.steps, place = 0, 0
        while place <= len(text):
            end = next(self.ends(self.tree, text, place), None)
            place = end if end is not None and end > place else place + 1
        return self.steps

    def of_whole(self, text: str) -> int:
        """Returns the steps to learn whether a text as a whole matches."""
        self.steps = 0
        any(end == len(text) for end in self.ends(self.tree, text, 0))
        return self.steps

    def ends(self, items: Sequence[Any], text: str, place: int) -> Iterator[int]:
        if not items:
            yield place
            return
        (code, argument), rest = items[0], items[1:]
        for end in self.one(code, argument, text, place):
            yield from self.ends(rest, text, end)

    def one(self, code: Any, argument: Any, text: str, place: int) -> Iterator[int]:
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise TooManySteps
        if code in CHARACTERS:
            if place < len(text) and is_in(code, argument, text[place]):
                yield place + 1
        else:
            yield from getattr(self, str(code).lower())(argument, text, place)

    def at(self, argument: Any, text: str, place: int) -> Iterator[int]:
        starts = argument in (codes.AT_BEGINNING, codes.AT_BEGINNING_STRING) and place == 0
        ends = argument in (codes.AT_END, codes.AT_END_STRING) and place == len(text)
        if starts or ends or argument in (codes.AT_BOUNDARY, codes.AT_NON_BOUNDARY):
            yield place

    def branch(self, argument: Any, text: str, place: int) -> Iterator[int]:
        for option in argument[1]:
            yield from self.ends(option, text, place)

    def subpattern(self, argument: Any, text: str, place: int) -> Iterator[int]:
        yield from self.ends(argument[3], text, place)

    def atomic_group(self, argument: Any, text: str, place: int) -> Iterator[int]:
        yield from list(self.ends(argument, text, place))[:1]

    def max_repeat(self, argument: Any, text: str, place: int, count: int = 0) -> Iterator[int]:
        least, most, item = argument
        if count < most:
            for end in self.ends(item, text, place):
                if end > place or count < least:
                    yield from self.max_repeat(argument, text, end, count + 1)
        if count >= least:
            yield place

    def min_repeat(self, argument: Any, text: str, place: int, count: int = 0) -> Iterator[int]:
        least, most, item = argument
        if count >= least:
            yield place
        if count < most:
            for end in self.ends(item, text, place):
                if end > place or count < least:
                    yield from self.min_repeat(argument, text, end, count + 1)

    def possessive_repeat(self, argument: Any, text: str, place: int) -> Iterator[int]:
        least, most, item = argument
        count = 0
        while count < most:
            end = next(self.ends(item, text, place), place)
            if end == place:
                break
            place, count = end, count + 1
        if count >= least:
            yield place

    def assert_(self, argument: Any, text: str, place: int) -> Iterator[int]:
        if self.looks(argument, text, place):
            yield place

    def assert_not(self, argument: Any, text: str, place: int) -> Iterator[int]:
        if not self.looks(argument, text, place):
            yield place

    def looks(self, argument: Any, text: str, place: int) -> bool:
        direction, inside = argument
        start = place if direction > 0 else place - inside.getwidth()[0]
        return start >= 0 and any(True for _ in self.ends(inside, text, start))


setattr(Matcher, "assert", Matcher.assert_)
CHARACTERS = {codes.LITERAL, codes.NOT_LITERAL, codes.ANY, codes.IN}
CATEGORIES = {
    codes.CATEGORY_DIGIT: str.isdigit,
    codes.CATEGORY_SPACE: str.isspace,
    codes.CATEGORY_WORD: lambda c: c.isalnum() or c == "_",
}
OPPOSITES = {
    codes.CATEGORY_NOT_DIGIT: codes.CATEGORY_DIGIT,
    codes.CATEGORY_NOT_SPACE: codes.CATEGORY_SPACE,
    codes.CATEGORY_NOT_WORD: codes.CATEGORY_WORD,
}


def is_in(code: Any, argument: Any, character: str) -> bool:
    """Returns whether one item of a pattern, or of a class, takes the character."""
    if code is codes.IN:
        negated = argument[0][0] is codes.NEGATE
        members = argument[1:] if negated else argument
        return negated != any(is_in(*member, character) for member in members)
    if code is codes.CATEGORY:
        wanted = CATEGORIES[OPPOSITES.get(argument, argument)](character)
        return bool(wanted) != (argument in OPPOSITES)
    return SINGLE[code](argument, ord(character))


SINGLE: Mapping[Any, Callable[[Any, int], bool]] = {
    codes.LITERAL: lambda argument, character: character == argument,
    codes.NOT_LITERAL: lambda argument, character: character != argument,
    codes.RANGE: lambda argument, character: argument[0] <= character <= argument[1],
    codes.ANY: lambda argument, character: True,
}


def alphabet(tree: Any) -> Iterator[str]:
    """Yields characters that the pattern tells apart, a few of each class."""
    for code, argument in tree:
        if code in (codes.LITERAL, codes.NOT_LITERAL):
            yield chr(argument)
        elif code is codes.RANGE:
            yield chr(argument[0])
        elif code is codes.CATEGORY:
            yield {codes.CATEGORY_DIGIT: "7", codes.CATEGORY_SPACE: " "}.get(argument, "w")
        else:
            yield from alphabet_in(code, argument)


def alphabet_in(code: Any, argument: Any) -> Iterator[str]:
    for inside in INSIDE.get(code, lambda argument: [])(argument):
        yield from alphabet(inside)


INSIDE: Mapping[Any, Callable[[Any], Iterable[Any]]] = {
    codes.IN: lambda argument: [argument[:4]],
    codes.BRANCH: lambda argument: argument[1],
    codes.SUBPATTERN: lambda argument: [argument[3]],
    codes.ATOMIC_GROUP: lambda argument: [argument],
    codes.ASSERT: lambda argument: [argument[1]],
    codes.ASSERT_NOT: lambda argument: [argument[1]],
    codes.MAX_REPEAT: lambda argument: [argument[2]],
    codes.MIN_REPEAT: lambda argument: [argument[2]],
    codes.POSSESSIVE_REPEAT: lambda argument: [argument[2]],
}


def hostile(tree: Any, length: int) -> Iterator[str]:
    """Yields texts of a repeated word, with and without something before and after it."""
    letters = list(dict.fromkeys([*alphabet(tree), "\u2603"]))[:7]
    words = ["".join(word) for size in (1, 2) for word in product(letters, repeat=size)]
    for word, before, after in product(words, ["", letters[0]], ["", "\u2603"]):
        yield before + word * (length // len(word)) + after


def growth(pattern: str | bytes, flags: int, searched: bool) -> tuple[int, int, str]:
    """Returns the steps for a text and for one twice as long, of the text that grows worst."""
    matcher = Matcher(pattern, flags)
    run = matcher.over if searched else matcher.of_whole
    pairs = zip(hostile(matcher.tree, LENGTH), hostile(matcher.tree, 2 * LENGTH), strict=True)
    found = [(run(short), run(long), long) for short, long in pairs]
    return max(found, key=lambda one: one[1] / (one[0] + 50))


def is_linear(pattern: str | bytes, flags: int = 0, searched: bool = True) -> bool:
    """Twice the text takes twice the steps; by three a squared growth is told apart."""
    try:
        short, long, _ = growth(pattern, flags, searched)
    except TooManySteps:
        return False
    return long <= 3 * short + 50


def modules() -> Iterator[tuple[str, Any]]:
    for root in ROOTS:
        package = import_module(root)
        names = [one.name for one in pkgutil.walk_packages(package.__path__, f"{root}.")]
        for name in [root, *names]:
            if not name.endswith("__main__"):
                yield name, import_module(name)


def compiled(value: Any, depth: int = 3) -> Iterator[re.Pattern[Any]]:
    """Yields patterns in a value, also in containers."""
    if isinstance(value, re.Pattern):
        yield value
    elif depth and isinstance(value, Mapping):
        for inside in list(value.values()):
            yield from compiled(inside, depth - 1)
    elif depth and isinstance(value, list | tuple | set | frozenset):
        for inside in value:
            yield from compiled(inside, depth - 1)


def calls(path: Path) -> Iterator[ast.Call]:
    """Yields calls of `re.…`, and of methods by which a pattern searches."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            is_re = isinstance(node.func.value, ast.Name) and node.func.value.id == "re"
            if (is_re and node.func.attr in CALLS) or node.func.attr in SEARCHING:
                yield node


def sources() -> Iterator[Path]:
    for root in ROOTS:
        yield from sorted(Path(root).rglob("*.py"))

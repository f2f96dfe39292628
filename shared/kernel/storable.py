"""The canonical form of facts: RFC 8785 for JSON without floats, nulls and huge integers (ADR 4).

The one difference: keys beyond the Basic Multilingual Plane are sorted by code point, where the
RFC sorts by UTF-16. Facts have no such keys.
"""

from collections.abc import Mapping
from typing import Any

import orjson

from shared.kernel.errors import Unstorable

MOST_FACTS = 64
LARGEST_FACT = 256 * 1024  # bytes
LARGEST_COMMIT = 4 * 1024 * 1024  # bytes
DEEPEST = 32
LARGEST_INTEGER = 2**53 - 1  # beyond it, readers that know only doubles see another number

STRICT = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
"""Moments and records are refused: only their text form is a value of the log."""


class _Violation(Exception):
    """The rule that a value breaks, and the keys from the innermost to the outermost."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule
        self.keys: list[str] = []


def canonical(value: Any) -> bytes:
    """Returns the canonical text of a JSON value: keys sorted, no spaces, UTF-8.

    Raises Unstorable for text that is not valid Unicode, and for what is no JSON value.
    """
    try:
        return orjson.dumps(value, option=STRICT)
    except TypeError as error:
        raise Unstorable(f"no canonical form: {error}") from error


def plain(value: Any, name: str) -> Any:
    """Returns a copy made of JSON types only, with keys in order.

    Raises Unstorable, which names the first place below `name` that breaks a rule.
    """
    try:
        return _copy(value, 0)
    except _Violation as refused:
        place = ".".join([name, *reversed(refused.keys)])
        raise Unstorable(f"{place}: {refused.rule}") from None


def _copy(value: Any, depth: int) -> Any:
    kind = type(value)
    if kind is str or kind is bool:
        return value
    if kind is dict or isinstance(value, Mapping):
        return _members(value, depth + 1)
    if isinstance(value, list | tuple):
        return _items(value, depth + 1)
    return _number(value)


def _members(members: Mapping[Any, Any], depth: int) -> dict[str, Any]:
    _check_depth(depth)
    copy = {}
    for key in members:
        if type(key) is not str or "\0" in key:
            raise _Violation(f"the key {key!r} is not a text without NUL")
    for key in sorted(members):
        try:
            copy[key] = _copy(members[key], depth)
        except _Violation as refused:
            refused.keys.append(key)
            raise
    return copy


def _items(items: list[Any] | tuple[Any, ...], depth: int) -> list[Any]:
    _check_depth(depth)
    copy = []
    for item in items:
        try:
            copy.append(_copy(item, depth))
        except _Violation as refused:
            refused.keys.append(str(len(copy)))
            raise
    return copy


def _check_depth(depth: int) -> None:
    if depth > DEEPEST:
        raise _Violation(f"nested deeper than {DEEPEST} levels")


def _number(value: Any) -> int:
    if value is None:
        raise _Violation("null; what is absent is left out")
    if not isinstance(value, int):
        raise _Violation(f"{type(value).__name__} is not a JSON type that the log takes")
    if abs(value) > LARGEST_INTEGER:
        raise _Violation("an integer beyond 2^53")
    return int(value)

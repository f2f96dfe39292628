"""What the log takes: JSON without floats, nulls or huge integers, in one form, within bounds."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic_core import PydanticSerializationError, to_json

from shared.kernel.errors import Unstorable

MOST_FACTS = 64
LARGEST_FACT = 256 * 1024
LARGEST_COMMIT = 4 * 1024 * 1024
DEEPEST = 32
LARGEST_INTEGER = 2**53 - 1  # beyond it, readers that know only doubles see another number

_encode = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode


class _Violation(Exception):
    """A rule, and the keys that lead from the outside to what breaks it."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule
        self.keys: list[str] = []


def canonical(value: Any) -> bytes:
    """The one text of a JSON value: keys sorted, no spaces, UTF-8."""
    try:
        return _encode(value).encode()
    except UnicodeEncodeError as error:
        raise Unstorable("a text is not valid Unicode") from error


def text_of_plain(value: Any) -> bytes:
    """`canonical` of what `plain` has made: its keys stand in order, so a faster encoder does."""
    try:
        return to_json(value)
    except PydanticSerializationError as error:
        raise Unstorable("a text is not valid Unicode") from error


def plain(value: Any, name: str) -> Any:
    """A copy made of JSON types only, keys in order; Unstorable names the first place that breaks a
    rule."""
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

"""JSON bodies: bounded in depth and in number of values before they are parsed, and read in one way
only: UTF-8, each field once, no NaN and no number that is infinite here."""

import json
import math
import re
from collections import Counter
from typing import Any, NoReturn

from fastapi.exceptions import RequestValidationError

from shared.http.refused import Refused
from shared.http.wording import Title
from shared.kernel.characters import flaw_of

DEEPEST_JSON = 32
MOST_VALUES = 10_000
"""The largest body has some thousand. Half a million, which fit into one megabyte, would hold the
process for seconds, each with an error of its own."""
TEXT = rb'"(?:[^"\\]++|\\.)*+"?'
TEXTS = re.compile(TEXT, re.DOTALL)
TOKENS = re.compile(TEXT + rb"|[\[{]|[\]}]", re.DOTALL)
"""A text that is not closed goes on to the end of the body, so that nothing is looked at twice."""

TOO_DEEP = Refused(
    422, "too-deep", Title("提交的内容嵌套过深", f"JSON may nest {DEEPEST_JSON} levels")
)
TOO_MANY = Refused(
    422, "too-many", Title("提交的内容项数过多", f"JSON may have {MOST_VALUES} values")
)


def parsed(body: bytes) -> Any:
    """Returns the JSON value of a body. Raises Refused (422) when it has too many values or is
    nested too deep, RequestValidationError when it is no JSON."""
    if values_in(body) > MOST_VALUES:
        raise TOO_MANY
    if depth_of(body) > DEEPEST_JSON:
        raise TOO_DEEP
    try:
        return DECODER.decode(body.decode("utf-8-sig"))  # else the depth would not be seen
    except ValueError as error:  # also bytes that are no UTF-8, and integers without end
        place = getattr(error, "pos", 0)
        raise RequestValidationError(
            [{"type": "json_invalid", "loc": ("body", place), "msg": "no JSON", "input": None}]
        ) from error


def _refused(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


def _finite(number: str) -> float:
    value = float(number)
    return value if math.isfinite(value) else _refused(number)


def _once(fields: list[tuple[str, Any]]) -> dict[str, Any]:
    """Returns the object. Raises RequestValidationError where a field stands twice: two readers
    would take two different values for it."""
    value = dict(fields)
    if len(value) == len(fields):
        return value
    ((name, _),) = Counter(name for name, _ in fields).most_common(1)
    place = ("body",) if flaw_of(name) else ("body", name)
    error = {"type": "value_error", "loc": place, "msg": "twice", "input": None}
    raise RequestValidationError([error | {"ctx": {"error": "同一字段出现了不止一次"}}])


DECODER = json.JSONDecoder(parse_constant=_refused, parse_float=_finite, object_pairs_hook=_once)


def values_in(body: bytes) -> int:
    """Returns about how many values there are; 0 if there are too few to exceed the bound."""
    if _marks(body) <= MOST_VALUES:
        return 0
    return _marks(TEXTS.sub(b"", body))


def _marks(body: bytes) -> int:
    return sum(map(body.count, (b",", b"[", b"{")))


def depth_of(body: bytes) -> int:
    """Returns the depth of nested brackets; 0 if there are too few of them to exceed the bound."""
    if body.count(b"[") + body.count(b"{") <= DEEPEST_JSON:
        return 0
    depth = deepest = 0
    for match in TOKENS.finditer(body):
        token = match[0]
        depth += (token in b"[{") - (token in b"]}")
        deepest = max(deepest, depth)
    return deepest

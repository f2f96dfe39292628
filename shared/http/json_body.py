"""JSON bodies: bounded in depth before they are parsed, and strict (no NaN)."""

import json
import re
from typing import Any, NoReturn

from fastapi.exceptions import RequestValidationError

from shared.http.refused import Refused
from shared.http.wording import Title

DEEPEST_JSON = 32
TOKENS = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)
"""A text that is not closed goes on to the end of the body, so that nothing is looked at twice."""

TOO_DEEP = Refused(
    422, "too-deep", Title("提交的内容嵌套过深", f"JSON may nest {DEEPEST_JSON} levels")
)


def parsed(body: bytes) -> Any:
    """Returns the JSON value of a body. Raises Refused (422) when it is nested too deep,
    RequestValidationError when it is no JSON."""
    if depth_of(body) > DEEPEST_JSON:
        raise TOO_DEEP
    try:
        return json.loads(body, parse_constant=_refused)
    except ValueError as error:  # also bytes that are no UTF-8, and integers without end
        place = getattr(error, "pos", 0)
        raise RequestValidationError(
            [{"type": "json_invalid", "loc": ("body", place), "msg": "no JSON", "input": None}]
        ) from error


def _refused(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


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

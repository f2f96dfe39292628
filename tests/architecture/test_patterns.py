"""Regular expressions are linear: no text from outside holds a process by a pattern."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.regular import (
    SEARCHING,
    calls,
    compiled,
    growth,
    is_linear,
    modules,
    sources,
)

OWN = ("shared.testing.", "shared.demo.")
"""See no text from outside."""


@cache
def searching() -> frozenset[str]:
    """Names of variables by which something is searched, not matched as a whole."""
    found = set()
    for path in sources():
        for call in calls(path):
            assert isinstance(call.func, ast.Attribute)
            owner = call.func.value
            if call.func.attr in SEARCHING and isinstance(owner, ast.Name | ast.Attribute):
                found.add(owner.id if isinstance(owner, ast.Name) else owner.attr)
    return frozenset(found)


@cache
def patterns() -> dict[str, tuple[re.Pattern[str], bool]]:
    """All compiled patterns by place, and whether they may search. A pattern in a container is
    reached under other names."""
    found = {}
    for name, module in modules():
        for variable, value in vars(module).items():
            if name.startswith(OWN):
                continue
            for number, pattern in enumerate(compiled(value)):
                alone = isinstance(value, re.Pattern)
                place = f"{name}.{variable}" + ("" if alone else f"[{number}]")
                found[place] = pattern, not alone or variable in searching()
    return found


def test_patterns_are_found() -> None:
    names = {place.rpartition(".")[2].partition("[")[0] for place in patterns()}
    assert {"CASE_ID", "STREAM_NAME", "TRACEPARENT", "TOKENS", "UNFIT", "ETAG", "SUBJECT"} <= names
    assert patterns()["shared.http.json_body.TOKENS"][1]
    assert not patterns()["shared.http.auth.SUBJECT"][1]


def test_every_pattern_is_linear() -> None:
    slow = {
        place: growth(pattern.pattern, pattern.flags & ~re.UNICODE, searched)
        for place, (pattern, searched) in patterns().items()
        if not is_linear(pattern.pattern, pattern.flags & ~re.UNICODE, searched)
    }
    assert slow == {}


def pattern_in(call: ast.Call) -> str | None:
    """The text of a pattern that stands in the call itself."""
    written = call.args[0] if call.args else None
    return written.value if isinstance(written, ast.Constant) else None


@pytest.mark.parametrize("path", list(sources()), ids=str)
def test_no_pattern_is_made_in_passing_that_is_not_linear(path: Path) -> None:
    """`re.sub(r"…", …)`: the pattern stands in the call, or is a constant that is checked above."""
    for call in calls(path):
        assert isinstance(call.func, ast.Attribute)
        if isinstance(call.func.value, ast.Name) and call.func.value.id == "re":
            written = pattern_in(call)
            searched = call.func.attr in SEARCHING
            if isinstance(written, str) and call.func.attr != "compile":
                assert is_linear(written, searched=searched), f"{path}:{call.lineno}"


@pytest.mark.parametrize("path", list(sources()), ids=str)
def test_forms_of_fields_are_matched_by_the_linear_engine_of_pydantic(path: Path) -> None:
    assert "regex_engine" not in path.read_text("utf-8")


@pytest.mark.parametrize(
    ("pattern", "linear"),
    [
        (r"[a-z]+", True),
        (r'"(?:[^"\\]++|\\.)*+"?|[\[{]|[\]}]', True),
        (r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', False),  # held an API process for an hour
        (r"(a+)+$", False),
        (r"(a|a)*$", False),
        (r"\s+$", False),
        (r"[a-z]*[0-9]?[a-z]*!", False),
        (r"(?<!\d)1\d{10}(?!\d)", True),
        (r"(?:[0-9]{1,3}-)*x", False),
    ],
)
def test_the_counter_tells_squares_from_lines(pattern: str, linear: bool) -> None:
    assert is_linear(pattern) is linear


@pytest.mark.parametrize(
    ("pattern", "linear"),
    [(r"[a-z0-9]+(-[a-z0-9]+)+", True), (r"(a*)*", False), (r"(a+)+b", False), (r"a*a*a*", False)],
)
def test_also_of_patterns_that_match_as_a_whole(pattern: str, linear: bool) -> None:
    assert is_linear(pattern, searched=False) is linear

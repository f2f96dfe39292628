"""Past the edge no service reads a stream: the edge keeps away those whom a case is against, and
answers strangers as if there were nothing."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

PAST_THE_EDGE = {
    "services/handling/letters.py:register": "a register of letters belongs to no case",
    "services/intake/registering.py:_in_force": "whether an earlier paper "
    "has its number still: whom that paper was against does not count for the new one",
    "services/handling/letters.py:never_signed": "says whether a number of one's own may be voided",
}
"""Functions that read a stream by the command handler itself, each with the reason."""


def readings(module: Path, text: str) -> Iterator[str]:
    """Yields the functions that ask a command handler for a stream, or a store for its commits."""
    for function in ast.walk(ast.parse(text)):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Attribute) and is_reading(node):
                yield f"{module}:{function.name}"


def is_reading(node: ast.Attribute) -> bool:
    owner = node.value
    named = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
    return (named, node.attr) in {("handler", "loaded"), ("store", "read"), ("store", "twin")}


def test_no_service_reads_a_stream_past_the_edge() -> None:
    modules = [*Path("services").rglob("*.py")]
    found = Counter(name for each in modules for name in readings(each, each.read_text("utf-8")))
    assert found == dict.fromkeys(PAST_THE_EDGE, 1)


@pytest.mark.parametrize(
    ("line", "reads"),
    [
        ("await edge.runtime.handler.loaded(stream)", True),
        ("handler.loaded", True),
        ("await runtime.store.read(stream)", True),
        ("await edge.state(stream)", False),
        ("cache.loaded(stream)", False),
    ],
)
def test_the_test_knows_a_reading(line: str, reads: bool) -> None:
    text = f"async def f(edge):\n    return {line.removeprefix('await ')}\n"
    assert bool([*readings(Path("x.py"), text)]) is reads

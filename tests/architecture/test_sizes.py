"""Files and functions stay small enough to be read at one sitting."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

LONGEST_FILE = 300
LONGEST_FUNCTION = 25
BANNED_NAMES = {"utils", "util", "helpers", "common", "misc", "manager", "core"}
MODULES = sorted(path for root in ("services", "shared") for path in Path(root).rglob("*.py"))


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def lines_of_code(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """From the first statement on; the signature and the docstring are free."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_module_says_what_it_holds_and_stays_short(module: Path) -> None:
    text = module.read_text()
    tree = ast.parse(text)
    assert not text or ast.get_docstring(tree), f"{module} opens with no sentence"
    assert len(text.splitlines()) <= LONGEST_FILE
    assert module.stem not in BANNED_NAMES
    long = {f.name: lines_of_code(f) for f in functions(tree)}
    assert {name: size for name, size in long.items() if size > LONGEST_FUNCTION} == {}

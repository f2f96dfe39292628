"""The rule on English: a docstring begins with a verb or a noun of the glossary."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOTS = ("services", "shared", "bench")
MODULES = sorted(path for root in ROOTS for path in Path(root).rglob("*.py"))
RIDDLE = re.compile(
    r"(What|Who|Whoever|Whose|Whom|Which|Whether|Where|When|Why|How|Nothing|Nobody|Everything|Everybody|Somebody)\b"
)
Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def docstrings(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, Documented) and (text := ast.get_docstring(node)):
            yield text


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_no_docstring_opens_with_a_riddle(module: Path) -> None:
    texts = docstrings(ast.parse(module.read_text(encoding="utf-8")))
    assert [text.splitlines()[0] for text in texts if RIDDLE.match(text)] == []


def test_a_riddle_is_found() -> None:
    assert RIDDLE.match("Whoever waits is told.")
    assert not RIDDLE.match("Whole stream, oldest first.")

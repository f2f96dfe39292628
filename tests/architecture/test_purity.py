"""The core never waits, never asks the world for the time, and never draws lots."""

import ast
from pathlib import Path

import pytest

PURE = sorted(
    [
        *Path("services").glob("*/domain/**/*.py"),
        *Path("shared/kernel").glob("*.py"),
        *Path("shared/contracts").glob("*.py"),
    ]
)
WAITS = (ast.AsyncFunctionDef, ast.Await, ast.AsyncFor, ast.AsyncWith)
ASKS = {"now", "utcnow", "today", "uuid4", "uuid1", "random", "token_hex", "open", "getenv"}
PORTS = Path("shared/kernel/ports.py")


@pytest.mark.parametrize("module", [path for path in PURE if path != PORTS], ids=str)
def test_the_core_is_synchronous(module: Path) -> None:
    tree = ast.parse(module.read_text())
    assert not [node.lineno for node in ast.walk(tree) if isinstance(node, WAITS)]


@pytest.mark.parametrize("module", PURE, ids=str)
def test_the_core_takes_time_and_identity_as_data(module: Path) -> None:
    calls = [node for node in ast.walk(ast.parse(module.read_text())) if isinstance(node, ast.Call)]
    named = [
        (call.lineno, getattr(call.func, "attr", getattr(call.func, "id", ""))) for call in calls
    ]
    assert not [place for place in named if place[1] in ASKS]

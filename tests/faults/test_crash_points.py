"""Crash points do nothing unless one is named in the environment; each of them is tried."""

import ast
import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.faults.workers.test_crash_points import scenes
from tests.integration.delivering import CRASH_POINTS

KILLED = -signal.SIGKILL
COME_BY = (
    "from shared.service.observability.failpoints import crash_point; "
    "crash_point('{}'); print('alive')"
)


def came_by(point: str, armed: str | None) -> tuple[int, str]:
    """How a process ended that came by there, and what it said."""
    environment = {name: v for name, v in os.environ.items() if name != "DUBAN_CRASH_AT"}
    if armed is not None:
        environment["DUBAN_CRASH_AT"] = armed
    argv = [sys.executable, "-c", COME_BY.format(point)]
    done = subprocess.run(argv, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.strip()


def test_a_crash_point_does_nothing_unless_it_is_named() -> None:
    point = "after_append"
    for armed in (None, "", "elsewhere"):
        assert came_by(point, armed) == (0, "alive")
    assert came_by(point, point) == (KILLED, "")


def test_every_crash_point_is_tried() -> None:
    """Those in the code are those of this test."""
    named = {
        call.args[0].value
        for module in Path("shared").rglob("*.py")
        for call in ast.walk(ast.parse(module.read_text()))
        if isinstance(call, ast.Call) and call.args and isinstance(call.args[0], ast.Constant)
        if ast.unparse(call.func).rpartition(".")[2].lstrip("_") == "crash_point"
    }
    assert named == {point for _, point in scenes()} | CRASH_POINTS.keys()

"""A process loads what it runs: imports are most of its start and of its memory."""

import subprocess
import sys

import pytest

from shared.service.processes.main import ROLES
from shared.service.processes.registry import SERVICES

LOADED = """
import importlib, sys
import shared.service.processes.main
from shared.service.processes.registry import definition_of
importlib.import_module(sys.argv[1])
for name in sys.argv[3:]:
    definition_of(name)
assert sys.argv[2] not in sys.modules
"""


@pytest.mark.parametrize(
    ("role", "stranger"),
    [("worker reactions", "fastapi"), ("worker projections", "fastapi"), ("api", "faust")],
)
def test_a_process_does_not_load_what_others_run(role: str, stranger: str) -> None:
    command = (sys.executable, "-c", LOADED, ROLES[role][0], stranger, *SERVICES)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


BUILT = """
import importlib, sys
from shared.kernel.shape import Shape
from shared.service.processes.registry import definition_of

importlib.import_module(sys.argv[1])
for name in sys.argv[2:]:
    definition_of(name)

def below(shape):
    for each in shape.__subclasses__():
        yield each
        yield from below(each)

shapes = set(below(Shape))
print(len(shapes), sum(each.__pydantic_complete__ for each in shapes))
"""


@pytest.mark.parametrize("role", ["worker reactions", "worker projections"])
def test_a_worker_builds_facts_and_commands_when_they_come(role: str) -> None:
    command = (sys.executable, "-c", BUILT, ROLES[role][0], *SERVICES)
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    known, built = map(int, done.stdout.split())
    assert known > 200
    assert built < known / 20

"""Runs of a service's unit and component tests in forked processes, with or without a mutant.

The parent imports the libraries once and starts no thread, so that a fork costs little; the mutant
exists only in the memory of its process.
"""

import importlib
import json
import os
import resource
import sys
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

import pytest

from tests.mutation.mutants import Mutant

LEVELS = ("tests/unit", "tests/component")
LONGEST = 120
"""Processor seconds: a mutant may loop without end."""

PRELOADED = ("shared.testing.service", "shared.testing.given", "shared.testing.fold")
WARM_UP = "tests/unit/shared/test_shape.py"
"""A file that imports no service."""

OPTIONS = ("-x", "-p", "no:terminal", "-p", "no:cacheprovider", "-o", "addopts=")
IMPORT = "--import-mode=importlib"
NEEDS_STORE = "mongo_url"
"""Tests with this fixture start a real store: too slow for a thousand mutants."""

Lines = Mapping[tuple[str, int], Collection[str]]
"""(path, line) of a domain → the tests that run the line."""


class InMemory(MetaPathFinder, Loader):
    """Imports one module from the source of a mutant."""

    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant

    def find_spec(self, name: str, path: Any, target: Any = None) -> ModuleSpec | None:
        return spec_from_loader(name, self) if name == self._mutant.module else None

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self._mutant.source(), str(self._mutant.path), "exec"), module.__dict__)


class Chosen:
    """Pytest plugin: keeps the chosen tests only, or all that need no store."""

    def __init__(self, tests: Collection[str] | None) -> None:
        self._tests = tests

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if self._keeps(item)]

    def _keeps(self, item: pytest.Item) -> bool:
        if NEEDS_STORE in getattr(item, "fixturenames", ()):
            return False
        return self._tests is None or item.nodeid in self._tests


class Traced:
    """Pytest plugin: notes which lines of a domain each test runs."""

    def __init__(self, domain: Path) -> None:
        self._domain = f"{domain.resolve()}{os.sep}"
        self.tests: dict[str, set[str]] = defaultdict(set)
        self._test = ""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self._test = item.nodeid
        sys.settrace(self._call)
        try:
            return (yield)
        finally:
            sys.settrace(None)

    def _call(self, frame: FrameType, event: str, argument: Any) -> Any:
        return self._line if frame.f_code.co_filename.startswith(self._domain) else None

    def _line(self, frame: FrameType, event: str, argument: Any) -> Any:
        path = frame.f_code.co_filename.removeprefix(f"{Path.cwd()}{os.sep}")
        self.tests[f"{path}:{frame.f_lineno}"].add(self._test)
        return self._line


def preload() -> None:
    """Imports the libraries, the plugins of pytest and the root `conftest`, but no service."""
    for name in PRELOADED:
        importlib.import_module(name)
    tested([WARM_UP])
    assert not any(name.startswith("services.") for name in sys.modules)


def forked(work: Callable[[], int]) -> int:
    """Returns the process id of a child that does the work and exits with its result."""
    child = os.fork()
    if child:
        return child
    resource.setrlimit(resource.RLIMIT_CPU, (LONGEST, LONGEST))
    sink = os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, 1)
    os.dup2(sink, 2)
    os._exit(work())


def folders(service: str) -> list[str]:
    return [f"{level}/{service}" for level in LEVELS if Path(level, service).is_dir()]


def tested(places: Sequence[str], *plugins: Any) -> int:
    return int(pytest.main([*OPTIONS, IMPORT, *places], plugins=list(plugins)))


def lines_of(service: str, folder: Path) -> dict[str, list[str]]:
    """Returns `path:line` → tests, from a run without a mutant. Raises where a test fails."""
    target = folder / f"{service}.json"

    def run() -> int:
        traced = Traced(Path("services", service, "domain"))
        result = tested(folders(service), Chosen(None), traced)
        target.write_text(json.dumps({line: sorted(t) for line, t in traced.tests.items()}))
        return result

    _, status = os.waitpid(forked(run), 0)
    if status:
        raise RuntimeError(f"{service}: its tests fail without a mutant")
    found: dict[str, list[str]] = json.loads(target.read_text())
    return found


def started(mutant: Mutant, tests: Sequence[str] | None) -> int:
    """Starts the tests against a mutant; the process exits with 0 when it survives.

    First those that run its line (`tests`; None: not known), then all of the service: a test file
    may use the line while it is imported.
    """

    def run() -> int:
        sys.meta_path.insert(0, InMemory(mutant))
        rounds = [tests, None] if tests else [None]
        return 0 if all(passes(mutant.service, chosen) for chosen in rounds) else 1

    return forked(run)


def passes(service: str, tests: Sequence[str] | None) -> bool:
    """Returns whether the tests of the service pass, unit tests first; `tests` None: all."""
    for level in LEVELS:
        chosen = None if tests is None else [t for t in tests if t.startswith(level)]
        places = folders(service) if chosen is None else sorted(files(chosen))
        places = [place for place in places if place.startswith(level)]
        if places and tested(places, Chosen(chosen)) not in PASSED:
            return False
    return True


PASSED = (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)


def files(tests: Sequence[str]) -> set[str]:
    return {test.partition("::")[0] for test in tests}

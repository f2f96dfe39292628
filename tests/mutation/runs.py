"""Runs of a service's unit and component tests in forked processes, with or without a mutant.

The parent imports the libraries once and starts no thread, so that a fork costs little; the mutant
exists only in the memory of its process.
"""

import importlib
import os
import resource
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import pytest
from hypothesis import Phase, settings

from tests.mutation.mutants import Mutant

LEVELS = ("tests/unit", "tests/component")
LONGEST = 120
"""Processor seconds: a mutant may loop without end."""

PRELOADED = ("shared.testing.service", "shared.testing.given", "shared.testing.fold")
WARM_UP = "tests/unit/shared/test_shape.py"
"""A file that imports no service."""

OPTIONS = ("-x", "-s", "--assert=plain", "-p", "no:terminal", "-p", "no:cacheprovider")
PLAIN = ("-o", "addopts=", "--import-mode=importlib")
UNSHRUNK = (Phase.explicit, Phase.generate)
"""Of a walk that fails under a mutant any failure is enough: the smallest one costs minutes."""
NEEDS_STORE = "mongo_url"
"""Tests with this fixture start a real store: too slow for a thousand mutants."""

Key = TypeVar("Key")


class InMemory(MetaPathFinder, Loader):
    """Imports one module from the source of a mutant."""

    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant

    def find_spec(self, name: str, path: Any, target: Any = None) -> ModuleSpec | None:
        return spec_from_loader(name, self) if name == self._mutant.module else None

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self._mutant.source(), str(self._mutant.path), "exec"), module.__dict__)


class WithoutStore:
    """Pytest plugin: keeps the tests that need no store; units first, which notice most mutants."""

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [i for i in items if NEEDS_STORE not in getattr(i, "fixturenames", ())]
        items.sort(key=lambda item: not item.nodeid.startswith(LEVELS[0]))


def preload() -> None:
    """Imports the libraries, the plugins of pytest and the root `conftest`, but no service."""
    for name in PRELOADED:
        importlib.import_module(name)
    pytest.main([*OPTIONS, *PLAIN, WARM_UP])
    settings.register_profile("mutants", settings.default, phases=UNSHRUNK, database=None)
    settings.load_profile("mutants")
    assert not any(name.startswith("services.") for name in sys.modules)


def at_a_time(works: Mapping[Key, Callable[[], int]]) -> Iterator[tuple[Key, int]]:
    """Does each work in a process of its own, one per processor at a time; yields its status."""
    running: dict[int, Key] = {}

    def ended() -> tuple[Key, int]:
        child, status = os.wait()
        return running.pop(child), status

    for key, work in works.items():
        if len(running) >= (os.cpu_count() or 1):
            yield ended()
        running[forked(work)] = key
    while running:
        yield ended()


def forked(work: Callable[[], int]) -> int:
    """Returns the process id of a child that does the work and exits with its result."""
    child = os.fork()
    if child:
        return child
    resource.setrlimit(resource.RLIMIT_CPU, (LONGEST, LONGEST))
    sink = os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, 1)
    os.dup2(sink, 2)
    try:
        os._exit(work())
    finally:
        os._exit(1)


def tested(service: str, *plugins: Any) -> int:
    """Runs the tests of the service until one fails; returns the exit code of pytest."""
    places = [f"{level}/{service}" for level in LEVELS if Path(level, service).is_dir()]
    return int(pytest.main([*OPTIONS, *PLAIN, *places], plugins=[WithoutStore(), *plugins]))


def imported(mutant: Mutant) -> int:
    """Imports the mutant and runs all tests of its service; returns 0 when it survives."""
    sys.meta_path.insert(0, InMemory(mutant))
    return tested(mutant.service)

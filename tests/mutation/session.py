"""One session of pytest per service: it collects the tests once and forks for each mutant.

The fork gives the functions the code of the mutant, so that nothing is imported again.
"""

import gc
import json
import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any

import pytest

from tests.mutation.mutants import Mutant
from tests.mutation.runs import at_a_time, forked, tested

Lines = Mapping[str, Collection[str]]
"""`path:line` of a domain → the ids of the tests that run it."""


def not_noticed(service: str, mutants: Sequence[Mutant]) -> list[Mutant]:
    """Returns the mutants that no test notices, or whose code cannot be exchanged.

    Raises where a test fails without a mutant.
    """
    with tempfile.TemporaryDirectory() as folder:
        session = Forks(service, mutants, Path(folder))
        _, status = os.waitpid(forked(lambda: tested(service, session)), 0)
        if status:
            raise RuntimeError(f"{service}: its tests fail without a mutant")
        return [mutants[place] for place in json.loads(session.result.read_text())]


class Forks:
    """Pytest plugin: runs the tests without a mutant, then those of its line for each mutant."""

    def __init__(self, service: str, mutants: Sequence[Mutant], folder: Path) -> None:
        self._domain = Path("services", service, "domain")
        self._mutants = mutants
        self._lines = folder / "lines.json"
        self._functions: list[FunctionType] = []
        self.result = folder / "result.json"
        """Places of the mutants that were not noticed."""

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        _, status = os.waitpid(forked(lambda: self._trace(session)), 0)
        if status or session.testsfailed:
            raise session.Failed("tests fail without a mutant")
        lines = json.loads(self._lines.read_text())
        self._functions = [o for o in gc.get_objects() if isinstance(o, FunctionType)]
        session.config.option.tbstyle = "native"  # Others parse the sources of every frame.
        gc.freeze()  # A collection in a fork would copy the memory of all objects.
        works = {
            place: partial(self._try, session, mutant, tests_of(mutant, lines))
            for place, mutant in enumerate(self._mutants)
        }
        survivors = sorted(place for place, status in at_a_time(works) if not status)
        self.result.write_text(json.dumps(survivors))
        return True

    def _trace(self, session: pytest.Session) -> int:
        traced = Traced(self._domain)
        session.config.pluginmanager.register(traced)
        failed = failures(session, session.items)
        self._lines.write_text(json.dumps({line: sorted(t) for line, t in traced.tests.items()}))
        return failed

    def _try(self, session: pytest.Session, mutant: Mutant, tests: Collection[str]) -> int:
        """Returns 0, not noticed, also where the code cannot be exchanged."""
        items = [item for item in session.items if item.nodeid in tests]
        return failures(session, items) if items and exchanged(mutant, self._functions) else 0


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


def failures(session: pytest.Session, items: Sequence[pytest.Item]) -> int:
    """Runs the items until one fails; returns how many did."""
    for item, following in zip(items, [*items[1:], None], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.testsfailed:
            break
    return min(session.testsfailed, 1)


def tests_of(mutant: Mutant, lines: Lines) -> Collection[str]:
    """The tests that run the statement of the mutant; none for what runs at import."""
    first, last = mutant.statement or (0, -1)
    places = (f"{mutant.path}:{line}" for line in range(first, last + 1))
    return {test for place in places for test in lines.get(place, ())}


def exchanged(mutant: Mutant, functions: Sequence[FunctionType]) -> bool:
    """Gives the module's functions the code of the mutant; returns whether that was possible."""
    old, new = (
        list(codes(compile(source, str(mutant.path), "exec")))
        for source in (mutant.path.read_bytes(), mutant.source())
    )
    if len(old) != len(new):
        return False
    others = dict(zip(old, new, strict=True))
    for function in functions:
        if function.__module__ == mutant.module:
            code = others.get(function.__code__, function.__code__)
            if len(code.co_freevars) != len(function.__code__.co_freevars):
                return False
            function.__code__ = code
    return True


def codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from codes(constant)

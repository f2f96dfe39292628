"""One session of pytest per service: it collects the tests once and forks for each mutant.

The fork gives the functions the code of the mutant, or the table its keys, so that nothing is
imported again.
"""

import gc
import json
import os
import sys
import tempfile
import threading
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any

import pytest

from tests.mutation.mutants import Mutant
from tests.mutation.runs import at_a_time, forked, tested
from tests.mutation.tables import exchanged_table

IMPORT = "import"
"""Instead of a test: what runs while the tests are collected."""
Lines = Mapping[str, Collection[str]]
"""`path:line` of a domain → the ids of the tests that run it."""


SURVIVED, UNTRIED = 0, 2
"""How a fork ends where no test noticed its mutant, or the mutant needs an import; else with 1."""


def tried_in_session(
    service: str, mutants: Sequence[Mutant]
) -> tuple[Sequence[Mutant], Sequence[Mutant]]:
    """Returns the mutants that no test notices, and those that have to be imported to be tried.

    Raises where a test fails without a mutant.
    """
    with tempfile.TemporaryDirectory() as folder:
        session = Forks(service, mutants, Path(folder))
        _, status = os.waitpid(forked(lambda: tested(service, session)), 0)
        if status:
            raise RuntimeError(f"{service} fails without a mutant: {session.failure()}")
        ends = json.loads(session.result.read_text())
        survived, untried = (
            [mutant for place, mutant in enumerate(mutants) if ends[place] == end]
            for end in (SURVIVED, UNTRIED)
        )
        return survived, untried


class Forks:
    """Pytest plugin: runs the tests without a mutant, then those of its line for each mutant."""

    def __init__(self, service: str, mutants: Sequence[Mutant], folder: Path) -> None:
        self._traced = Traced(Path("services", service, "domain"), folder / "failed")
        self._mutants = mutants
        self._lines = folder / "lines.json"
        self._functions: Mapping[str, Sequence[FunctionType]] = {}
        self.result = folder / "result.json"
        """How the fork of each mutant ended."""

    def failure(self) -> str:
        """Returns the report of the test that failed without a mutant; "" where none was run."""
        return self._traced.failed.read_text() if self._traced.failed.exists() else ""

    @pytest.hookimpl(wrapper=True)
    def pytest_collection(self) -> Iterator[None]:
        with self._traced.noting(IMPORT):
            return (yield)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        _, status = os.waitpid(forked(lambda: self._trace(session)), 0)
        if status or session.testsfailed:
            raise session.Failed("tests fail without a mutant")
        lines = json.loads(self._lines.read_text())
        self._functions = functions_by_module()
        session.config.option.tbstyle = "native"  # Others parse the sources of every frame.
        gc.freeze()  # A collection in a fork would copy the memory of all objects.
        works = {
            place: partial(self._try, session, mutant, tests_of(mutant, lines))
            for place, mutant in enumerate(self._mutants)
        }
        ends = {place: os.waitstatus_to_exitcode(status) for place, status in at_a_time(works)}
        self.result.write_text(json.dumps([ends[place] for place in sorted(ends)]))
        return True

    def _trace(self, session: pytest.Session) -> int:
        session.config.pluginmanager.register(self._traced)
        failed = failures(session, session.items)
        tests = {line: sorted(names) for line, names in self._traced.tests.items()}
        self._lines.write_text(json.dumps(tests))
        return failed

    def _try(self, session: pytest.Session, mutant: Mutant, tests: Collection[str]) -> int:
        """A table may be read by any test: those that run its module come first. Where nothing runs
        the statement, nothing can notice the mutant; what was made of it while tests were collected
        is as it was."""
        first = [item for item in session.items if item.nodeid in tests]
        if mutant.statement is None:
            others = [item for item in session.items if item.nodeid not in tests]
            return (exchanged_table(mutant) and failures(session, first + others)) or UNTRIED
        if not tests:
            return SURVIVED
        done = exchanged(mutant, self._functions[mutant.module])
        noticed = failures(session, first) if done else 0
        return noticed or (UNTRIED if IMPORT in tests or not done else SURVIVED)


class Traced:
    """Pytest plugin: notes which lines of a domain each test runs."""

    def __init__(self, domain: Path, failed: Path) -> None:
        self.failed = failed
        """The report of a test that failed."""
        self._domain = f"{domain.resolve()}{os.sep}"
        self._here = f"{Path.cwd()}{os.sep}"
        self.tests: dict[str, set[str]] = defaultdict(set)
        self._test = ""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        with self.noting(item.nodeid):
            return (yield)

    @contextmanager
    def noting(self, test: str) -> Iterator[None]:
        """Also in the threads that begin meanwhile: the edge screens words in one."""
        self._test = test
        self._trace(self._call)
        try:
            yield
        finally:
            self._trace(None)

    @staticmethod
    def _trace(by: Any) -> None:
        sys.settrace(by)
        threading.settrace(by)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed.write_text(f"{report.nodeid}\n{report.longreprtext}")

    def _call(self, frame: FrameType, event: str, argument: Any) -> Any:
        return self._line if frame.f_code.co_filename.startswith(self._domain) else None

    def _line(self, frame: FrameType, event: str, argument: Any) -> Any:
        path = frame.f_code.co_filename.removeprefix(self._here)
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
    """The tests that run the statement of the mutant; of what runs at import, the module."""
    if mutant.statement is None:
        places = [place for place in lines if place.startswith(f"{mutant.path}:")]
    else:
        first, last = mutant.statement
        places = [f"{mutant.path}:{line}" for line in range(first, last + 1)]
    return {test for place in places for test in lines.get(place, ())}


def functions_by_module() -> Mapping[str, Sequence[FunctionType]]:
    """A fork that looked at all functions would copy the memory of all."""
    found = defaultdict(list)
    for each in gc.get_objects():
        if isinstance(each, FunctionType):
            found[each.__module__].append(each)
    return found


def exchanged(mutant: Mutant, functions: Sequence[FunctionType]) -> bool:
    """Gives functions of its module the code of the mutant; returns whether that was possible."""
    old, new = (
        list(codes(compile(source, str(mutant.path), "exec")))
        for source in (mutant.path.read_bytes(), mutant.source())
    )
    if len(old) != len(new):
        return False
    others = dict(zip(old, new, strict=True))
    for function in functions:
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

"""Processor seconds that each level of tests may need; more of them fail the build.

Processor time, not time on the clock: on a machine that others use, too, waiting takes much longer
and computing less so. Counted are the processes that run tests and all their descendants; the
broker and the store that all tests share belong to no level. A budget is some 2.5 times what was
measured on two processors at a load of 10, where computing costs up to six times as much as on a
quiet machine: it stops growth, and no build by chance. A test that waits without computing stands
in the list of the slowest tests, which every run prints.
"""

import os
from collections import Counter
from collections.abc import Generator, Mapping

import pytest

from bench.processor import family_seconds

BUDGETS = {
    "unit": 450,
    "component": 1500,
    "contract": 380,
    "architecture": 400,
    "mutation": 100,
    "integration": 680,
    "e2e": 2600,
    "faults": 900,
    "bench": 200,
    "deploy": 385,
    "compose": 600,
    "long": 6000,
}
"""`long`: all tests with that mark, of whatever folder; `make faults` runs them, builds do not."""
DEAREST = 30
"""Modules whose processor seconds are printed."""


class Budgets:
    """The plugin that measures each test where it runs, and adds up where the session began."""

    def __init__(self) -> None:
        self._until = 0.0
        self._last = True
        self._used: Counter[str] = Counter()
        self._of_module: Counter[str] = Counter()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self) -> Generator[None, object, object]:
        self._until = processor_seconds()
        return (yield)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> None:
        self._last = nextitem is None or account(item) != account(nextitem)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """The last test of a module is charged with all that was used since the module before it:
        looking at all processes takes milliseconds, three times for each of ten thousand tests."""
        report = yield
        if self._last and report.when == "teardown":
            now = processor_seconds()
            report.processor = now - self._until
            self._until = now
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        level = "long" if "long" in report.keywords else level_of(report.nodeid)
        seconds = getattr(report, "processor", 0.0)
        self._used[level] += seconds
        self._of_module[report.nodeid.partition("::")[0]] += seconds

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if exceeded(self._used) and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if terminalreporter.verbosity < 0 and not exceeded(self._used):
            return
        used = [
            f"{level} {seconds:.0f} of {BUDGETS[level]}" for level, seconds in self._used.items()
        ]
        terminalreporter.section("processor seconds")
        dearest = [f"{used:6.0f} {module}" for module, used in self._of_module.most_common(DEAREST)]
        for line in (", ".join(used), *dearest, *exceeded(self._used)):
            terminalreporter.write_line(line)


def account(item: pytest.Item) -> tuple[str, bool]:
    """Returns the module of the test and whether it is long: such tests are charged together."""
    return item.nodeid.partition("::")[0], item.get_closest_marker("long") is not None


def level_of(nodeid: str) -> str:
    """The folder below `tests`."""
    return nodeid.split("/")[1]


def processor_seconds() -> float:
    """Of this process and its descendants, also of those that have ended."""
    return family_seconds([os.getpid()])


def exceeded(used: Mapping[str, float]) -> list[str]:
    """One sentence for each level above its budget."""
    return [
        f"{level}: {seconds:.0f} s of processor time, {BUDGETS[level]} s are allowed"
        for level, seconds in used.items()
        if seconds > BUDGETS[level]
    ]

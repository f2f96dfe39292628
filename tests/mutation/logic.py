"""Mutants of logic: one comparison, one `and`, `or` or `not`, or one answer of an except-branch of
`shared/`, turned round. Each module is tried with the unit tests that stand beside it.

`python -m tests.mutation.logic [MODULE …] [--sample N]` prints those that survive and are not kept.
"""

import argparse
import ast
import importlib
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from tests.mutation.runs import OPTIONS, PLAIN, at_a_time, preload
from tests.mutation.session import exchanged, functions_by_module

UNIT = "tests/unit/shared"
TESTS: Mapping[str, Sequence[str]] = {
    "shared/kafka/commit_restorer.py": ("test_commit_restorer.py",),
    "shared/kafka/watchdog.py": ("test_watchdog.py",),
    "shared/kernel/calendar.py": ("test_calendar.py", "test_days.py"),
    "shared/kernel/clock.py": ("test_clock_setting.py",),
    "shared/kernel/bounded_cache.py": ("test_bounded_cache.py",),
    "shared/mongo/store_time.py": ("test_store_time.py",),
    "shared/parallel.py": ("test_parallel.py",),
    "shared/pauses.py": ("test_pauses.py",),
}
"""Module → its tests. A limit, a retry or a release that is only seen in a real store or broker is
proven by tests/integration, which are too slow for this."""
EQUAL = "a moment equal to its limit: clocks do not show it, and a look sooner or later is as good"
KEPT: Mapping[str, str] = {
    "shared/kafka/watchdog.py: not self._ended.wait(pause) → not not self._ended.wait(pause)":
        "the thread of a process that it may end: tests/faults/workers let it",
    "shared/kafka/watchdog.py: now - before > 4 * pause → now - before >= 4 * pause": EQUAL,
    "shared/kafka/watchdog.py: now - self._beaten > self._patience → "
    "now - self._beaten >= self._patience": EQUAL,
    "shared/kafka/watchdog.py: now - self._looked > 4 * pause → "
    "now - self._looked >= 4 * pause": EQUAL,
    "shared/kafka/watchdog.py: now - since > self._patience → now - since >= self._patience": EQUAL,
    "shared/pauses.py: time.monotonic() > end → time.monotonic() >= end": EQUAL,
}  # fmt: skip
"""Mutant that lives → why it may."""
TURNED: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip


@dataclass(frozen=True)
class Turned:
    """`place`: which of the module's sites is turned round, in the order of `ast.walk`."""

    path: Path
    place: int
    line: int
    change: str

    @property
    def module(self) -> str:
        return ".".join(self.path.with_suffix("").parts)

    def source(self) -> bytes:
        tree = ast.parse(self.path.read_bytes())
        turn(sites(tree)[self.place])
        return ast.unparse(tree).encode()

    def __str__(self) -> str:
        return f"{self.path}: {self.change}"


def mutants(path: Path) -> Iterator[Turned]:
    for place, site in enumerate(sites(ast.parse(path.read_bytes()))):
        before = ast.unparse(site)
        turn(site)
        yield Turned(path, place, site.lineno, f"{before} → {ast.unparse(site)}")


def sites(tree: ast.AST) -> list[ast.expr | ast.Return]:
    """Returns the decisions: comparisons, `and`, `or`, `not`, results of except-branches."""
    inside = [node for handler in ast.walk(tree) if isinstance(handler, ast.ExceptHandler)
              for node in ast.walk(handler) if isinstance(node, ast.Return)]  # fmt: skip
    return [*filter(is_logic, ast.walk(tree)), *(one for one in inside if one.value)]  # type: ignore[list-item]


def is_logic(node: ast.AST) -> bool:
    match node:
        case ast.Compare(ops=[operator]):
            return type(operator) in TURNED
        case ast.BoolOp() | ast.UnaryOp(op=ast.Not()):
            return True
        case _:
            return False


def turn(site: ast.expr | ast.Return) -> None:
    match site:
        case ast.Compare():
            site.ops = [TURNED[type(site.ops[0])]()]
        case ast.BoolOp():
            site.op = ast.Or() if isinstance(site.op, ast.And) else ast.And()
        case ast.UnaryOp():
            site.operand = ast.UnaryOp(ast.Not(), site.operand)
        case ast.Return():
            site.value = ast.Constant(None) if not is_none(site.value) else ast.Constant(1)


def is_none(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def tried(mutant: Turned) -> int:
    """Returns 0 when all tests of the module pass: the mutant lives."""
    importlib.import_module(mutant.module)
    if not exchanged(mutant, functions_by_module()[mutant.module]):
        return 0
    tests = [f"{UNIT}/{name}" for name in TESTS[str(mutant.path)]]
    return int(pytest.main([*OPTIONS, *PLAIN, *tests]))


def surviving(found: Sequence[Turned]) -> list[Turned]:
    works = {mutant: partial(tried, mutant) for mutant in found}
    return sorted((m for m, status in at_a_time(works) if not status), key=str)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="tests.mutation.logic")
    parser.add_argument("modules", nargs="*")
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args(arguments)
    paths = map(Path, options.modules or TESTS)
    found = [mutant for path in paths for mutant in mutants(path)]
    if options.sample:
        found = random.Random(options.seed).sample(found, options.sample)
    preload()
    living = [str(mutant) for mutant in surviving(found)]
    unknown = [line for line in living if line not in KEPT]
    noticed = [] if options.sample or options.modules else sorted(set(KEPT) - set(living))
    sys.stdout.writelines(f"survived: {line}\n" for line in unknown)
    sys.stdout.writelines(f"kept for nothing: {line}\n" for line in noticed)
    sys.stdout.write(f"{len(found)} mutants, {len(living)} survive, {len(KEPT)} are kept\n")
    return 1 if unknown or noticed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

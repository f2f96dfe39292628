"""The table of the planted bugs: each was caught by a checker, and nothing was found without it."""

import re
from collections.abc import Mapping

import pytest

pytestmark = pytest.mark.on_change("planted bugs")

BUGS = {
    1: "a lock keyed by the last version",
    2: "acknowledged before a majority has it",
    3: "a repeated command looked up by default reads",
    4: "the relay's place kept before Kafka's acknowledgement",
    5: "counters driven by offsets",
    6: "no inbox",
    7: "a fact that cannot be decoded is skipped",
    8: "the process ends itself at a gap",
    9: "reactions named by their place in the list",
    10: "facts that forbid what they do not know",
    11: "a reaction that needs order across streams",
    12: "local time taken for world time",
    13: "a mark written before its commit",
    14: "an offset committed before a mark that is kept in memory",
    15: "a generation that joins mid-batch",
    16: "a refusal out of memory",
    17: "a watcher that resumes one too late",
}
NAMED = re.compile(r"/test_bugs_of_\w+\.py::test_((?:\d+_)+)")


def numbers(test: str) -> set[int]:
    """Of the bugs that a test plants."""
    found = NAMED.search(test)
    return set(map(int, found[1].strip("_").split("_"))) if found else set()


def test_the_checkers_catch_every_planted_bug(
    request: pytest.FixtureRequest, passed: Mapping[str, bool]
) -> None:
    """Each of their tests plants the bug and must find it, and leaves it out and must find
    nothing."""
    asked = [item.nodeid for item in request.session.items if numbers(item.nodeid)]
    if not all(test in passed for test in asked) or len(asked) < len(BUGS):
        pytest.skip("the tests of the planted bugs were not all run before this one")
    caught = {
        number: all(passed[test] for test in asked if number in numbers(test)) for number in BUGS
    }
    print(*(f"{n:2} {'caught' if caught[n] else 'MISSED'}  {BUGS[n]}" for n in BUGS), sep="\n")  # noqa: T201
    assert {number for test in asked for number in numbers(test)} == BUGS.keys()
    assert sum(caught.values()) == len(BUGS), caught

"""The arithmetic of the page about scale is right, and its figures of the services are theirs."""

import re
from math import isclose
from pathlib import Path

import pytest

from shared.kafka.topics import CASE_EVENTS
from shared.service.processes.registry import SERVICES, definition_of

PAGE = Path("docs/scale.md").read_text()
NUMBER = r"\d[\d.]*(?: million)?"
SUM = re.compile(rf"{NUMBER}(?: [×÷+] {NUMBER})+ = {NUMBER}")
SUMS = SUM.findall(PAGE)
SIGNS = {"×": "*", "÷": "/", "+": "+"}


def value(expression: str) -> float:
    words = expression.replace(" million", "e6").split()
    assert all(re.fullmatch(r"[\d.]+(e6)?|[×÷+]", word) for word in words)
    return float(eval("".join(SIGNS.get(word, word) for word in words), {}))


@pytest.mark.parametrize("line", SUMS)
def test_a_sum_is_right(line: str) -> None:
    left, _, right = line.partition(" = ")
    assert isclose(value(left), value(right), rel_tol=0.02)


def test_there_are_sums() -> None:
    assert len(SUMS) == PAGE.count(" = ")
    assert len(SUMS) > 10


def test_a_wrong_sum_is_found() -> None:
    assert not isclose(value("3000 × 0.2"), 700, rel_tol=0.02)


def test_groups_and_partitions_are_those_of_the_code() -> None:
    definitions = [definition_of(name) for name in SERVICES]
    reacting = [one for one in definitions if one.listens]
    folding = [p for one in definitions for p in one.projections if p.topic == CASE_EVENTS.name]
    assert (len(reacting), len(folding), CASE_EVENTS.partitions) == (6, 4, 24)
    assert "six groups" in PAGE
    assert "four groups" in PAGE
    assert f"of {CASE_EVENTS.partitions} are needed" in PAGE

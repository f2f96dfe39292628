"""What the checkers of faults must not overlook, on evidence that was made by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from shared.testing.faults.checkers import findings
from shared.testing.faults.collector import NEVER
from shared.testing.faults.evidence import Evidence, Model
from shared.testing.faults.history import History
from shared.testing.faults.on_models import expected
from shared.testing.stories import Story, numbered
from tests.faults.toy import NUMBERS

CASE, GHOST = "a" * 32, "f" * 32


def log() -> Mapping[str, Sequence[Mapping[str, Any]]]:
    story = Story(f"intake-{CASE}")
    story.tell(numbered(1), case_id=CASE)
    return {"intake": story.documents}


def found(evidence: Evidence, checker: str) -> list[tuple[str, str]]:
    return [(one.rule, one.place) for one in findings(evidence, History(), checker)]


def test_a_document_that_no_fact_tells_of_is_found() -> None:
    evidence, model = Evidence(logs=log()), Model("numbers-g1", NUMBERS, {}, {"numbers": 1})
    sound = replace(model, documents=expected(model, evidence))
    assert found(replace(evidence, models=[sound]), "C6") == []
    haunted = replace(sound, documents={**sound.documents, GHOST: {"_id": GHOST, "seen": {}}})
    wanted = [("not the fold", f"numbers-g1: {GHOST}")]
    assert found(replace(evidence, models=[haunted]), "C6") == wanted


def test_a_relay_that_never_said_how_far_it_is_is_found() -> None:
    silent = Evidence(logs=log(), announced={"intake": NEVER})
    assert found(silent, "C8") == [("head", "intake")]


DAYS = [f"2025-03-{day:02}T00:00:00.000Z" for day in range(1, 32)]


def clock(*facts: tuple[str, Mapping[str, Any]]) -> Evidence:
    """One clock with one rung, told day by day; now it is the 20th."""
    commits = [
        {
            "stream": f"clocks-{CASE}",
            "recorded_at": DAYS[number],
            "clock": "real",
            "facts": [
                {"type": wire, "data": {"clock": "c-1", **data}, "occurred_at": DAYS[number]}
            ],
        }
        for number, (wire, data) in enumerate(facts)
    ]
    return Evidence(logs={"reminder": commits}, now=datetime.fromisoformat(DAYS[19]))


def plan(day: int) -> Mapping[str, Any]:
    return {"plan": [{"rung": "d0", "at": DAYS[day - 1]}]}


STARTED, PAUSED = ("clock.started.v1", plan(10)), ("clock.paused.v1", {})
REACHED = ("reminder.sent.v1", {"rung": "d0", "planned": DAYS[0]})


@pytest.mark.parametrize(
    ("facts", "rules"),
    [
        ([STARTED], ["never told"]),
        ([STARTED, PAUSED], []),
        ([STARTED, PAUSED, REACHED], ["told after its end"]),
        ([STARTED, PAUSED, ("clock.resumed.v1", plan(25))], []),
        ([STARTED, PAUSED, ("clock.resumed.v1", plan(15))], ["never told"]),
        ([STARTED, ("clock.extended.v1", plan(25))], []),
        ([STARTED, PAUSED, ("clock.extended.v1", plan(15))], []),
    ],
)
def test_a_rung_is_missed_only_while_its_clock_ticks(facts: Any, rules: Sequence[str]) -> None:
    assert [rule for rule, _ in found(clock(*facts), "C5")] == rules

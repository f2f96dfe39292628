"""What the checkers of faults must not overlook, on evidence that was made by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

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

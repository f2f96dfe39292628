"""Units at work on a case, in every order of the facts of other streams."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.intake.domain.projections import READERS, conclusion, paper, project, reviewed
from shared.contracts.assignment import (
    AssignmentAdded,
    AssignmentProgressed,
    AssignmentReassigned,
    AssignmentRemoved,
    AssignmentStopped,
    CaseAssigned,
)
from shared.contracts.case_event import PartInTask, Task
from shared.contracts.feedback import RehandlingOrdered
from shared.contracts.handling import ReplySigned
from shared.contracts.reviews import DeliveryNoted, PetitionConcluded, ReviewRequested
from shared.kernel.messages import Event, Recorded
from shared.kernel.policy import Due
from shared.testing.fold import folded
from shared.testing.samples import sample
from tests.unit.intake.papers import CASE, MONDAY, head, registered, withdrawn

DUE = Due(at=MONDAY, rule="reply", policy="2025.1", calendar="2026.1")


def task(name: str, unit: str, part: PartInTask = "lead") -> Task:
    return Task(task=name, unit=unit, part=part, due=DUE)


ASSIGNED = CaseAssigned(
    **head(), tasks=(task("t1", "u-hou"), task("t2", "u-fin", "co")), by="p-office"
)


def units_after(*events: Event) -> dict[str, Any]:
    part: dict[str, Any] = {}
    for event in events:
        fact = Recorded(
            id="f",
            stream=f"assignment-{CASE}",
            version=1,
            event=event,
            source="assignment",
            agency="u-city",
            actor="p-office",
            recorded_at=datetime(2025, 3, 3, tzinfo=UTC),
            correlation_id="c",
        )
        part = dict(project(part, fact))
    return {name: (task["unit"], task["part"]) for name, task in part.get("tasks", {}).items()}


def test_units_that_were_assigned_are_at_work() -> None:
    assert units_after(ASSIGNED) == {"t1": ("u-hou", "lead"), "t2": ("u-fin", "co")}


def test_a_unit_that_gave_its_task_back_is_not_at_work() -> None:
    moved = AssignmentReassigned(
        **head(), task="t1", unit="u-hou", to=task("t3", "u-tra"), by="p-office"
    )
    assert units_after(ASSIGNED, moved) == {"t2": ("u-fin", "co"), "t3": ("u-tra", "lead")}


def test_another_round_brings_its_units() -> None:
    again = AssignmentProgressed(
        **head(), what="rehandling", task="t1", tasks=(task("t4", "u-hou"),), next_round=2
    )
    assert units_after(ASSIGNED, again)["t4"] == ("u-hou", "lead")


def test_a_co_handler_is_at_work_from_joining_to_leaving() -> None:
    joined = AssignmentAdded(**head(), to=task("t5", "u-tra", "co"), by="p-office")
    left = AssignmentRemoved(**head(), task="t2", unit="u-fin", by="p-office")
    assert units_after(ASSIGNED, joined, left) == {"t1": ("u-hou", "lead"), "t5": ("u-tra", "co")}


def test_a_paper_that_is_over_is_like_no_other() -> None:
    fact = Recorded(
        id="f", stream=f"intake-{CASE}", version=2, event=withdrawn, source="intake",
        agency="u-city", actor="p-office", recorded_at=MONDAY, correlation_id="c",
    )  # fmt: skip
    assert paper({"likeness": "x", "claims": ["y"]}, fact) == {"over": True}


def test_nobody_is_at_work_on_a_stopped_case() -> None:
    assert units_after(ASSIGNED, AssignmentStopped(**head(), reason="withdrawn")) == {}


DELIVERED = {"unit": "u-hou", "part": "lead", "on": MONDAY.date(), "raters": ("x-1",)}


def opinion(name: str) -> DeliveryNoted:
    return DeliveryNoted(**head("petition"), task=name, **DELIVERED)


def ended(name: str, ending: str = "rechecked") -> PetitionConcluded:
    where = {"task": name, "unit": "u-hou", "level": "recheck"}
    return PetitionConcluded(**head("petition"), **where, ending=ending)


REQUEST = sample(ReviewRequested).model_copy(update={"task": "t1"})
ORDERED = RehandlingOrdered(**head("petition"), next_round=2, previous_task="t1", tasks=())


@pytest.mark.parametrize(
    ("facts", "end"),
    [
        ([], None),
        ([opinion("t1")], None),
        ([opinion("t1"), ended("t1")], "rechecked"),
        ([opinion("t1"), ended("t1"), opinion("t2")], None),
        ([opinion("t1"), ended("t1"), opinion("t2"), ended("t2")], "rechecked"),
        (
            [opinion("t1"), ended("t1"), opinion("t2"), ended("t2", "not-requested")],
            "not-requested",
        ),
        ([opinion("t1"), ended("t1"), opinion("t1")], "rechecked"),
        ([opinion("t1"), ended("t1"), REQUEST], None),
        ([opinion("t1"), ended("t1"), opinion("t2"), ended("t2"), REQUEST], None),
        ([opinion("t1"), opinion("t2"), ended("t2"), ORDERED], "rechecked"),
        ([opinion("t1"), ended("t1"), ORDERED], None),
        (
            [opinion("t1"), opinion("t2"), ended("t2", "not-requested"), REQUEST, ended("t1")],
            "not-requested",
        ),
    ],
)
def test_a_petition_is_at_its_end_when_each_of_its_opinions_is(
    facts: list[Event], end: str | None
) -> None:
    part: dict[str, Any] = {}
    for event in facts:
        fact = Recorded("f", f"feedback-{CASE}", 1, event, "feedback", "u-city", "p", MONDAY, "c")
        part = dict(reviewed(part, fact))
    assert conclusion(part) == end


def test_the_read_model_hears_of_the_paper_its_units_its_replies_and_its_reviews() -> None:
    heard: list[tuple[str, Event]] = [
        ("intake", registered("petition")),
        ("assignment", ASSIGNED),
        ("handling", sample(ReplySigned)),
        ("feedback", opinion("t1")),
        ("feedback", ended("t1")),
    ]
    facts = [
        Recorded("f", f"{owner}-{CASE}", 1, event, owner, "u-city", "p", MONDAY, "c", case_id=CASE)
        for owner, event in heard
    ]
    found = folded(READERS, facts)[CASE]
    assert {*found["assignment"]["tasks"]} == {"t1", "t2"}
    assert found["handling"] == {"signed": True}
    assert (found["kind"], found["concluded"]) == ("petition", "rechecked")

"""Reactions: foreign facts become imports of assignment."""

from typing import Any

import pytest

from services.assignment.domain.acceptance.commands import DeemAccepted
from services.assignment.domain.closing.commands import NoteProgress
from services.assignment.domain.hand_out.commands import (
    NoteCloseRefused,
    NoteExtended,
    NoteSuspended,
    OpenAssignment,
    StopAssignment,
)
from services.assignment.domain.reactions import react
from shared.contracts import extensions, feedback, handling, intake, reminder, suspensions
from shared.kernel.messages import Event, Recorded
from shared.testing.samples import sample
from tests.unit.assignment.world import DAY, MONDAY, NEXT, PROPOSERS, SYSTEM, due, head, mark

CASE, TASK = "5" * 32, "a" * 12
LATER = due("reply", MONDAY + DAY)
IMPORT = {"at": MONDAY, "by": SYSTEM, "mark": mark()}
EVALUATION = {"evaluation": "e" * 12, "task": TASK, "unit": "u-hou", "rater": "p-d1"}


def seen(event: Event, source: str = "handling") -> Recorded:
    return Recorded(
        id="f-1",
        stream=f"{source}-{CASE}",
        version=4,
        event=event,
        source=source,
        agency="u-city",
        actor="p-1",
        recorded_at=MONDAY,
        correlation_id="r-1",
        case_id=CASE,
    )


def reminded(rule: str = "objection", deems: bool = True) -> reminder.ReminderSent:
    return reminder.ReminderSent(
        **head(),
        clock="c" * 12,
        rule=rule,
        subject=TASK,
        rung="d0",
        role="liaison",
        planned=MONDAY,
        lateness_seconds=0,
        deems=deems,
    )


def replied(**changes: Any) -> handling.CaseReplied:
    fields = {
        "task": TASK,
        "unit": "u-hou",
        "part": "lead",
        "number": "临建字〔2025〕1号",
        "letter": "A",
    }
    fields |= {"meaning": "solved", "raters": ("p-d1",), "on_time": True}
    return handling.CaseReplied.model_validate({**head(), **fields, **changes})


def rated(rehandling: int | None, **changes: Any) -> feedback.CaseRated:
    grades = {"attitude": "satisfied", "result": "satisfied", "overall": "satisfied"}
    fields = {**EVALUATION, **grades, "entered_by": "p-d1", "rehandling": rehandling}
    return feedback.CaseRated.model_validate({**head(), **fields, **changes})


def reviewed(ordered: bool) -> feedback.RehandlingReviewed:
    fields = {**EVALUATION, "by": "p-office", "ordered": ordered, "note": "已经说明"}
    return feedback.RehandlingReviewed.model_validate({**head(), **fields})


def later(fact: type[Event], **fields: Any) -> Event:
    """Returns a fact of the second round by which the task is due on a later day."""
    moved = {"was": due("reply"), "due": LATER, "task": TASK, "unit": "u-hou"}
    return fact.model_validate({**head(round_=2), **moved, **fields})


ACCEPTED = intake.CaseAccepted(
    **head(),
    by="p-office",
    title="关于治理停车",
    text="建议……",
    proposers=PROPOSERS,
    subject="urban",
    region="u-c01",
    wanted_unit="u-hou",
    received_on=MONDAY.date(),
)
ORDERED = feedback.RehandlingOrdered(**head(), next_round=2, previous_task=TASK, tasks=(NEXT,))


@pytest.mark.parametrize(
    ("event", "command", "key"),
    [
        (
            ACCEPTED,
            OpenAssignment(
                **IMPORT,
                subject="urban",
                region="u-c01",
                wanted_unit="u-hou",
                received_on=MONDAY.date(),
                proposers=PROPOSERS,
            ),
            "",
        ),
        (
            intake.CaseWithdrawn(**head(), by="p-d1"),
            StopAssignment(**IMPORT, reason="withdrawn"),
            "",
        ),
        (
            intake.CaseErased(**head(), by="p-admin", reason="request"),
            StopAssignment(**IMPORT, reason="erased"),
            "",
        ),
        (
            handling.TaskCloseRefused(**head(round_=2), task=TASK, unit="u-hou"),
            NoteCloseRefused(**IMPORT, task=TASK, unit="u-hou", round=2),
            TASK,
        ),
        (reminded(), DeemAccepted(at=MONDAY, by=SYSTEM, task=TASK), TASK),
        (
            reminder.CaseEscalated.model_validate(dict(reminded()), extra="ignore"),
            DeemAccepted(at=MONDAY, by=SYSTEM, task=TASK),
            TASK,
        ),
        (
            replied(),
            NoteProgress(**IMPORT, what="replied", task=TASK, raters=("p-d1",)),
            TASK,
        ),
        (
            replied(round=2),
            NoteProgress(**IMPORT, what="replied", task=TASK, raters=("p-d1",), round=2),
            TASK,
        ),
        (
            rated(None),
            NoteProgress(**IMPORT, what="rated", task=TASK, raters=("p-d1",)),
            TASK,
        ),
        (
            rated(2),
            NoteProgress(**IMPORT, what="rated", task=TASK, raters=("p-d1",), next_round=2),
            TASK,
        ),
        (
            rated(None, review=due("reply")),
            NoteProgress(**IMPORT, what="rated", task=TASK, raters=("p-d1",), under_review=True),
            TASK,
        ),
        (
            reviewed(ordered=True),
            NoteProgress(**IMPORT, what="reviewed", task=TASK, raters=("p-d1",), next_round=2),
            TASK,
        ),
        (
            reviewed(ordered=False),
            NoteProgress(**IMPORT, what="reviewed", task=TASK, raters=("p-d1",)),
            TASK,
        ),
        (
            feedback.EvaluationLapsed(**head(), **EVALUATION),
            NoteProgress(**IMPORT, what="lapsed", task=TASK, raters=("p-d1",)),
            TASK,
        ),
        (
            ORDERED,
            NoteProgress(
                **IMPORT,
                what="rehandling",
                task=TASK,
                next_round=2,
                tasks=(NEXT,),
                higher_signer=True,
            ),
            TASK,
        ),
    ],
)
def test_a_foreign_fact_becomes_one_import(event: Event, command: object, key: str) -> None:
    [reaction] = react(seen(event))
    assert reaction.stream == f"assignment-{CASE}"
    assert reaction.command == command
    assert reaction.key == key


@pytest.mark.parametrize(
    "event",
    [
        later(extensions.TaskExtended, by="p-office", seats=()),
        later(extensions.CohandlerExtended),
        later(suspensions.TaskResumed, by="p-head", on=MONDAY.date()),
        later(suspensions.CohandlerResumed, on=MONDAY.date()),
    ],
)
def test_a_later_day_of_a_task_is_noted_for_its_round(event: Event) -> None:
    [reaction] = react(seen(event))
    resumed = isinstance(event, suspensions.TaskResumed | suspensions.CohandlerResumed)
    where = {"task": TASK, "unit": "u-hou", "round": 2}
    assert reaction.command == NoteExtended(**IMPORT, **where, due=LATER, resumed=resumed)
    assert (reaction.stream, reaction.key) == (f"assignment-{CASE}", TASK)


def test_a_task_that_stands_still_is_noted() -> None:
    where = {"task": TASK, "unit": "u-hou", "round": 2}
    still = sample(suspensions.TaskSuspended).model_copy(update={**head(), **where})
    [reaction] = react(seen(still))
    assert reaction.command == NoteSuspended(**IMPORT, **where)


@pytest.mark.parametrize(
    "event",
    [
        reminded(rule="reply"),
        reminded(deems=False),
        handling.TaskClosed(**head(), task=TASK, unit="u-hou", reason="reassigned"),
        intake.CaseNumbered(**head(), number=1, label="第1号"),
    ],
)
def test_what_assignment_does_not_go_by_is_passed_over(event: Event) -> None:
    assert react(seen(event)) == []

"""Facts of hand-outs and teams, field by field, and the state that is kept of them by task."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from services.assignment.domain.decider import DECIDER
from services.assignment.domain.hand_out.state import TaskInHand
from services.assignment.domain.team.commands import RemoveCohandler
from services.assignment.domain.team.decider import OFFERS
from shared.contracts import assignment as facts
from shared.kernel.calendar import business_day
from shared.kernel.messages import Event
from tests.unit.assignment.test_decider import add, object_to, reassign, receive, remove, rule_on
from tests.unit.assignment.world import (
    CO,
    DAY,
    LEAD,
    MONDAY,
    NEXT,
    OTHER_UNIT,
    PROPOSERS,
    RULES,
    a_task,
    assigned,
    head,
    opened,
    progressed,
    reassigned,
    spec,
)

HANDED = (opened(), assigned())
LATER = MONDAY + 9 * DAY
SECOND = (*HANDED, progressed("rehandling", LEAD.task, next_round=2, tasks=(NEXT,)))
"""The lead's task is handled again; its first round is over."""
OFFICE = {"by": "p-office"}


def in_hand(task: str, *history: Event) -> TaskInHand:
    return DECIDER.fold(history).tasks[task]  # type: ignore[arg-type]


def removed(task: facts.Task = CO, reason: str = "不涉及该单位") -> facts.AssignmentRemoved:
    who = {"task": task.task, "unit": task.unit, **OFFICE}
    return facts.AssignmentRemoved(**head(), **who, reason=reason)


def added(to: facts.Task, round_: int = 1, reason: str = "涉及道路") -> facts.AssignmentAdded:
    fields = {"to": to, "proposers": PROPOSERS, "reason": reason, **OFFICE}
    return facts.AssignmentAdded(**head(round_=round_), **fields)


@pytest.mark.parametrize(("history", "round_"), [(HANDED, 1), (SECOND, 2)])
def test_a_co_handler_joins_in_the_round_of_the_lead_with_its_part_of_the_work(
    history: Sequence[Event], round_: int
) -> None:
    [fact] = spec.given(*history).when(add(scope="道路部分")).outcome()  # type: ignore[arg-type]
    assert isinstance(fact, facts.AssignmentAdded)
    assert fact == added(fact.to, round_)
    assert fact.to.scope == "道路部分"
    kept = in_hand(fact.to.task, *history, fact)
    assert kept == TaskInHand(fact.to, MONDAY, round_, reason="涉及道路")


def test_a_co_handler_leaves_with_a_reason() -> None:
    spec.given(*HANDED).when(remove()).then(removed())
    kept = in_hand(CO.task, *HANDED, removed())
    assert kept == TaskInHand(CO, MONDAY, stage="removed", reason="不涉及该单位")
    gone = spec.given(*HANDED, removed())
    for command in (receive(CO), object_to(CO), rule_on(True, CO), reassign("u-tra", CO)):
        gone.when(command).then_refused("task-removed", "task")


def test_the_task_of_a_co_handler_that_moved_is_not_taken_away() -> None:
    moved = reassigned(a_task("u-tra", "co"), CO)
    spec.given(*HANDED, moved).when(remove()).then_refused("task-moved", "task")


def test_a_co_handler_is_removed_only_while_it_has_the_task() -> None:
    assert {"moved", "removed"}.isdisjoint(OFFERS[RemoveCohandler])
    assert {"handed-out", "received", "objected"} <= set(OFFERS[RemoveCohandler])


def test_lead_and_co_handler_swap_with_one_reason() -> None:
    moved, gone, stays = spec.given(*HANDED).when(reassign("u-fin", former_as_co=True)).outcome()
    assert isinstance(moved, facts.AssignmentReassigned)
    assert isinstance(stays, facts.AssignmentAdded)
    assert moved.reason == "职责调整"
    assert gone == removed(reason="职责调整")
    assert stays == added(stays.to, reason="职责调整")


def test_a_task_that_moved_says_why_and_since_when() -> None:
    moved = reassigned(OTHER_UNIT, at=LATER)
    old, new = (in_hand(task.task, *HANDED, moved) for task in (LEAD, OTHER_UNIT))
    assert old == TaskInHand(LEAD, MONDAY, stage="moved", reason="职责调整")
    expected = TaskInHand(OTHER_UNIT, LATER, formers=("u-hou",), reason="职责调整")
    assert new == expected


def test_a_task_is_in_hand_since_its_hand_out() -> None:
    assert in_hand(LEAD.task, *HANDED).since == MONDAY
    assert in_hand(NEXT.task, *SECOND).since == LATER
    joined = added(a_task("u-tra", "co")).model_copy(update={"at": LATER})
    assert in_hand(joined.to.task, *HANDED, joined).since == LATER


def test_a_paper_that_was_signed_for_earlier_is_entered_with_its_day() -> None:
    """Not before the task was handed out."""
    late = receive(at=MONDAY + DAY).model_copy(update={"policy": RULES})
    day = business_day(MONDAY)
    [fact] = spec.given(*HANDED).when(late.model_copy(update={"on": day})).outcome()
    assert isinstance(fact, facts.AssignmentReceived)
    assert fact.on == day
    early = late.model_copy(update={"on": day - timedelta(days=1)})
    spec.given(*HANDED).when(early).then_refused("day-too-early", "on")

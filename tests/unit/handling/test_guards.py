"""Guards of every command: the case goes on, the task is there, and it has room."""

import pytest

from services.handling.domain.tasks.rules import MOST_ENTRIES, check_room
from shared.contracts import handling as facts
from shared.kernel.errors import NotFound, RuleViolated
from shared.kernel.messages import Command, Sealed
from tests.unit.handling.world import (
    CLOSED,
    CO,
    EMPTY,
    LEAD_PROPOSER,
    OTHER_LEAD,
    READY,
    STOPPED,
    ask,
    contact,
    contacted,
    decide,
    deliver,
    draft,
    drafted,
    joined,
    mark,
    opened,
    opinion,
    report,
    send_back,
    sign,
    spec,
    tell,
)

EVERYTHING = [
    contact(), report(), opinion(), draft(), send_back(), sign(), deliver(LEAD_PROPOSER), ask(),
    decide(), tell(),
]  # fmt: skip


@pytest.mark.parametrize("command", EVERYTHING, ids=lambda command: command.name)
def test_nothing_is_done_for_a_case_that_has_stopped(command: Command) -> None:
    history = (*READY, joined(), STOPPED)
    spec.given(*history).when(command).then_refused("case-stopped")


@pytest.mark.parametrize("command", EVERYTHING, ids=lambda command: command.name)
def test_a_task_that_moved_away_is_left_alone(command: Command) -> None:
    gone = CLOSED.model_copy(update={"task": CO.task})
    history = (*READY, joined(), CLOSED, gone)
    spec.given(*history).when(command).then_refused("task-closed", "task")


@pytest.mark.parametrize("command", EVERYTHING, ids=lambda command: command.name)
def test_an_unknown_task_is_not_found(command: Command) -> None:
    assert isinstance(spec.given(opened(OTHER_LEAD)).when(command).refusal(), NotFound)


@pytest.mark.parametrize("blank", ["", " \n", EMPTY])
def test_what_is_recorded_says_something(blank: str | Sealed) -> None:
    given = spec.given(opened(), joined(), drafted())
    given.when(contact(summary=blank)).then_refused("text-required", "summary")
    given.when(report(text=blank)).then_refused("text-required", "text")
    given.when(opinion(text=blank)).then_refused("text-required", "text")
    given.when(draft(text=blank)).then_refused("text-required", "text")
    command = send_back().model_copy(update={"remark": blank})
    given.when(command).then_refused("text-required", "remark")


def test_a_task_has_room_for_a_bounded_number_of_entries() -> None:
    check_room([contacted()] * (MOST_ENTRIES - 1))
    with pytest.raises(RuleViolated, match=str(MOST_ENTRIES)):
        check_room([contacted()] * MOST_ENTRIES)
    full = spec.given(opened(), *[contacted()] * MOST_ENTRIES)
    full.when(contact()).then_refused("too-many-entries")


def test_every_fact_repeats_whose_case_it_is() -> None:
    [fact] = spec.given(opened()).when(contact()).outcome()
    assert isinstance(fact, facts.CaseContacted)
    assert {name: getattr(fact, name) for name in mark().model_dump()} == mark().model_dump()

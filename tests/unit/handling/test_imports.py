"""Imports: tasks begin and end once, in any order in which foreign facts arrive."""

from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.handling.domain.decider import DECIDER
from services.handling.domain.opinions.commands import GiveOpinion
from services.handling.domain.reactions import react
from services.handling.domain.tasks.commands import CloseTask, OpenTasks, TaskImport
from services.handling.domain.tasks.state import Handling
from shared.contracts import assignment, intake
from shared.contracts import handling as facts
from shared.kernel.messages import Event, Recorded
from shared.kernel.texts import GONE
from tests.unit.handling.world import (
    CO,
    LEAD,
    MONDAY,
    NEXT,
    OTHER_CO,
    OTHER_LEAD,
    PROPOSERS,
    READY,
    SEPARATE,
    STOPPED,
    SYSTEM,
    head,
    joined,
    mark,
    move,
    open_tasks,
    opened,
    signed,
    spec,
    stop,
)

CASE = "5" * 32
WHO = {"task": LEAD.task, "unit": LEAD.unit}


def closed(task: Any = LEAD) -> facts.TaskClosed:
    return facts.TaskClosed(**head(), task=task.task, unit=task.unit, reason="reassigned")


def test_units_begin_with_what_they_were_handed() -> None:
    spec.given().when(open_tasks(LEAD, CO)).then(opened(), joined())
    spec.given().when(open_tasks(SEPARATE)).then(opened(SEPARATE))


def test_a_task_begins_once() -> None:
    spec.given(opened(), joined()).when(open_tasks(LEAD, CO)).then_nothing()


def test_a_second_handling_replies_to_the_same_proposers_under_a_higher_signer() -> None:
    command = open_tasks(NEXT, round_=2, proposers=(), higher_signer=True)
    spec.given(opened()).when(command).then(opened(NEXT, 2, higher_signer=True))


def test_a_co_handler_that_comes_after_the_signature_is_refused() -> None:
    late = facts.CohandlerRefused(**head(), task=CO.task, unit=CO.unit)
    history = (*READY, signed())
    spec.given(*history).when(open_tasks(CO)).then(late)
    spec.given(*history, late).when(open_tasks(CO)).then_nothing()
    command = GiveOpinion(at=MONDAY, by="p-1", task=CO.task, text="同意")
    spec.given(*history, late).when(command).then_refused("task-closed", "task")


def test_a_co_handler_of_the_next_round_still_joins() -> None:
    command = open_tasks(CO, round_=2)
    spec.given(*READY, signed(), opened(NEXT, 2)).when(command).then(joined(CO, 2))


def test_a_reassigned_task_ends_where_it_was_and_begins_where_it_is() -> None:
    spec.given(opened()).when(move(LEAD, OTHER_LEAD)).then(closed(), opened(OTHER_LEAD))
    spec.given(opened(), joined()).when(move(CO, OTHER_CO)).then(closed(CO), joined(OTHER_CO))


def test_a_signed_reply_is_not_taken_back() -> None:
    """Both units are shown; the office decides."""
    kept = facts.TaskCloseRefused(**head(), **WHO)
    history = (*READY, signed())
    spec.given(*history).when(move(LEAD, OTHER_LEAD)).then(kept, opened(OTHER_LEAD))
    again = spec.given(*history, kept, opened(OTHER_LEAD)).when(move(LEAD, OTHER_LEAD))
    again.then_nothing()


def test_a_co_handler_exchanged_after_the_signature_is_refused() -> None:
    late = facts.CohandlerRefused(**head(), task=OTHER_CO.task, unit=OTHER_CO.unit)
    history = (*READY, joined(), signed())
    spec.given(*history).when(move(CO, OTHER_CO)).then(closed(CO), late)


def test_an_end_that_comes_before_its_beginning_is_remembered() -> None:
    spec.given().when(move(LEAD, OTHER_LEAD)).then(closed(), opened(OTHER_LEAD))
    history = (closed(), opened(OTHER_LEAD))
    spec.given(*history).when(open_tasks(LEAD, CO)).then(joined())


def test_the_task_of_a_removed_unit_ends_once_and_does_not_begin_later() -> None:
    removal = closed(CO).model_copy(update={"reason": "removed"})
    command = CLOSING.model_copy(update={"task": CO.task, "unit": CO.unit, "round": 1})
    spec.given(opened(), joined()).when(command).then(removal)
    spec.given(opened()).when(command).then(removal)
    spec.given(opened(), removal).when(command).then_nothing()
    spec.given(opened(), removal).when(open_tasks(LEAD, CO)).then_nothing()


def test_a_task_of_a_later_round_keeps_its_higher_signer_when_it_moves() -> None:
    to = OTHER_LEAD
    [_, begun] = spec.given(opened(NEXT, 2)).when(move(NEXT, to, round_=2)).outcome()
    assert isinstance(begun, facts.TaskOpened)
    assert begun.higher_signer


def test_a_withdrawn_case_stops_once_and_begins_nothing() -> None:
    spec.given().when(stop()).then(STOPPED)
    erased = STOPPED.model_copy(update={"reason": "erased"})
    spec.given(STOPPED).when(stop("erased")).then(erased)  # it proves that the key is destroyed
    for again in (stop("erased"), stop()):
        spec.given(STOPPED, erased).when(again).then_nothing()
    for command in (open_tasks(LEAD, CO), move(LEAD, OTHER_LEAD)):
        spec.given(STOPPED).when(command).then_nothing()


def after(commands: Iterable[TaskImport], start: Sequence[Event] = ()) -> Handling:
    state = DECIDER.fold(start)  # type: ignore[arg-type]
    for command in commands:
        for fact in DECIDER.decide(command, state):
            state = DECIDER.evolve(state, fact)
    return state


def under_way(state: Handling) -> dict[str, tuple[str, str, int]]:
    """Returns part, unit and round of every task that goes on."""
    return {work.opening.task: (work.part, work.opening.unit, work.opening.round)
            for work in state.live}  # fmt: skip


NEWS = (
    open_tasks(LEAD, CO),
    move(LEAD, OTHER_LEAD),
    move(CO, OTHER_CO),
    open_tasks(NEXT, round_=2, proposers=(), higher_signer=True),
)


@given(st.permutations(NEWS))
def test_every_order_of_the_imports_ends_with_the_same_units(order: list[TaskImport]) -> None:
    """Also orders that no bus would bring: streams commute, and more than that."""
    expected, actual = after(NEWS), after(order)
    assert under_way(actual) == under_way(expected)
    assert actual.ended == expected.ended
    assert actual.proposers == PROPOSERS
    assert after([*order, *order]) == actual


@given(st.permutations(NEWS), st.integers(0, len(NEWS)))
def test_a_case_stopped_in_the_middle_stays_stopped(order: list[TaskImport], place: int) -> None:
    state = after([*order[:place], stop(), *order[place:]])
    assert state.stopped == "withdrawn"
    assert under_way(state) == under_way(after(order[:place]))


def test_of_an_erased_case_no_words_of_a_signed_reply_are_kept() -> None:
    kept = (signed().public_text, signed().digest)
    for reason, words in (("erased", (GONE, "")), ("withdrawn", kept)):
        state = DECIDER.fold((*READY, signed(), STOPPED.model_copy(update={"reason": reason})))
        replies = [work.reply for work in state.works.values() if work.reply]
        assert [(reply.public_text, reply.digest) for reply in replies] == [words]


def seen(event: Event, source: str = "assignment") -> Recorded:
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


ASSIGNED = assignment.CaseAssigned(**head(), tasks=(LEAD, CO), by="p-office", proposers=PROPOSERS)
REASSIGNED = assignment.AssignmentReassigned(
    **head(), **WHO, to=OTHER_LEAD, by="p-office", proposers=PROPOSERS
)
NEXT_ROUND: dict[str, Any] = {**head(), "what": "rehandling", "task": LEAD.task, "next_round": 2}
NEXT_ROUND |= {"tasks": (NEXT,), "higher_signer": True}
PROGRESSED = assignment.AssignmentProgressed(**NEXT_ROUND)
WITHHELD = assignment.AssignmentProgressed(**NEXT_ROUND, withheld=(NEXT.task,))

ADDED = assignment.AssignmentAdded(**head(round_=2), to=CO, by="p-office", proposers=PROPOSERS)
REMOVED = assignment.AssignmentRemoved(**head(round_=2), **WHO, by="p-office")
CLOSING = CloseTask(at=MONDAY, by=SYSTEM, mark=mark(), **WHO, round=2, reason="removed")


@pytest.mark.parametrize(
    ("event", "command", "key"),
    [
        (ADDED, open_tasks(CO, round_=2), CO.task),
        (REMOVED, CLOSING, LEAD.task),
        (ASSIGNED, open_tasks(LEAD, CO), ""),
        (REASSIGNED, move(LEAD, OTHER_LEAD).model_copy(update={"policy": None}), LEAD.task),
        (PROGRESSED, open_tasks(NEXT, round_=2, proposers=(), higher_signer=True), LEAD.task),
        (WITHHELD, open_tasks(round_=2, proposers=(), higher_signer=True), LEAD.task),
        (intake.CaseWithdrawn(**head(), by="p-d1"), stop(), ""),
        (intake.CaseErased(**head(), by="p-1", reason="request"), stop("erased"), ""),
    ],
)
def test_a_foreign_fact_becomes_one_import(event: Event, command: object, key: str) -> None:
    [reaction] = react(seen(event))
    assert reaction.stream == f"handling-{CASE}"
    assert reaction.command == command
    assert reaction.key == key


def test_what_handling_does_not_go_by_is_passed_over() -> None:
    received = assignment.AssignmentReceived(**head(), **WHO, by="p-liaison")
    assert react(seen(received)) == []
    heard = NEXT_ROUND | {"what": "rated", "tasks": ()}
    assert react(seen(assignment.AssignmentProgressed(**heard))) == []


def test_imports_speak_for_the_system_at_the_time_of_their_fact() -> None:
    [reaction] = react(seen(ASSIGNED))
    command = reaction.command
    assert (command.by, command.at) == (SYSTEM, MONDAY)
    assert isinstance(command, OpenTasks)
    assert command.mark == mark()

"""When a case is closed and opened again, whatever order the imports come in."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.assignment.domain.closing.commands import NoteProgress
from services.assignment.domain.decider import DECIDER
from services.assignment.domain.hand_out.commands import (
    NoteClassified,
    OpenAssignment,
    StopAssignment,
)
from services.assignment.domain.hand_out.state import Assignment
from shared.contracts import assignment as facts
from shared.kernel.messages import Command
from shared.kernel.paper_rules import PurposeRules
from shared.kernel.policy import Policy
from tests.unit.assignment.world import (
    CO,
    DAY,
    LEAD,
    MONDAY,
    NEXT,
    OTHER_UNIT,
    RULES,
    SYSTEM,
    a_task,
    assigned,
    closed,
    head,
    mark,
    noted,
    opened,
    progressed,
    reassign,
    reassigned,
    receive,
    rules,
    spec,
    stopped,
)

REPLIED = rules(closing="replied")
BOTH = ("p-d1", "p-d2")
REPLY = noted("replied", LEAD.task, raters=BOTH)
ASSIGNED = (opened(), assigned())


def rated(rater: str, task: str = LEAD.task, **changes: object) -> NoteProgress:
    return noted("rated", task, raters=(rater,), **changes)


def lapsed(rater: str, task: str = LEAD.task) -> NoteProgress:
    return noted("lapsed", task, raters=(rater,))


def after(*commands: Command, start: Sequence[object] = ASSIGNED) -> Assignment:
    state = DECIDER.fold(start)  # type: ignore[arg-type]
    for command in commands:
        for fact in DECIDER.decide(command, state):
            state = DECIDER.evolve(state, fact)
    return state


def test_a_petition_is_closed_when_every_unit_has_replied() -> None:
    """Rule `replied`: nobody's rating is awaited."""
    reply = noted("replied", LEAD.task, raters=BOTH, policy=REPLIED)
    fact = progressed("replied", LEAD.task, raters=BOTH)
    spec.given(*ASSIGNED).when(reply).then(fact, closed("replied"))


def test_a_case_of_separate_units_waits_for_the_last_of_them() -> None:
    first_task, other = a_task("u-hou", "separate"), a_task("u-pol", "separate")
    start = (opened(), assigned(first_task, other))
    first = noted("replied", first_task.task, policy=REPLIED)
    last = noted("replied", other.task, policy=REPLIED)
    assert not after(first, start=start).closed
    assert after(first, last, start=start).closed


ORDER = noted("rehandling", LEAD.task, next_round=2, tasks=(NEXT,))


def reserved_to(unit: str) -> Policy:
    """Returns rules by which an accusation is reserved to the unit."""
    return rules(purposes={"accusation": PurposeRules(units=(unit,)), "appeal": PurposeRules()})


def classified(purpose: str) -> facts.AssignmentClassified:
    return facts.AssignmentClassified(**head(), purpose=purpose)


def test_a_further_round_begins_with_the_same_unit() -> None:
    state = after(ORDER)
    [step, *_] = spec.given(*ASSIGNED).when(ORDER).outcome()
    assert isinstance(step, facts.AssignmentProgressed)
    assert (step.withheld, step.with_due(RULES, "c" * 32).opens) == ((), None)
    [owed] = step.opened("c" * 32)
    assert (owed.due, owed.subject, owed.unit) == (NEXT.sign_for, NEXT.task, NEXT.unit)
    assert (state.tasks[NEXT.task].stage, state.tasks[NEXT.task].round) == ("handed-out", 2)


@pytest.mark.parametrize(
    ("changes", "purpose"),
    [({"recused": {"u-hou"}}, "appeal"), ({}, "accusation")],
)
def test_a_further_round_is_withheld_from_a_unit_that_may_not_have_the_case(
    changes: dict[str, Any], purpose: str
) -> None:
    """The assigning organ finds another, however often the task was moved (ADR 50)."""
    policy, start = reserved_to("u-tra"), (*ASSIGNED, classified(purpose))
    ordered = ORDER.model_copy(update={"policy": policy, **changes})
    [step, *_] = spec.given(*start).when(ordered).outcome()
    assert isinstance(step, facts.AssignmentProgressed)
    assert (step.withheld, step.awaits_unit) == ((NEXT.task,), True)
    owed = step.with_due(policy, "c" * 32).opened("c" * 32)
    assert [(each.due.rule, each.subject, each.unit) for each in owed] == [
        ("hand-out", "c" * 32, None)
    ]
    history = (*start, progressed("replied", LEAD.task), step)
    spec.given(*history).when(receive(NEXT)).then_refused("task-returned", "task")
    moved = reassign("u-tra", NEXT, reason="", policy=policy)
    [fact] = spec.given(*history).when(moved).outcome()
    assert isinstance(fact, facts.AssignmentReassigned)
    assert (fact.round, fact.to.unit, fact.to.due.rule) == (2, "u-tra", "rehandling")
    assert ("meet", ("hand-out",)) in {(each.verb, each.rules) for each in fact.changes("c" * 32)}


def test_a_corrected_purpose_names_the_tasks_of_units_that_may_not_have_the_case() -> None:
    correct = NoteClassified(
        at=MONDAY, by=SYSTEM, mark=mark(), purpose="accusation", policy=reserved_to("u-fin")
    )
    [fact] = spec.given(*ASSIGNED).when(correct).outcome()
    assert isinstance(fact, facts.AssignmentClassified)
    assert fact.misplaced == (LEAD.task,)
    answered = (*ASSIGNED, progressed("replied", LEAD.task))
    [fact] = spec.given(*answered).when(correct).outcome()
    assert isinstance(fact, facts.AssignmentClassified)
    assert fact.misplaced == ()


def test_co_handlers_do_not_reply() -> None:
    assert CO.task not in after(REPLY).ledger.replied
    assert after(REPLY, rated("p-d1"), rated("p-d2")).closed


def test_a_suggestion_is_closed_when_everybody_was_heard() -> None:
    """Rule `evaluated`: rated, or the window passed (未表态)."""
    assert not after(REPLY).closed
    assert not after(REPLY, rated("p-d1")).closed
    history = (*ASSIGNED, progressed("replied", LEAD.task, raters=BOTH))
    history += (progressed("rated", LEAD.task, raters=("p-d1",)),)
    last = progressed("lapsed", LEAD.task, raters=("p-d2",))
    spec.given(*history).when(lapsed("p-d2")).then(last, closed())


def test_where_nobody_rates_a_reply_is_enough() -> None:
    kept = {name: row for name, row in RULES.row.obligations.items() if name != "rating"}
    command = noted("replied", LEAD.task, raters=BOTH, policy=rules(obligations=kept))
    assert after(command).closed


def test_a_rating_that_ordered_another_round_keeps_the_case_open() -> None:
    unsatisfied = rated("p-d1", next_round=2)
    ordered = noted("rehandling", LEAD.task, next_round=2, tasks=(NEXT,))
    assert not after(REPLY, unsatisfied, rated("p-d2")).closed
    assert not after(REPLY, unsatisfied, rated("p-d2"), ordered).closed
    answered = noted("replied", NEXT.task, raters=BOTH, round=2)
    heard = [rated(rater, NEXT.task, round=2) for rater in BOTH]
    state = after(REPLY, unsatisfied, rated("p-d2"), ordered, answered, *heard)
    assert state.closed
    assert state.tasks[NEXT.task].round == 2


UNDER_REVIEW = rated("p-d1", under_review=True)


def reviewed(rater: str, **changes: object) -> NoteProgress:
    return noted("reviewed", LEAD.task, raters=(rater,), **changes)


def test_a_case_is_not_closed_while_the_organ_has_to_decide_on_a_rating() -> None:
    heard = (REPLY, UNDER_REVIEW, rated("p-d2"))
    assert not after(*heard).closed
    assert after(*heard, reviewed("p-d1")).closed
    both = (REPLY, UNDER_REVIEW, rated("p-d2", under_review=True), reviewed("p-d1"))
    assert not after(*both).closed
    assert after(*both, reviewed("p-d2")).closed


def test_a_decision_that_orders_a_round_keeps_the_case_open() -> None:
    order = (REPLY, UNDER_REVIEW, rated("p-d2"), reviewed("p-d1", next_round=2))
    assert not after(*order).closed
    answered = noted("replied", NEXT.task, raters=BOTH, round=2)
    state = after(*order, ORDER, answered, *(rated(one, NEXT.task, round=2) for one in BOTH))
    assert state.closed


def test_a_form_under_review_opens_the_case_again_and_the_refusal_closes_it() -> None:
    history = (*ASSIGNED, progressed("replied", LEAD.task, raters=BOTH))
    history += tuple(progressed("lapsed", LEAD.task, raters=(rater,)) for rater in BOTH)
    history += (closed(),)
    step, again = spec.given(*history).when(UNDER_REVIEW).outcome()
    assert isinstance(again, facts.CaseReopened)
    refused, over = spec.given(*history, step, again).when(reviewed("p-d1")).outcome()
    assert refused == progressed("reviewed", LEAD.task, raters=("p-d1",))
    assert over == closed()


def test_a_further_round_opens_a_closed_case_again() -> None:
    reply = noted("replied", LEAD.task, raters=BOTH, policy=REPLIED)
    ordered = noted("rehandling", LEAD.task, next_round=2, tasks=(NEXT,), policy=REPLIED)
    history = (*ASSIGNED, *spec.given(*ASSIGNED).when(reply).outcome())
    fact = progressed("rehandling", LEAD.task, next_round=2, tasks=(NEXT,))
    fields = dict(closed()) | {"round": 2, "reason": "rehandling"}
    reopened = facts.CaseReopened.model_validate(fields, extra="ignore")
    spec.given(*history).when(ordered).then(fact, reopened)
    answer = noted("replied", NEXT.task, round=2, policy=REPLIED)
    answered = progressed("replied", NEXT.task, round=2)
    again = spec.given(*history, fact, reopened).when(answer)
    again.then(answered, closed("replied", round=2))


def test_a_paper_form_entered_after_the_lapse_opens_the_case_again_where_it_orders_a_round() -> (
    None
):
    history = (*ASSIGNED, progressed("replied", LEAD.task, raters=BOTH))
    history += tuple(progressed("lapsed", LEAD.task, raters=(rater,)) for rater in BOTH)
    history += (closed(),)
    spec.given(*history).when(rated("p-d1")).then_nothing()
    step, again = spec.given(*history).when(rated("p-d1", next_round=2)).outcome()
    assert step == progressed("rated", LEAD.task, raters=("p-d1",), next_round=2)
    assert isinstance(again, facts.CaseReopened)


def test_a_task_that_moved_away_is_not_waited_for_and_the_new_one_is() -> None:
    start = (*ASSIGNED, reassigned())
    reply = noted("replied", OTHER_UNIT.task, policy=REPLIED)
    assert after(reply, start=start).closed
    old = noted("replied", LEAD.task, policy=REPLIED)
    assert not after(old, start=start).closed


def test_the_same_news_is_recorded_once() -> None:
    history = (*ASSIGNED, progressed("replied", LEAD.task, raters=BOTH))
    spec.given(*history).when(REPLY).then_nothing()


def test_a_withdrawn_case_is_neither_closed_nor_opened_again() -> None:
    command = noted("replied", LEAD.task, policy=REPLIED)
    spec.given(*ASSIGNED, stopped()).when(command).then_nothing()


NEWS = (
    REPLY,
    UNDER_REVIEW,
    reviewed("p-d1", next_round=2),
    lapsed("p-d2"),
    noted("rehandling", LEAD.task, next_round=2, tasks=(NEXT,)),
    noted("replied", NEXT.task, raters=BOTH, round=2),
    rated("p-d1", NEXT.task, round=2),
    lapsed("p-d2", NEXT.task),
)


@given(st.permutations(NEWS), st.sampled_from([RULES, REPLIED]))
def test_every_order_of_the_imports_ends_in_the_same_state(
    order: list[NoteProgress], policy: Policy
) -> None:
    """Also orders that no bus would bring: streams commute, and more than that."""
    expected, actual = (
        after(*[step.model_copy(update={"policy": policy}) for step in news])
        for news in (NEWS, order)
    )
    assert expected.closed
    assert actual == expected


@given(st.permutations(NEWS), st.integers(0, len(NEWS)))
def test_a_case_stopped_in_the_middle_stays_stopped(order: list[NoteProgress], place: int) -> None:
    stop = StopAssignment(at=MONDAY + DAY, by=SYSTEM, mark=mark(), reason="erased")
    state = after(*order[:place], stop, *order[place:])
    assert state.stopped == "erased"
    assert state.ledger == after(*order[:place]).ledger


def test_news_that_come_before_the_opening_are_remembered() -> None:
    opening = OpenAssignment(
        at=MONDAY, by=SYSTEM, mark=mark(), subject="urban", received_on=MONDAY.date()
    )
    early = after(lapsed("p-d2"), opening, start=())
    late = after(opening, lapsed("p-d2"), start=())
    assert early == late
    stop = StopAssignment(at=MONDAY, by=SYSTEM, mark=mark(), reason="withdrawn")
    assert after(stop, opening, start=()).opening is None

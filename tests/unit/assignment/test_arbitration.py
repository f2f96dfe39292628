"""Returns are used up, and it is ruled which unit must act (ADR 86): one test per rule."""

from typing import Any

import pytest

from services.assignment.domain.acceptance.commands import DecideObjection
from services.assignment.domain.arbitration.commands import ArbitrateObjection
from services.assignment.domain.authorization import offers
from services.assignment.domain.decider import DECIDER
from services.assignment.domain.holdings import holdings
from shared.contracts import assignment as facts
from shared.contracts.case_event import Task
from shared.kernel.actor import Actor
from shared.kernel.messages import Event
from tests.unit.assignment.test_decider import object_to, on_paper, remove
from tests.unit.assignment.test_team import removed
from tests.unit.assignment.world import (
    CITY,
    CO,
    DAY,
    LEAD,
    MONDAY,
    OTHER_UNIT,
    RULES,
    SEED,
    a_task,
    assigned,
    decided,
    due,
    objected,
    opened,
    progressed,
    reassign,
    reassigned,
    receive,
    received,
    rules,
    spec,
    stopped,
    task_id,
)

THIRD = a_task("u-pol")
NEVER = rules(most_returns=0)
RETURNED_TWICE: tuple[Event, ...] = (
    opened(),
    assigned(),
    objected(),
    decided(True),
    reassigned(),
    objected(OTHER_UNIT, suggested_unit="u-pol"),
    decided(True, OTHER_UNIT),
    reassigned(THIRD, OTHER_UNIT),
)
"""The case was given back by two units; a third has it."""
AT_CAP = (*RETURNED_TWICE, objected(THIRD, to_arbitration=True))


def arbitrate(unit: str, task: Task = THIRD, **changes: Any) -> ArbitrateObjection:
    fields = {"at": MONDAY + 3 * DAY, "by": "p-leader", "seed": SEED, "reason": "依“三定”规定"}
    fields |= {"policy": RULES, "organisation": CITY, "ruled_unit": unit, "task": task.task}
    return ArbitrateObjection.model_validate(fields | changes)


def ruling(upheld: bool, task: Task = THIRD, **changes: Any) -> DecideObjection:
    fields = {"at": MONDAY + 2 * DAY, "by": "p-office", "policy": RULES, "task": task.task}
    return DecideObjection.model_validate(fields | {"upheld": upheld} | changes)


def arbitrated(task: Task = THIRD, unit: str = "u-pol", bound: str = "") -> Event:
    [fact, *_] = spec.given(*AT_CAP).when(arbitrate(unit, task)).outcome()
    assert isinstance(fact, facts.ObjectionArbitrated)
    return fact.model_copy(update={"bound": bound or fact.bound})


def actions(*history: Event) -> set[str]:
    found = offers(Actor("p-1"), DECIDER.fold(history), MONDAY + DAY, RULES.row)
    return {offer.action for offer in found if offer.target == THIRD.task}


def test_an_objection_after_the_last_return_goes_to_arbitration() -> None:
    [fact] = spec.given(*RETURNED_TWICE).when(object_to(THIRD)).outcome()
    assert isinstance(fact, facts.AssignmentObjected)
    assert fact.to_arbitration
    before = RETURNED_TWICE[:5]
    [fact] = spec.given(*before).when(object_to(OTHER_UNIT, suggested_unit="u-pol")).outcome()
    assert isinstance(fact, facts.AssignmentObjected)
    assert not fact.to_arbitration


def test_so_does_one_on_paper_and_where_the_row_lets_no_case_be_returned() -> None:
    paper = on_paper(MONDAY + DAY).model_copy(update={"policy": NEVER})
    [fact] = spec.given(opened(), assigned()).when(paper).outcome()
    assert isinstance(fact, facts.AssignmentObjected)
    assert fact.to_arbitration


@pytest.mark.parametrize("upheld", [True, False])
def test_the_organ_decides_no_objection_that_goes_to_arbitration(upheld: bool) -> None:
    spec.given(*AT_CAP).when(ruling(upheld)).then_refused("returns-exhausted", "task")


def test_of_two_that_wait_the_one_over_the_cap_may_only_be_dismissed_or_arbitrated() -> None:
    """Both were raised while one return was left."""
    both = (opened(), assigned(), objected(), objected(CO), decided(True))
    once = rules(most_returns=1)
    late = ruling(True, CO, policy=once)
    spec.given(*both).when(late).then_refused("returns-exhausted", "upheld")
    assert len(spec.given(*both).when(ruling(False, CO, policy=once)).outcome()) == 1
    ruled = arbitrate("u-fin", CO, policy=once)
    assert len(spec.given(*both).when(ruled).outcome()) == 1


def test_the_unit_itself_is_ruled_to_act_and_objects_no_more() -> None:
    [fact] = spec.given(*AT_CAP).when(arbitrate("u-pol")).outcome()
    assert isinstance(fact, facts.ObjectionArbitrated)
    assert (fact.unit, fact.ruled_unit, fact.bound) == ("u-pol", "u-pol", THIRD.task)
    bound = (*AT_CAP, fact)
    assert DECIDER.fold(bound).tasks[THIRD.task].stage == "must-act"
    spec.given(*bound).when(object_to(THIRD)).then_refused("arbitrated", "task")
    assert len(spec.given(*bound).when(receive(THIRD)).outcome()) == 1


def test_another_unit_is_ruled_to_act_and_the_task_moves_at_once_with_no_window() -> None:
    fact, moved = spec.given(*AT_CAP).when(arbitrate("u-hou", scope="管网")).outcome()
    assert isinstance(fact, facts.ObjectionArbitrated)
    assert isinstance(moved, facts.AssignmentReassigned)
    assert (moved.task, moved.to.unit, moved.to.scope) == (THIRD.task, "u-hou", "管网")
    assert (moved.to.objection, moved.reason) == (None, "依“三定”规定")
    assert moved.to.sign_for == due("sign-for", MONDAY + 3 * DAY)
    assert fact.bound == moved.to.task
    bound = (*AT_CAP, fact, moved)
    spec.given(*bound).when(object_to(moved.to)).then_refused("arbitrated", "task")
    late = on_paper(MONDAY + 4 * DAY).model_copy(update={"task": moved.to.task})
    spec.given(*bound).when(late).then_refused("arbitrated", "task")


def test_a_co_handler_that_is_ruled_to_lead_swaps_with_the_lead() -> None:
    swapped = spec.given(*AT_CAP).when(arbitrate("u-fin", former_as_co=True)).outcome()
    _, moved, left, stays = swapped
    assert isinstance(moved, facts.AssignmentReassigned)
    assert isinstance(left, facts.AssignmentRemoved)
    assert isinstance(stays, facts.AssignmentAdded)
    assert (moved.to.unit, left.unit, stays.to.unit) == ("u-fin", "u-fin", "u-pol")
    assert stays.to.objection is None
    after = DECIDER.fold((*AT_CAP, *swapped))
    assert [hand.task.unit for hand in after.current if hand.task.part == "lead"] == ["u-fin"]


def test_the_organ_may_not_move_what_was_ruled_and_who_rules_may() -> None:
    bound = (*AT_CAP, arbitrated())
    more = rules(most_moves=9)
    moved = reassign("u-tra", THIRD, policy=more)
    spec.given(*bound).when(moved).then_refused("arbitrated", "task")
    assert len(spec.given(*AT_CAP[:-1]).when(moved).outcome()) == 1
    against = moved.model_copy(update={"recused": frozenset({"u-pol"})})
    assert len(spec.given(*bound).when(against).outcome()) == 1
    again = spec.given(*bound).when(arbitrate("u-tra", seed="another")).outcome()
    state = DECIDER.fold((*bound, *again))
    assert {state.tasks[task].task.unit for task in state.bound} == {"u-tra"}


def test_where_all_moves_are_used_up_a_ruling_ends_the_wait() -> None:
    """Before, such a task had nobody who could take it."""
    once = rules(most_moves=1)
    stuck = (*RETURNED_TWICE[:5], objected(OTHER_UNIT), decided(True, OTHER_UNIT))
    again = reassign("u-pol", OTHER_UNIT, policy=once)
    spec.given(*stuck).when(again).then_refused("moves-exhausted", "task")
    ruled = arbitrate("u-pol", OTHER_UNIT, policy=once)
    assert len(spec.given(*stuck).when(ruled).outcome()) == 2
    early = arbitrate("u-pol", OTHER_UNIT)
    spec.given(*stuck[:5]).when(early).then_refused("arbitration-early", "task")


def test_the_last_upheld_objection_of_a_task_without_moves_goes_to_who_rules() -> None:
    """Its organ could find no other unit, and would be chased for it."""
    once = rules(most_moves=1)
    waiting = (*RETURNED_TWICE[:5], objected(OTHER_UNIT))
    [fact] = spec.given(*waiting).when(ruling(True, OTHER_UNIT, policy=once)).outcome()
    assert isinstance(fact, facts.ObjectionDecided)
    owed = [each.due.rule for each in fact.with_due(once, "c" * 32).opened("c" * 32)]
    assert (fact.to_arbitration, owed) == (True, ["arbitration"])
    assert len(spec.given(*waiting, fact).when(arbitrate("u-pol", OTHER_UNIT)).outcome()) == 2
    for upheld, policy in ((False, once), (True, RULES)):
        [other] = spec.given(*waiting).when(ruling(upheld, OTHER_UNIT, policy=policy)).outcome()
        assert isinstance(other, facts.ObjectionDecided)
        assert not other.to_arbitration
    accused = ruling(True, OTHER_UNIT, policy=once, recused=frozenset({OTHER_UNIT.unit}))
    [moves] = spec.given(*waiting).when(accused).outcome()
    assert isinstance(moves, facts.ObjectionDecided)
    assert not moves.to_arbitration


def test_a_co_handler_that_was_ruled_to_act_is_not_removed() -> None:
    """Its organ could else add it anew, with a window, or do without it."""
    ruled = spec.given(*RETURNED_TWICE, objected(CO, to_arbitration=True))
    bound = (*RETURNED_TWICE, objected(CO), *ruled.when(arbitrate("u-fin", CO)).outcome())
    spec.given(*bound).when(remove(CO)).then_refused("arbitrated", "task")
    against = remove(CO, recused=frozenset({"u-fin"}))
    assert len(spec.given(*bound).when(against).outcome()) == 1


def test_a_unit_is_ruled_to_act_once_and_what_it_did_since_stays() -> None:
    signed = (*AT_CAP, arbitrated(), received(THIRD))
    spec.given(*signed).when(arbitrate("u-pol")).then_nothing()
    assert DECIDER.fold(signed).tasks[THIRD.task].stage == "received"


@pytest.mark.parametrize(
    ("history", "command", "rule", "field"),
    [
        (AT_CAP, arbitrate("u-pol", scope="管网"), "share-stays", "scope"),
        (AT_CAP[:-1], arbitrate("u-hou"), "arbitration-early", "task"),
        (AT_CAP, arbitrate("u-hou", reason=" "), "arbitration-reason", "reason"),
        (AT_CAP, arbitrate("u-ghost"), "unit-unknown", "ruled_unit"),
        (AT_CAP, arbitrate("u-far"), "unit-elsewhere", "ruled_unit"),
        (AT_CAP, arbitrate("u-empty"), "unit-unstaffed", "ruled_unit"),
        (AT_CAP, arbitrate("u-pol", former_as_co=True), "former-not-lead", "former_as_co"),
        (AT_CAP, arbitrate("u-hou", LEAD), "task-moved", "task"),
        ((opened(), assigned(), removed()), arbitrate("u-pol", CO), "task-removed", "task"),
        (AT_CAP, arbitrate("u-pol", recused=frozenset({"u-pol"})), "unit-against", "ruled_unit"),
        ((*AT_CAP, stopped()), arbitrate("u-hou"), "case-stopped", None),
        ((*AT_CAP, progressed("replied", THIRD.task)), arbitrate("u-hou"), "task-replied", "task"),
    ],
)
def test_refused(
    history: tuple[Event, ...], command: ArbitrateObjection, rule: str, field: str | None
) -> None:
    spec.given(*history).when(command).then_refused(rule, field)


def test_a_co_handlers_objection_is_ruled_to_another_and_never_to_one_that_is_at_work() -> None:
    at_cap = (*RETURNED_TWICE, objected(CO, to_arbitration=True))
    spec.given(*at_cap).when(arbitrate("u-pol", CO)).then_refused("units-distinct", "ruled_unit")
    _, moved = spec.given(*at_cap).when(arbitrate("u-hou", CO)).outcome()
    assert isinstance(moved, facts.AssignmentReassigned)
    assert (moved.to.part, moved.to.task) == ("co", task_id("u-hou", "co"))


def test_the_buttons_follow_the_cap() -> None:
    assert {"object-assignment", "reassign"} <= actions(*RETURNED_TWICE)
    assert {"arbitrate-objection"} == actions(*AT_CAP) - {"remove-cohandler"}
    bound = actions(*AT_CAP, arbitrated())
    assert {"arbitrate-objection", "receive-assignment"} <= bound
    assert bound.isdisjoint({"object-assignment", "enter-objection"})


def test_the_ruling_is_owed_by_no_unit() -> None:
    asked = objected(THIRD, to_arbitration=True, opens=None)
    owed = DECIDER.fold((*RETURNED_TWICE, asked))
    assert [each.unit for each in holdings(owed) if each.task == THIRD.task] == ["u-pol", None]


def test_the_move_of_a_returned_task_is_owed_by_no_unit() -> None:
    upheld = decided(True).with_due(RULES, LEAD.task)
    owed = holdings(DECIDER.fold((opened(), assigned(), objected(), upheld)))
    of_organ = [due.rule for each in owed if not each.unit for due in each.owed]
    assert of_organ == [each.due.rule for each in upheld.opens or ()] != []


def test_a_statement_of_the_head_is_needed_where_the_row_asks_for_it() -> None:
    strict = rules(objection_needs=("explanation", "suggested-unit", "head-statement"))
    without = object_to(policy=strict)
    at_work = (opened(), assigned(), received())
    spec.given(*at_work).when(without).then_refused("statement-required", "head_statement")
    [fact] = (
        spec.given(*at_work)
        .when(object_to(policy=strict, head_statement="情况属实，同意退办。"))
        .outcome()
    )
    assert isinstance(fact, facts.AssignmentObjected)
    assert fact.head_statement == "情况属实，同意退办。"
    on_form = on_paper(MONDAY + DAY).model_copy(update={"policy": strict})
    spec.given(opened(), assigned()).when(on_form).then_refused(
        "statement-required", "head_statement"
    )

"""The lead and a co-handler change places in one act; the day of the reply stands (ADR 89)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.assignment.domain.authorization import offers
from services.assignment.domain.decider import DECIDER, briefed
from services.assignment.domain.hand_out.commands import Moving, NoteExtended, NoteSuspended
from services.assignment.domain.hand_out.rules import nested
from services.assignment.domain.team.commands import SwapLead
from shared.contracts import assignment as facts
from shared.contracts.case_event import Task
from shared.kernel.actor import Actor
from shared.kernel.messages import Event
from tests.unit.assignment.test_arbitration import arbitrate
from tests.unit.assignment.world import (
    CITY,
    CO,
    DAY,
    LEAD,
    MONDAY,
    RULES,
    SEED,
    SYSTEM,
    a_task,
    assign,
    assigned,
    closed,
    decided,
    due,
    head,
    mark,
    objected,
    opened,
    progressed,
    reassign,
    reassigned,
    received,
    rules,
    spec,
    stopped,
)

HANDED = (opened(), assigned())
THURSDAY = MONDAY + 3 * DAY
SEPARATE = a_task("u-hou", "separate")
GRANTED = LEAD.due.model_copy(update={"at": LEAD.due.at + 60 * DAY})
EXTENDED = facts.AssignmentExtended(**head(), task=LEAD.task, unit=LEAD.unit, due=GRANTED)


def swap(task: Task = CO, **changes: Any) -> SwapLead:
    fields: dict[str, Any] = {"at": THURSDAY, "by": "p-office", "seed": SEED, "task": task.task}
    fields |= {"reason": "资金问题为主", "policy": RULES, "organisation": CITY}
    return SwapLead.model_validate(fields | changes)


def noted() -> dict[str, Any]:
    what = {"task": LEAD.task, "unit": LEAD.unit, "round": 1}
    return {"at": THURSDAY, "by": SYSTEM, "mark": mark(), **what}


def suspended() -> NoteSuspended:
    return NoteSuspended(**noted())


def swapped(*history: Event, **changes: Any) -> tuple[Task, Task]:
    """Returns the new tasks of the lead and of the co-handler."""
    moved, removed, added = spec.given(*history).when(swap(**changes)).outcome()
    assert isinstance(moved, facts.AssignmentReassigned)
    assert isinstance(removed, facts.AssignmentRemoved)
    assert isinstance(added, facts.AssignmentAdded)
    assert (moved.task, removed.task) == (LEAD.task, CO.task)
    assert {moved.reason, removed.reason, added.reason} == {"资金问题为主"}
    return moved.to, added.to


def test_both_change_places_in_one_commit_and_there_is_one_lead_all_the_while() -> None:
    facts_ = spec.given(*HANDED).when(swap()).outcome()
    for many in range(len(facts_) + 1):
        state = DECIDER.fold([*HANDED, *facts_[:many]])
        assert [hand.task.part for hand in state.current].count("lead") == 1
    units = [(hand.task.unit, hand.task.part) for hand in state.current]
    assert units == [("u-fin", "lead"), ("u-hou", "co")]


def test_the_day_of_the_reply_stands_and_an_opinion_is_owed_anew_until_then() -> None:
    lead, co = swapped(*HANDED)
    assert lead.due == LEAD.due
    assert (co.due, co.first_contact) == (due("co-opinion", THURSDAY), None)
    for task in (lead, co):
        assert task.sign_for == due("sign-for", THURSDAY)
        assert task.objection == due("objection", THURSDAY)
    assert lead.first_contact == due("first-contact", THURSDAY)


def test_a_granted_day_stands_too() -> None:
    lead, co = swapped(*HANDED, EXTENDED)
    assert lead.due == GRANTED
    assert co.due == due("co-opinion", THURSDAY)


def test_nothing_is_due_after_the_reply() -> None:
    last = LEAD.due.at - timedelta(hours=8)
    lead, co = swapped(*HANDED, at=last)
    inner = (lead.sign_for, lead.objection, lead.first_contact, co.sign_for, co.objection, co.due)
    assert {each and each.at for each in inner} == {lead.due.at} == {LEAD.due.at}


def test_a_day_that_was_fixed_is_not_counted_anew_when_the_calendar_comes() -> None:
    """The holidays of 2028 are a guess, and the day of the office none."""
    late = datetime(2027, 11, 1, 1, tzinfo=UTC)
    guessed = assign(("u-hou", "lead"), at=late)
    fixed = assign(("u-hou", "lead"), at=late, reply_by="2027-12-15")
    for command, is_guess in ((guessed, True), (fixed, False)):
        [fact] = spec.given(opened()).when(command).outcome()
        assert isinstance(fact, facts.CaseAssigned)
        task = fact.tasks[0]
        assert (task.due.provisional, task.due.recount is not None) == (is_guess, is_guess)


def test_an_opinion_that_is_cut_to_the_day_of_its_lead_is_counted_with_it() -> None:
    """A later calendar would else move it behind the reply, or before it."""
    reply = RULES.due("reply", datetime(2027, 11, 1, 1, tzinfo=UTC))
    assert reply.recount
    late = reply.model_copy(update={"rule": "co-opinion"})
    fixed = reply.model_copy(update={"recount": None, "provisional": False})
    outer = fixed.model_copy(update={"at": late.at - DAY})
    cut = nested(late, outer)
    assert (cut.at, cut.rule) == (outer.at, "co-opinion")
    assert (cut.recount, cut.provisional) == (None, False)
    assert nested(outer, late) == outer


def test_a_day_that_is_a_guess_bounds_what_is_counted_anew_with_it() -> None:
    """The day of the lead stands, and is still a guess: else an inner day would stay where the lead
    no longer is."""
    late = datetime(2027, 11, 1, 1, tzinfo=UTC)
    [fact] = spec.given(opened()).when(
        assign(("u-hou", "lead"), ("u-fin", "co"), at=late)
    ).outcome()  # fmt: skip
    assert isinstance(fact, facts.CaseAssigned)
    lead, co = fact.tasks
    assert lead.due.recount
    last = lead.due.at - timedelta(hours=8)
    moved, _, joined = spec.given(opened(), fact).when(swap(co, at=last)).outcome()
    assert isinstance(moved, facts.AssignmentReassigned)
    assert isinstance(joined, facts.AssignmentAdded)
    inner = (moved.to.first_contact, moved.to.objection, joined.to.due, joined.to.objection)
    assert moved.to.due == lead.due
    for due_ in inner:
        assert due_
        assert (due_.at, due_.recount) == (lead.due.at, lead.due.recount)


def test_a_lead_that_stands_still_is_resumed_first() -> None:
    """The pause would end with its task, and the days that it gives back would be lost."""
    still = spec.given(*HANDED).when(suspended()).outcome()
    assert still == [facts.AssignmentSuspended(**head(THURSDAY), task=LEAD.task, unit=LEAD.unit)]
    spec.given(*HANDED, *still).when(suspended()).then()
    spec.given(*HANDED, *still).when(swap()).then_refused("swap-suspended", "task")
    for day, moved in ((LEAD.due, LEAD.due), (GRANTED, GRANTED)):
        ended = NoteExtended(**noted(), due=day, resumed=True)
        resumed = spec.given(*HANDED, *still).when(ended).outcome()
        assert swapped(*HANDED, *still, *resumed)[0].due == moved
        spec.given(*HANDED, *still, *resumed).when(ended).then()
    longer = spec.given(*HANDED, *still).when(NoteExtended(**noted(), due=GRANTED)).outcome()
    spec.given(*HANDED, *still, *longer).when(swap()).then_refused("swap-suspended", "task")


def test_a_swap_counts_as_a_move_and_the_way_back_too() -> None:
    once = spec.given(*HANDED).when(swap()).outcome()
    state = DECIDER.fold([*HANDED, *once])
    back = next(hand.task for hand in state.current if hand.task.part == "co")
    again = swap(back, seed="second")
    assert len(spec.given(*HANDED, *once).when(again).outcome()) == 3
    strict = again.model_copy(update={"policy": rules(most_moves=1)})
    spec.given(*HANDED, *once).when(strict).then_refused("moves-exhausted", "task")


CO_BOUND = spec.given(
    opened(), assigned(), objected(CO)
).when(arbitrate("u-fin", CO, policy=rules(most_returns=0))).outcome()  # fmt: skip
GONE = a_task("u-gone")
BOUND = spec.given(
    opened(), assigned(), objected()
).when(arbitrate("u-hou", LEAD, policy=rules(most_returns=0))).outcome()  # fmt: skip


@pytest.mark.parametrize(
    ("history", "command", "rule", "field"),
    [
        (HANDED, swap(LEAD), "swap-co", "task"),
        ((opened(), assigned(SEPARATE)), swap(SEPARATE), "swap-co", "task"),
        ((*HANDED, objected(CO)), swap(), "objection-pending", "task"),
        ((*HANDED, objected(CO), decided(True, CO)), swap(), "task-returned", "task"),
        ((*HANDED, objected()), swap(), "objection-pending", "task"),
        ((*HANDED, objected(), decided(True)), swap(), "task-returned", "task"),
        ((*HANDED, reassigned(a_task("u-pol", "co"), CO)), swap(), "task-moved", "task"),
        ((*HANDED, objected(), *BOUND), swap(), "arbitrated", "task"),
        ((*HANDED, objected(CO), *CO_BOUND), swap(), "arbitrated", "task"),
        ((opened(), assigned(GONE, CO)), swap(), "unit-not-valid", "task"),
        ((opened(), assigned(a_task("u-empty"), CO)), swap(), "unit-unstaffed", "task"),
        ((*HANDED, progressed("replied", LEAD.task)), swap(), "task-replied", "task"),
        ((*HANDED, closed()), swap(), "case-closed", None),
        ((*HANDED, stopped()), swap(), "case-stopped", None),
        (HANDED, swap(at=LEAD.due.at), "swap-late", "task"),
        (HANDED, swap(reason=" "), "team-reason", "reason"),
        (HANDED, swap(recused=frozenset({"u-fin"})), "unit-against", "task"),
        (HANDED, swap(recused=frozenset({"u-hou"})), "unit-against", "task"),
        ((opened(), assigned(LEAD, CO.model_copy(update={"unit": "u-empty"}))), swap(),
         "unit-unstaffed", "task"),
    ],
)  # fmt: skip
def test_a_swap_is_refused(
    history: tuple[Event, ...], command: SwapLead, rule: str, field: str | None
) -> None:
    spec.given(*history).when(command).then_refused(rule, field)


def test_both_units_are_looked_up_with_the_swap() -> None:
    command = briefed(swap(), DECIDER.fold(HANDED))
    assert isinstance(command, SwapLead)
    assert set(command.named()) == set(command.workplaces()) == {"u-hou", "u-fin"}
    assert briefed(swap(), DECIDER.fold([opened()])) == swap()


def test_a_former_lead_that_stays_is_looked_up_with_the_move() -> None:
    for stays, found in ((True, {"u-tra", "u-hou"}), (False, {"u-tra"})):
        moves = (
            reassign("u-tra", former_as_co=stays),
            arbitrate("u-tra", LEAD, former_as_co=stays),
        )
        for move in moves:
            command = briefed(move, DECIDER.fold(HANDED))
            assert isinstance(command, Moving)
            assert set(command.named()) == set(command.workplaces()) == found


def test_the_button_stands_at_the_co_handler_while_its_lead_may_change() -> None:
    def swaps(*history: Event) -> set[str | None]:
        found = offers(Actor("p-1"), DECIDER.fold(history), THURSDAY, RULES.row)
        return {offer.target for offer in found if offer.action == "swap-lead"}

    assert swaps(*HANDED) == {CO.task}
    assert swaps(*HANDED, received(), received(CO)) == {CO.task}
    assert swaps(*HANDED, objected()) == swaps(*HANDED, objected(CO)) == set()
    assert swaps(*HANDED, progressed("replied", LEAD.task)) == set()
    assert swaps(opened(), assigned(SEPARATE)) == set()
    still = facts.AssignmentSuspended(**head(), task=LEAD.task, unit=LEAD.unit)
    assert swaps(*HANDED, still) == set()

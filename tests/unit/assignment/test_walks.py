"""A walk of random commands over the decider of assignment: whatever people do and in whatever
order, there is one lead, a ruling binds, and each obligation ends with what it is about."""

from datetime import datetime
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.assignment.domain.acceptance.commands import (
    DecideObjection,
    DeemAccepted,
    NoteWork,
    ReceiveAssignment,
)
from services.assignment.domain.decider import DECIDER, briefed
from services.assignment.domain.hand_out.commands import NoteExtended, StopAssignment
from services.assignment.domain.hand_out.state import Assignment, TaskInHand
from shared.contracts import assignment as facts
from shared.contracts.case_event import Task
from shared.contracts.obligations import Obliging
from shared.kernel.calendar import business_day
from shared.kernel.errors import DomainError
from shared.kernel.ids import entity_id
from shared.kernel.messages import Command, Event
from shared.service.commands.due_moments import with_due_moments
from tests.unit.assignment.test_arbitration import arbitrate
from tests.unit.assignment.test_decider import add, object_to, on_paper, remove
from tests.unit.assignment.test_proposals import decide, propose
from tests.unit.assignment.test_swapping import swap
from tests.unit.assignment.world import (
    DAY,
    MONDAY,
    NEXT,
    SYSTEM,
    assign,
    mark,
    noted,
    opened,
    reassign,
    rules,
)

CASE = "5" * 32
UNITS = ("u-hou", "u-fin", "u-tra", "u-pol")
ROWS = {
    "default": rules(),
    "one return": rules(most_returns=1, most_moves=1),
    "no return": rules(most_returns=0),
    "closed by the reply": rules(closing="replied"),
}
"""Rows of places with other caps, and one whose cases end with the reply."""
OF_ORGAN = ("arbitration", "cohandler-ruling", "objection-ruling", "reassignment")
units = st.sampled_from(UNITS)
OVER = 9
picks = st.sampled_from((0, 0, 0, 0, 1, 1, 2, 3, OVER, OVER + 1))


def owed(hand: TaskInHand) -> set[str]:
    """The obligations of organ and arbiter about a task in hand."""
    back, upheld = hand.objection, hand.decision
    by_stage = {
        "objected": "arbitration" if back and back.to_arbitration else "objection-ruling",
        "returned": "arbitration" if upheld and upheld.to_arbitration else "reassignment",
    }
    asked = {"cohandler-ruling"} if hand.proposed else set()
    return asked | ({by_stage[hand.stage]} if hand.stage in by_stage else set())


class Walk(RuleBasedStateMachine):
    """A case, the facts recorded so far, and the obligations that run by them."""

    def __init__(self) -> None:
        super().__init__()
        self.state, self.now, self.sent = Assignment(), MONDAY, 0
        self.running: set[tuple[str, str]] = set()
        self.ended = False

    @initialize(row=st.sampled_from(sorted(ROWS)))
    def hand_out(self, row: str) -> None:
        self.row = ROWS[row]
        self.follow([opened()])
        assert self.send(assign(("u-hou", "lead"), ("u-fin", "co")))

    def send(self, command: Command) -> list[Event]:
        """Sends the command now, under the row of the place and with a seed of its own."""
        self.sent += 1
        asked: dict[str, Any] = {"at": self.now, "policy": self.row}
        changes = {name: asked[name] for name in asked if name in type(command).model_fields}
        seed = entity_id("walk", str(self.sent))
        try:
            decided = DECIDER.decide(
                command.model_copy(update=changes | {"seed": seed}), self.state
            )
        except DomainError:
            return []
        assert not (self.state.stopped and decided)
        recorded = with_due_moments(list(decided), f"assignment-{CASE}", lambda: self.row)
        self.follow(recorded)
        return recorded

    def follow(self, recorded: list[Event]) -> None:
        for fact in recorded:
            self.state = DECIDER.evolve(self.state, fact)
            self.ended |= isinstance(fact, facts.CaseClosed)
            if isinstance(fact, Obliging):
                for change in fact.changes(CASE):
                    if change.verb in {"meet", "withdraw"}:
                        running = self.running
                        self.running = {each for each in running if not change.concerns(*each)}
                self.running |= {(each.due.rule, each.subject) for each in fact.opened(CASE)}

    def task(self, pick: int, *fitting: TaskInHand) -> Task:
        """A task of the case: mostly one that fits, and now and then one that is over."""
        every = [*self.state.tasks.values()]
        hands = every if pick >= OVER else fitting or self.state.current or every
        return hands[pick % len(hands)].task

    def at(self, *stages: str) -> tuple[TaskInHand, ...]:
        return tuple(hand for hand in self.state.current if hand.stage in stages)

    def given_back(self, pick: int) -> Task:
        return self.task(pick, *self.at("objected", "returned"))

    @rule(days=st.integers(1, 2))
    def time_passes(self, days: int) -> None:
        self.now: datetime = self.now + days * DAY

    @rule(pick=picks)
    def is_signed_for(self, pick: int) -> None:
        task = self.task(pick).task
        self.send(ReceiveAssignment(at=self.now, by="p-liaison", task=task))

    @rule(pick=picks, unit=units, paper=st.booleans())
    def is_given_back(self, pick: int, unit: str, paper: bool) -> None:
        task = self.task(pick, *self.at("handed-out", "received"))
        entered = on_paper(self.now).model_copy(update={"on": business_day(self.now)})
        command = entered if paper else object_to()
        self.send(command.model_copy(update={"task": task.task, "suggested_unit": unit}))

    @rule(pick=picks, upheld=st.booleans())
    def is_decided(self, pick: int, upheld: bool) -> None:
        fields = {"at": self.now, "by": "p-office", "task": self.given_back(pick).task}
        self.send(DecideObjection.model_validate(fields | {"upheld": upheld}))

    @rule(pick=picks, unit=units, stays=st.booleans())
    def is_ruled(self, pick: int, unit: str, stays: bool) -> None:
        self.send(arbitrate(unit, self.given_back(pick), former_as_co=stays))

    @rule(pick=picks, unit=units, stays=st.booleans())
    def is_moved(self, pick: int, unit: str, stays: bool) -> None:
        self.send(reassign(unit, self.task(pick, *self.at("returned")), former_as_co=stays))

    @rule(pick=picks)
    def is_swapped(self, pick: int) -> None:
        """One lead before, one after, and between any two facts of the commit."""
        cos = [hand for hand in self.state.current if hand.task.part == "co"]
        before = self.state
        for fact in self.send(briefed(swap(self.task(pick, *cos)), self.state)):
            before = DECIDER.evolve(before, fact)
            for round_ in {hand.round for hand in before.current}:
                parts = [hand.task.part for hand in before.current if hand.round == round_]
                assert parts.count("lead") == 1

    @rule(pick=picks, unit=units)
    def is_proposed(self, pick: int, unit: str) -> None:
        self.send(propose(unit, self.task(pick)))

    @rule(pick=picks, unit=units, granted=st.booleans())
    def is_answered(self, pick: int, unit: str, granted: bool) -> None:
        asking = [hand for hand in self.state.current if hand.proposed]
        self.send(decide(granted, unit, task=self.task(pick, *asking).task))

    @rule(unit=units)
    def joins(self, unit: str) -> None:
        self.send(add(unit))

    @rule(pick=picks)
    def leaves(self, pick: int) -> None:
        self.send(remove(self.task(pick)))

    @rule(pick=picks, deems=st.booleans())
    def begins_or_is_silent(self, pick: int, deems: bool) -> None:
        task = self.task(pick)
        about = {"at": self.now, "by": SYSTEM, "task": task.task}
        work = NoteWork(**about, mark=mark(), unit=task.unit)
        self.send(DeemAccepted(**about) if deems else work)

    @rule(pick=picks, days=st.integers(1, 90))
    def is_extended(self, pick: int, days: int) -> None:
        """The lead has more time, and with it the opinions that are owed."""
        leads = [hand for hand in self.state.replying if hand.task.part == "lead"]
        if not leads:
            return
        lead = leads[pick % len(leads)]
        cos = [hand for hand in self.state.current if hand.task.part == "co"]
        last = self.later(lead, days, lead.task.due.at + days * DAY)
        for co in cos:
            if co.round == lead.round:
                self.later(co, days, last)

    def later(self, hand: TaskInHand, days: int, last: datetime) -> datetime:
        """Notes that the task is due so many days later, and not after the last moment."""
        task = hand.task
        due = task.due.model_copy(update={"at": min(task.due.at + days * DAY, last)})
        where = {"task": task.task, "unit": task.unit, "round": hand.round, "mark": mark()}
        self.send(NoteExtended(at=self.now, by=SYSTEM, due=due, **where))
        return due.at

    @rule(pick=picks)
    def replies(self, pick: int) -> None:
        if (task := self.task(pick)).part != "co":
            self.send(noted("replied", task.task, raters=("p-d1",)))

    @rule(pick=picks)
    def is_handled_again(self, pick: int) -> None:
        task = self.task(pick)
        if task.task in self.state.ledger.replied and NEXT.task not in self.state.tasks:
            again = NEXT.model_copy(update={"unit": task.unit, "part": task.part})
            self.send(noted("rehandling", task.task, next_round=2, tasks=(again,)))

    @rule(really=st.integers(0, 19))
    def is_withdrawn(self, really: int) -> None:
        if not really:
            stop = {"at": self.now, "by": SYSTEM, "mark": mark(), "reason": "withdrawn"}
            self.send(StopAssignment.model_validate(stop))

    @invariant()
    def has_one_lead_and_no_unit_twice(self) -> None:
        for round_ in {hand.round for hand in self.state.current}:
            hands = [hand for hand in self.state.current if hand.round == round_]
            parts = [hand.task.part for hand in hands]
            assert parts.count("lead") <= 1
            assert len({hand.task.unit for hand in hands}) == len(hands)

    @invariant()
    def is_not_returned_too_often(self) -> None:
        assert not self.state.tasks or self.state.returns <= self.row.row.most_returns

    @invariant()
    def is_bound_by_a_ruling(self) -> None:
        for name in self.state.bound:
            assert self.state.tasks[name].stage not in {"objected", "returned"}

    @invariant()
    def gives_no_co_handler_more_time_than_its_lead(self) -> None:
        for lead in self.state.replying:
            for co in self.state.current:
                if co.round == lead.round and co.task.part == "co" and lead.task.part == "lead":
                    assert co.task.due.at <= lead.task.due.at

    @invariant()
    def owes_the_organ_nothing_but_what_waits(self) -> None:
        """Exactly that while neither the task is answered nor the case ended once."""
        for name, hand in self.state.tasks.items():
            running = {rule for rule, subject in self.running if subject == name}
            waiting = owed(hand) if hand in self.state.current else set()
            assert running & set(OF_ORGAN) <= waiting
            if name not in self.state.ledger.replied and not (self.ended or self.state.stopped):
                assert running & set(OF_ORGAN) == waiting

    @invariant()
    def owes_nothing_about_an_answered_task_or_an_ended_case(self) -> None:
        organs = {(rule, subject) for rule, subject in self.running if rule in OF_ORGAN}
        assert not {subject for _, subject in organs} & self.state.ledger.replied.keys()
        assert not (self.state.closed and organs)

    @invariant()
    def asks_no_unit_to_sign_for_what_it_has_lost(self) -> None:
        for name, hand in self.state.tasks.items():
            if hand not in self.state.current or name in self.state.ledger.replied:
                assert ("sign-for", name) not in self.running


Walk.TestCase.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)
TestWalk = Walk.TestCase


def test_the_walk_reaches_a_swap_and_the_way_back() -> None:
    walk = Walk()
    walk.hand_out("default")
    for lead in ("u-fin", "u-hou"):
        walk.is_swapped(0)
        leads = [hand.task.unit for hand in walk.state.current if hand.task.part == "lead"]
        assert leads == [lead]


def test_the_walk_reaches_a_ruling_that_moves_the_task_and_a_unit_beside() -> None:
    """A walk that never gets there would prove nothing."""
    walk = Walk()
    walk.hand_out("no return")
    walk.is_proposed(0, "u-tra")
    walk.is_answered(0, "u-tra", granted=True)
    walk.is_given_back(0, "u-pol", paper=False)
    lead = walk.task(0).task
    assert ("arbitration", lead) in walk.running
    walk.is_ruled(0, "u-pol", stays=True)
    leads = [hand.task for hand in walk.state.current if hand.task.part == "lead"]
    assert [(task.unit, task.task in walk.state.bound) for task in leads] == [("u-pol", True)]
    assert ("arbitration", lead) not in walk.running
    assert [hand.task.unit for hand in walk.state.current if hand.task.part == "co"] == [
        "u-fin",
        "u-tra",
        "u-hou",
    ]

"""A walk of random acts on five cases, and of the facts between three services in any order: what
holds of mergers whenever everything that was recorded has been heard."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.assignment.domain.decider import DECIDER as ASSIGNMENT
from services.assignment.domain.reactions import react as assignment_reacts
from services.handling.domain.decider import DECIDER as HANDLING
from services.handling.domain.reactions import react as handling_reacts
from services.intake.domain.decider import DECIDER as INTAKE
from services.intake.domain.merging.commands import Master, MergeCase, UnmergeCase
from services.intake.domain.merging.decider import numbers_of
from services.intake.domain.reactions import react as intake_reacts
from services.intake.domain.registration.commands import Signatory
from services.intake.domain.state import Case
from shared.contracts.case_event import CaseMark
from shared.contracts.intake import CaseErased, CaseWithdrawn
from shared.contracts.obligations import Obliging
from shared.kernel.decider import Decider
from shared.kernel.errors import DomainError
from shared.kernel.ids import entity_id
from shared.kernel.messages import Command, Event, Reaction, Recorded
from tests.unit.assignment.world import CITY, assign
from tests.unit.handling.world import deliver, draft, sign
from tests.unit.intake.papers import MONDAY, accepted, head, registered, rules, withdraw

CASES = tuple(f"{n:032x}" for n in range(1, 6))
POLICY = rules(closing="replied", gates=rules().row.gates.model_copy(
    update={"contact_before_reply": False, "meeting_where_wanted": False}
))  # fmt: skip
"""Replies are signed without a contact, and a case closes with its reply."""
DECIDERS: Mapping[str, Decider[Any, Any, Any]] = {
    "intake": INTAKE,
    "assignment": ASSIGNMENT,
    "handling": HANDLING,
}
REACTIONS: Mapping[str, Callable[[Recorded], Any]] = {
    "intake": intake_reacts,
    "assignment": assignment_reacts,
    "handling": handling_reacts,
}
cases, consumers = st.sampled_from(CASES), st.sampled_from(sorted(REACTIONS))


class Mergers(RuleBasedStateMachine):
    """Five accepted cases; each stream is heard by each service in its order, at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.facts: dict[str, list[Event]] = {}
        self.heard: Counter[tuple[str, str]] = Counter()
        for case in CASES:
            who = Signatory(person=f"p-{case[-2:]}", masked="**", part="lead")
            self.record(f"intake-{case}", registered("suggestion", who))
            self.record(f"intake-{case}", accepted("suggestion", who))
        self.settle()

    def record(self, stream: str, *facts: Event) -> None:
        case = stream.partition("-")[2]
        dated = (f.with_due(POLICY, case) if isinstance(f, Obliging) else f for f in facts)
        self.facts.setdefault(stream, []).extend(dated)

    def state(self, stream: str) -> Any:
        return DECIDERS[stream.partition("-")[0]].fold(self.facts.get(stream, []))

    def case(self, case: str) -> Case:
        state = self.state(f"intake-{case}")
        assert isinstance(state, Case)
        return state

    def send(self, stream: str, command: Command) -> None:
        try:
            facts = DECIDERS[stream.partition("-")[0]].decide(command, self.state(stream))
        except DomainError:
            return
        before = self.state(stream)
        self.record(stream, *facts)
        silent = all(type(f).__name__ in ("MembersClosed", "MergerRefused") for f in facts)
        refused = [f for f in facts if type(f).__name__ in ("MemberLeft", "RecipientsRefused")]
        assert silent or refused or self.state(stream) != before, "a fact that changes nothing"

    def react(self, consumer: str, stream: str) -> None:
        """The consumer hears the next fact of the stream."""
        place = self.heard[consumer, stream]
        source, _, case = stream.partition("-")
        recorded = Recorded(
            f"{stream}-{place}", stream, place + 1, self.facts[stream][place], source, "u-city",
            "p-office", MONDAY, "c", case_id=case,
        )  # fmt: skip
        self.heard[consumer, stream] += 1
        for reaction in REACTIONS[consumer](recorded):
            self.obey(reaction)

    def obey(self, reaction: Reaction) -> None:
        if reaction.stream.partition("-")[0] in DECIDERS:
            update = {"policy": POLICY}
            command = reaction.command
            known = update if "policy" in type(command).model_fields else {}
            self.send(reaction.stream, command.model_copy(update=known))

    def unheard(self) -> Iterator[tuple[str, str]]:
        for stream, facts in list(self.facts.items()):
            for consumer in REACTIONS:
                if self.heard[consumer, stream] < len(facts):
                    yield consumer, stream

    def settle(self) -> None:
        while waiting := next(self.unheard(), None):
            self.react(*waiting)

    def is_signed(self, case: str) -> bool:
        return bool(self.state(f"handling-{case}").has_signed)

    @rule(consumer=consumers, case=cases, source=consumers, n=st.integers(1, 4))
    def hear(self, consumer: str, case: str, source: str, n: int) -> None:
        stream = f"{source}-{case}"
        for _ in range(n):
            if self.heard[consumer, stream] < len(self.facts.get(stream, [])):
                self.react(consumer, stream)

    @rule()
    def hear_everything(self) -> None:
        self.settle()

    @rule(case=cases, into=cases, knows=st.booleans())
    def merge(self, case: str, into: str, knows: bool) -> None:
        """Merges with the present state of cases, and with old news of signatures and tasks."""
        other = self.case(into)
        master = Master(
            mark=CaseMark.of(other.paper),
            numbers=numbers_of(other),
            status=other.status,
            session=other.paper.session,
            subject=other.paper.subject,
            region=other.paper.region,
            is_itself=case == into,
            answered=knows and self.is_signed(into),
            members=len(other.members),
        )
        assigned = knows and bool(self.state(f"assignment-{case}").tasks)
        fields = {"at": MONDAY, "by": "p-office", "policy": POLICY, "reason": "内容相同"}
        command = MergeCase(**fields, into=into, master=master, assigned=assigned)
        self.send(f"intake-{case}", command)

    @rule(case=cases)
    def unmerge(self, case: str) -> None:
        """People wait until they know whether the reply is signed."""
        self.settle()
        merger = self.case(case).merger
        answered = merger is not None and self.is_signed(merger.into)
        fields = {"at": MONDAY, "by": "p-office", "policy": POLICY, "reason": "不同"}
        self.send(f"intake-{case}", UnmergeCase(**fields, answered=answered))

    @rule(case=cases, wants=st.integers(0, 5))
    def withdraw(self, case: str, wants: int) -> None:
        if wants == 0:
            self.send(f"intake-{case}", withdraw(by=f"p-{case[-2:]}", policy=POLICY))

    @rule(case=cases)
    def assign(self, case: str) -> None:
        fields = {"policy": POLICY, "organisation": CITY, "seed": case}
        self.send(f"assignment-{case}", assign(("u-hou", "lead"), **fields))

    @rule(case=cases)
    def reply(self, case: str) -> None:
        task, stream = entity_id(case, "task:u-hou:lead"), f"handling-{case}"
        self.hear("handling", case, "assignment", 9)
        for command in (draft(), sign()):
            update = {"task": task, "policy": POLICY, "version": 1}
            self.send(stream, command.model_copy(update=update))

    @rule(case=cases)
    def deliver(self, case: str) -> None:
        stream = f"handling-{case}"
        for work in self.state(stream).works.values():
            for person in work.reply.recipients if work.reply else ():
                command = deliver(person).model_copy(update={"task": work.opening.task})
                self.send(stream, command.model_copy(update={"policy": POLICY}))

    def is_settled(self) -> bool:
        return next(self.unheard(), None) is None

    @invariant()
    def a_case_is_a_member_of_its_own_master_and_of_no_other(self) -> None:
        if self.is_settled():
            for case in CASES:
                for member in self.case(case).members:
                    merger = self.case(member).merger
                    assert merger
                    assert merger.into == case
                if merger := self.case(case).merger:
                    assert case in self.case(merger.into).members
                    assert not self.case(case).members

    @invariant()
    def a_member_has_no_tasks(self) -> None:
        if self.is_settled():
            for case in CASES:
                assignment = self.state(f"assignment-{case}")
                if self.case(case).merger:
                    assert not assignment.tasks
                merger = self.case(case).merger
                if not assignment.stopped:
                    assert assignment.master == (merger.into if merger else None)

    @invariant()
    def every_proposer_of_a_member_gets_the_reply_to_its_master(self) -> None:
        if not self.is_settled():
            return
        for case in CASES:
            handling = self.state(f"handling-{case}")
            people = {f"p-{each[-2:]}" for each in (case, *self.case(case).members)}
            for work in handling.works.values():
                if work.reply and not handling.stopped:
                    assert people <= {person.id for person in work.reply.recipients}
            if not handling.stopped:
                assert handling.members.keys() == self.case(case).members.keys()

    @invariant()
    def a_member_is_closed_with_its_master_and_not_before(self) -> None:
        if self.is_settled():
            for case in CASES:
                if merger := self.case(case).merger:
                    master = self.state(f"assignment-{merger.into}")
                    member = self.state(f"assignment-{case}")
                    if not (master.stopped or member.stopped):
                        assert member.closed == master.closed

    @invariant()
    def a_case_that_goes_on_alone_waits_for_its_hand_out(self) -> None:
        """The clock of the hand-out stands still for members and runs again afterwards."""
        for case in CASES if self.is_settled() else ():
            status, verb = self.case(case).status, self.verb_of_hand_out(case)
            if status == "merged":
                assert verb in ("pause", "withdraw")
            if status == "accepted":
                assert verb != "pause"

    def verb_of_hand_out(self, case: str) -> str:
        """Returns what was done last to the time for the hand-out."""
        last = ""
        for fact in self.facts.get(f"assignment-{case}", ()):
            assert isinstance(fact, Obliging)
            changes = (c.verb for c in fact.changes(case) if c.concerns("hand-out", case))
            last = next(changes, last)
        return last

    @invariant()
    def a_case_that_was_never_handed_out_is_closed_as_a_member_only(self) -> None:
        """One that left its master because the reply was signed before is not closed with it."""
        for case in CASES if self.is_settled() else ():
            assignment = self.state(f"assignment-{case}")
            if assignment.closed and not (assignment.tasks or assignment.stopped):
                assert self.case(case).status == "merged"

    @invariant()
    def nothing_follows_a_withdrawal(self) -> None:
        for case in CASES:
            facts = self.facts[f"intake-{case}"]
            ends = [n for n, fact in enumerate(facts) if isinstance(fact, CaseWithdrawn)]
            assert not ends or self.case(case).status == "withdrawn"


Mergers.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestMergers = Mergers.TestCase


def answered(walk: Mergers, case: str) -> None:
    walk.assign(case)
    walk.settle()
    walk.reply(case)
    walk.deliver(case)


def test_a_case_that_joined_after_the_reply_is_handed_out_though_it_was_closed_with_it() -> None:
    """Handling hears of the merger last, when the master is closed, and its members with it."""
    walk = Mergers()
    master, late = CASES[:2]
    answered(walk, master)
    walk.merge(late, master, knows=False)
    walk.hear("intake", late, "intake", 9)
    walk.hear("assignment", master, "handling", 9)
    walk.hear("intake", master, "assignment", 9)
    walk.hear("assignment", master, "intake", 9)
    assert walk.state(f"assignment-{late}").closed
    walk.settle()
    assert walk.case(late).status == "accepted"
    assert not walk.state(f"assignment-{late}").closed
    walk.assign(late)
    assert walk.state(f"assignment-{late}").tasks


@pytest.mark.parametrize("late", [False, True])
def test_members_of_a_case_that_is_erased_close_where_they_were_answered(late: bool) -> None:
    """Its own closing waited for ratings, which nobody gives any more."""
    walk = Mergers()
    master, member = CASES[:2]
    if late:
        answered(walk, master)
    walk.merge(member, master, knows=False)
    walk.hear("intake", member, "intake", 9)
    if not late:
        walk.settle()
        answered(walk, master)
    erased = CaseErased(**head(), by="p-office", reason="retention", pages=0)
    walk.record(f"intake-{master}", erased)
    walk.hear("assignment", master, "intake", 9)
    walk.settle()
    assert walk.case(member).status == ("accepted" if late else "merged")
    assert walk.state(f"assignment-{member}").closed is not late

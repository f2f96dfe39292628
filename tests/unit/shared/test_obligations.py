"""What facts declare that they do to obligations."""

from datetime import UTC, date, datetime
from typing import Any, ClassVar

import pytest

from shared.contracts import extensions, suspensions
from shared.contracts.assignment import AssignmentReassigned, CaseAssigned
from shared.contracts.case_event import CaseEvent
from shared.contracts.catalogue import FACT_OF
from shared.contracts.disclosure import DisclosureReviewed
from shared.contracts.effects import (
    CASE,
    EVERY,
    Effects,
    extends,
    meets,
    opens,
    pauses,
    resumes,
    withdraws,
)
from shared.contracts.handling import CaseReplied, CohandlerJoined, TaskClosed, TaskOpened
from shared.contracts.obligations import Obliging
from shared.contracts.opened_rules import rules_opened
from shared.contracts.upcasters import decode, encode
from shared.kernel.policy import Due, Policy
from shared.testing.service import MONDAY, policies

CASE_ID, TASK = "5" * 32, "a" * 12
HEAD: dict[str, Any] = {
    "at": MONDAY, "agency": "u-city", "kind": "petition", "channel": "letter", "period": "2025",
    "task": TASK, "unit": "u-hou",
}  # fmt: skip


def policy() -> Policy:
    return policies().resolve("u-city", "petition", "letter", MONDAY)


class Inspected(CaseEvent):
    type: ClassVar[str] = "inspected.v1"
    obligations: ClassVar[Effects] = (
        opens("reply", "publication"),
        opens("rating", due="due", person="rater"),
        opens("rehandling", subject=CASE),
        opens("objection", when={"outcome": ("good",)}),
        pauses("first-contact", why="inspection"),
        meets("sign-for", why="inspected", when={"outcome": ("good", "fair")}),
        extends("co-opinion", why="inspected", due="later", subject=EVERY),
    )
    counts_on: ClassVar[str | None] = "on"

    task: str
    unit: str
    rater: str = "p-1"
    outcome: str = "bad"
    on: date = date(2025, 3, 3)
    due: Due | None = None
    later: Due | None = None


def test_an_opening_by_declaration_gets_the_due_moment_of_the_row() -> None:
    """Petitions are not published: what the row does not have is not opened."""
    fact = Inspected(**HEAD).with_due(policy(), CASE_ID)
    assert [(each.due, each.subject, each.unit) for each in fact.opened(CASE_ID)] == [
        (policy().due("reply", MONDAY), TASK, "u-hou"),
        (policy().due("rehandling", MONDAY), CASE_ID, "u-hou"),
    ]


def test_an_opening_holds_only_where_its_condition_does() -> None:
    good = Inspected(**HEAD, outcome="good").with_due(policy(), CASE_ID)
    assert good.opened(CASE_ID)[-1].due == policy().due("objection", MONDAY)


def test_it_is_stored_with_the_fact_and_read_without_any_row() -> None:
    fact = Inspected(**HEAD).with_due(policy(), CASE_ID)
    read = decode(
        Inspected.type, HEAD["at"].isoformat(), encode(fact), known={fact.type: Inspected}
    )
    assert read == fact


def test_the_period_begins_on_the_day_that_counts() -> None:
    late_entry = {**HEAD, "at": datetime(2025, 4, 20, 1, tzinfo=UTC)}
    fact = Inspected(**late_entry).with_due(policy(), CASE_ID)
    assert fact.opened(CASE_ID)[0].due == policy().due("reply", MONDAY)


def test_a_recorded_due_moment_opens_the_obligation_that_it_names() -> None:
    rating, reply = policy().due("rating", MONDAY), policy().due("reply", MONDAY)
    [opened] = Inspected(**HEAD, due=rating).opened(CASE_ID)
    assert (opened.due, opened.person) == (rating, "p-1")
    assert Inspected(**HEAD, due=reply).opened(CASE_ID) == ()


def test_changes_stand_in_the_order_of_their_declaration_where_they_hold() -> None:
    later = policy().due("co-opinion", MONDAY)
    changes = Inspected(**HEAD, outcome="fair", later=later).changes(CASE_ID)
    assert [(each.verb, each.subject, each.why) for each in changes] == [
        ("pause", TASK, "inspection"), ("meet", TASK, "inspected"), ("extend", None, "inspected"),
    ]  # fmt: skip
    assert changes[-1].due == later
    assert [each.verb for each in Inspected(**HEAD).changes(CASE_ID)] == ["pause", "extend"]


def test_only_a_withdrawal_of_everything_ends_the_case() -> None:
    class Ended(Obliging):
        type: ClassVar[str] = "ended.v1"
        obligations: ClassVar[Effects] = (
            withdraws(why="erased", subject=EVERY),
            withdraws("reply", why="erased", subject=EVERY),
            withdraws(why="erased", subject=CASE),
            resumes(why="erased", subject=EVERY),
        )

    assert [c.ends_case for c in Ended(at=MONDAY).changes(CASE_ID)] == [True, False, False, False]


@pytest.mark.parametrize(
    ("effect", "name"),
    [
        (opens("reply"), "task"),
        (opens("reply", subject=CASE, due="until"), "until"),
        (opens("reply", subject=CASE, person="rater"), "rater"),
        (opens("sign-for", each="tasks"), "tasks"),
        (meets("reply", why="x", subject="evaluation"), "evaluation"),
        (meets("reply", why="x", subject=EVERY, when={"fase": ("x",)}), "fase"),
    ],
)
def test_a_declaration_that_names_no_field_is_refused_at_import(effect: Any, name: str) -> None:
    with pytest.raises(TypeError, match=rf"Slip\.obligations: no field \['{name}'\]"):
        type("Slip", (CaseEvent,), {"obligations": (effect,), "__annotations__": {}})


@pytest.mark.parametrize(
    ("fact", "effect", "slip"),
    [
        (CaseAssigned, opens("x", due="dew", each="tasks"), r"no field \['dew'\] in Task"),
        (CaseAssigned, opens("x", subject="tsk", each="tasks"), r"no field \['tsk'\] in Task"),
        (AssignmentReassigned, opens("x", due="dew", each="to"), r"no field \['dew'\] in Task"),
        (CaseReplied, meets("x", why="y", when={"part": ("leed",)}), "part is never 'leed'"),
        (DisclosureReviewed, meets("x", why="y", when={"approved": ("yes",)}), "never 'yes'"),
        (CaseReplied, opens("x", subject=EVERY), "no obligation is opened about every subject"),
    ],
)
def test_a_declaration_that_can_never_hold_is_refused_at_import(
    fact: type[Obliging], effect: Any, slip: str
) -> None:
    with pytest.raises(TypeError, match=rf"Slip\.obligations: .*{slip}"):
        type("Slip", (fact,), {"obligations": (effect,), "__annotations__": {}})


def test_facts_change_no_obligation_that_none_of_them_opens() -> None:
    facts = [fact for fact in FACT_OF.values() if issubclass(fact, Obliging)]
    changed = {rule for fact in facts for effect in fact.obligations for rule in effect.rules}
    assert changed <= rules_opened(facts)


def test_the_names_of_the_deployed_rows_are_those_that_facts_open() -> None:
    rows = policies().rows
    assert rules_opened(FACT_OF.values()) == {rule for row in rows for rule in row.obligations}


@pytest.mark.parametrize("end", [TaskClosed, CaseReplied])
def test_every_obligation_of_a_task_ends_with_the_task_and_with_its_reply(
    end: type[Obliging],
) -> None:
    """A clock that outlived its task would call people to account for work that is done."""
    ended = {
        rule
        for effect in end.obligations
        if effect.verb in {"meet", "withdraw"} and effect.subject == "task" and not effect.when
        for rule in effect.rules
    }
    assert ended == rules_opened(
        [TaskOpened, CohandlerJoined, *extensions.FACTS, *suspensions.FACTS]
    )
    assert ended >= {"first-contact", "co-opinion", "reply", "rehandling"}

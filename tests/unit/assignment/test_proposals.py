"""A lead signs and asks for another unit beside it; the organ answers (ADR 86)."""

from typing import Any

import pytest

from services.assignment.domain.authorization import offers
from services.assignment.domain.decider import DECIDER
from services.assignment.domain.holdings import holdings
from services.assignment.domain.team.commands import DecideCohandler, ProposeCohandler
from shared.contracts import assignment as facts
from shared.contracts.case_event import Task
from shared.contracts.obligations import Obligation
from shared.contracts.proposals import CohandlerDecided, CohandlerProposed
from shared.kernel.actor import Actor
from shared.kernel.messages import Event
from tests.unit.assignment.test_decider import add
from tests.unit.assignment.world import (
    CITY,
    CO,
    DAY,
    LEAD,
    MONDAY,
    RULES,
    SEED,
    a_task,
    assigned,
    decided,
    due,
    head,
    objected,
    opened,
    progressed,
    reassigned,
    received,
    spec,
    stopped,
)

HANDED = (opened(), assigned())
BY_UNIT = {"task": LEAD.task, "unit": LEAD.unit, "by": "p-liaison"}


def propose(unit: str = "u-tra", task: Task = LEAD, **changes: Any) -> ProposeCohandler:
    fields = {"at": MONDAY + DAY, "by": "p-liaison", "seed": SEED, "task": task.task}
    fields |= {"cohandler": unit, "scope": "校门前交通", "reason": "涉及道路交通组织"}
    return ProposeCohandler.model_validate(
        fields | {"policy": RULES, "organisation": CITY} | changes
    )


def decide(granted: bool, unit: str | None = "u-tra", **changes: Any) -> DecideCohandler:
    fields = {"at": MONDAY + 2 * DAY, "by": "p-office", "seed": SEED, "task": LEAD.task}
    fields |= {"granted": granted, "cohandler": unit if granted else None}
    fields |= {"note": "" if granted else "由你局征求意见"}
    return DecideCohandler.model_validate(
        fields | {"policy": RULES, "organisation": CITY} | changes
    )


def proposed(**changes: Any) -> CohandlerProposed:
    fields = {"cohandler": "u-tra", "scope": "校门前交通", "reason": "涉及道路交通组织"}
    return CohandlerProposed(**head(MONDAY + DAY), **BY_UNIT, **fields | changes)


def answered(granted: bool) -> CohandlerDecided:
    return CohandlerDecided(**head(), **BY_UNIT | {"by": "p-office"}, granted=granted)


def test_a_lead_signs_and_asks_for_a_unit_in_one_act() -> None:
    signed, asked = spec.given(*HANDED).when(propose()).outcome()
    assert signed == received(at=MONDAY + DAY)
    assert asked == proposed()


def test_one_that_has_signed_only_asks() -> None:
    spec.given(*HANDED, received()).when(propose()).then(proposed())


@pytest.mark.parametrize(
    ("history", "command", "rule", "field"),
    [
        (HANDED, propose(task=CO), "lead-proposes", "task"),
        ((*HANDED, received(), proposed()), propose("u-pol"), "cohandler-pending", "task"),
        ((*HANDED, objected()), propose(), "objection-pending", "task"),
        ((*HANDED, objected(), decided(True)), propose(), "task-returned", "task"),
        ((*HANDED, reassigned()), propose(), "task-moved", "task"),
        (HANDED, propose("u-fin"), "units-distinct", "cohandler"),
        (HANDED, propose("u-hou"), "units-distinct", "cohandler"),
        (HANDED, propose("u-ghost"), "unit-unknown", "cohandler"),
        (HANDED, propose("u-supervision"), "unit-is-organ", "cohandler"),
        (HANDED, propose(recused=frozenset({"u-tra"})), "unit-against", "cohandler"),
        (HANDED, propose(reason=" "), "team-reason", "reason"),
        ((*HANDED, stopped()), propose(), "case-stopped", None),
        ((*HANDED, progressed("replied", LEAD.task)), propose(), "task-replied", "task"),
    ],
)
def test_a_proposal_is_refused(
    history: tuple[Event, ...], command: ProposeCohandler, rule: str, field: str | None
) -> None:
    spec.given(*history).when(command).then_refused(rule, field)


ASKED = (*HANDED, received(), proposed())


def test_the_organ_adds_the_unit_with_the_share_and_the_reason_that_were_proposed() -> None:
    answer, added = spec.given(*ASKED).when(decide(True)).outcome()
    assert isinstance(answer, CohandlerDecided)
    assert isinstance(added, facts.AssignmentAdded)
    assert (added.to.unit, added.to.part, added.to.scope) == ("u-tra", "co", "校门前交通")
    assert added.reason == "涉及道路交通组织"
    assert added.to.due == due("co-opinion", MONDAY + 2 * DAY)


def test_or_another_one_with_another_share() -> None:
    _, added = spec.given(*ASKED).when(decide(True, "u-pol", scope="违停")).outcome()
    assert isinstance(added, facts.AssignmentAdded)
    assert (added.to.unit, added.to.scope) == ("u-pol", "违停")


def test_or_says_why_none_joins_and_the_lead_may_ask_again() -> None:
    [answer] = spec.given(*ASKED).when(decide(False)).outcome()
    assert isinstance(answer, CohandlerDecided)
    assert (answer.granted, answer.note) == (False, "由你局征求意见")
    assert len(spec.given(*ASKED, answer).when(propose("u-pol")).outcome()) == 1


def test_a_unit_that_is_added_without_an_answer_is_the_answer_where_it_was_asked_for() -> None:
    answer, added = spec.given(*ASKED).when(add("u-tra")).outcome()
    assert answer == answered(True).model_copy(update={"at": answer.at})
    assert isinstance(added, facts.AssignmentAdded)
    assert len(spec.given(*ASKED).when(add("u-pol")).outcome()) == 1


def test_a_proposal_after_a_refused_one_is_answered_by_itself() -> None:
    again = (*ASKED, answered(False), proposed(cohandler="u-pol"))
    answer, _ = spec.given(*again).when(decide(True, "u-pol")).outcome()
    assert isinstance(answer, CohandlerDecided)


@pytest.mark.parametrize(
    ("history", "command", "rule", "field"),
    [
        (HANDED, decide(True), "no-proposal", "task"),
        ((*ASKED, answered(False)), decide(True), "no-proposal", "task"),
        (ASKED, decide(True, None), "cohandler-required", "cohandler"),
        (ASKED, decide(False, note=" "), "cohandler-note", "note"),
        (ASKED, decide(True, "u-fin"), "units-distinct", "cohandler"),
        (ASKED, decide(True, "u-empty"), "unit-unstaffed", "cohandler"),
        (ASKED, decide(True, recused=frozenset({"u-tra"})), "unit-against", "cohandler"),
        ((*ASKED, reassigned()), decide(True), "task-moved", "task"),
        ((*ASKED, stopped()), decide(True), "case-stopped", None),
        ((*ASKED, progressed("replied", LEAD.task)), decide(True), "task-replied", "task"),
    ],
)
def test_an_answer_is_refused(
    history: tuple[Event, ...], command: DecideCohandler, rule: str, field: str | None
) -> None:
    spec.given(*history).when(command).then_refused(rule, field)


def test_the_answer_is_owed_by_the_organ_until_it_is_given() -> None:
    owed = Obligation(subject=LEAD.task, due=due("cohandler-ruling"))
    asked = proposed(opens=(owed,))

    def of_organ(*history: Event) -> list[str]:
        held = holdings(DECIDER.fold(history))
        return [each.rule for holding in held if not holding.unit for each in holding.owed]

    assert of_organ(*HANDED, asked) == ["cohandler-ruling"]
    assert of_organ(*HANDED, asked, answered(False)) == []
    assert of_organ(*HANDED, asked, reassigned()) == []


def test_the_buttons_follow_the_proposal() -> None:
    def actions(*history: Event) -> set[tuple[str, str]]:
        found = offers(Actor("p-1"), DECIDER.fold(history), MONDAY + DAY, RULES.row)
        return {(offer.action, offer.target or "") for offer in found}

    assert ("propose-cohandler", LEAD.task) in actions(*HANDED)
    assert ("propose-cohandler", CO.task) not in actions(*HANDED)
    assert ("decide-cohandler", LEAD.task) not in actions(*HANDED)
    assert ("decide-cohandler", LEAD.task) in actions(*ASKED)
    assert ("propose-cohandler", LEAD.task) not in actions(*ASKED)
    separate = a_task("u-pol", "separate")
    alone = (opened(), assigned(separate))
    assert ("propose-cohandler", separate.task) not in actions(*alone)

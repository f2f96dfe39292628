"""First receipt (首问责任, ADR 101): the person who took the paper carries the case until a unit
has signed for it."""

from typing import Any

import pytest

from services.assignment.domain.decider import DECIDER
from services.assignment.domain.hand_out.commands import OpenAssignment
from services.assignment.domain.holdings import holdings
from services.assignment.domain.reactions import react
from shared.contracts.assignment import (
    AssignmentBegun,
    AssignmentDeemedAccepted,
    AssignmentOpened,
    AssignmentReceived,
    CaseClosed,
)
from shared.contracts.intake import CaseAccepted
from shared.contracts.members import AssignmentMerged
from shared.kernel.messages import Event
from shared.testing.samples import sample
from tests.unit.assignment.test_reactions import seen
from tests.unit.assignment.world import (
    LEAD_PROPOSER,
    MONDAY,
    assigned,
    head,
    opened,
    rules,
    task_id,
)

PETITION = {"kind": "petition", "channel": "letter"}
RULES = rules("petition", "letter")
CASE = "5" * 32
BY_UNIT = {"task": task_id("u-hou"), "unit": "u-hou"}


def carried(receiver: str | None = "p-clerk") -> AssignmentOpened:
    fact = opened(**PETITION).model_copy(
        update={"receiver": receiver, "carried": receiver is not None}
    )
    return fact.with_due(RULES, CASE)


def owed(*history: Event) -> list[str]:
    return [due.rule for held in holdings(DECIDER.fold(history)) for due in held.owed]


def test_the_receiver_owes_in_person_that_a_unit_signs() -> None:
    due = {each.due.rule: (each.person, each.unit) for each in carried().opened(CASE)}
    assert due == {"hand-out": (None, None), "first-receipt": ("p-clerk", None)}
    assert {each.due.rule for each in carried(None).opened(CASE)} == {"hand-out"}


@pytest.mark.parametrize(
    "fact",
    [
        AssignmentReceived(**head(**PETITION), **BY_UNIT, by="p-1"),
        AssignmentBegun(**head(**PETITION), **BY_UNIT),
        AssignmentDeemedAccepted(**head(**PETITION), **BY_UNIT),
        CaseClosed(**head(**PETITION), rule="replied"),
    ],
)
def test_he_carries_the_case_from_its_opening_until_a_unit_has_it(fact: Event) -> None:
    assert owed(carried()) == ["hand-out", "first-receipt"]
    handed = (carried(), assigned())
    assert "first-receipt" in owed(*handed)
    assert "hand-out" not in owed(*handed)
    assert "first-receipt" not in owed(*handed, fact)
    assert any("first-receipt" in change.rules for change in fact.changes(CASE))  # type: ignore[attr-defined]


def test_he_owes_nothing_while_the_case_goes_with_another_one() -> None:
    assert owed(carried(), AssignmentMerged(**head(**PETITION), master="6" * 32)) == []


def test_acceptance_tells_who_took_the_paper() -> None:
    changes: dict[str, Any] = {"receiver": "p-clerk", "proposers": (LEAD_PROPOSER,)}
    fact = sample(CaseAccepted).model_copy(update={"at": MONDAY, **changes})
    [reaction] = react(seen(fact, "intake"))
    assert isinstance(reaction.command, OpenAssignment)
    assert (reaction.command.receiver, reaction.command.carried) == ("p-clerk", True)

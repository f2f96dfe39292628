"""Acts count on their own day, also when they are entered later, within the days of the row."""

from datetime import timedelta

import pytest

from shared.contracts import handling as facts
from shared.kernel.calendar import business_day
from tests.unit.handling.world import (
    CO,
    CO_PROPOSER,
    DAY,
    LEAD,
    LEAD_PROPOSER,
    MONDAY,
    RULES,
    TODAY,
    deliver,
    delivered,
    joined,
    opened,
    opinion,
    signed,
    spec,
)

DUE = LEAD.due.at
DUE_DAY = business_day(DUE - timedelta(milliseconds=1))
HISTORY = (opened(), signed(at=DUE - 2 * DAY), delivered(CO_PROPOSER, at=DUE - DAY))


def posted(on: object, at: object) -> object:
    return deliver(LEAD_PROPOSER).model_copy(update={"on": on, "at": at, "policy": RULES})


def test_a_letter_posted_on_the_due_day_is_in_time_whenever_it_is_entered() -> None:
    facts_ = spec.given(*HISTORY).when(posted(DUE_DAY, DUE + DAY)).outcome()
    answer = facts_[-1]
    assert isinstance(answer, facts.CaseReplied)
    assert (answer.on, answer.on_time) == (DUE_DAY, True)
    assert answer.happened() < DUE < answer.at


def test_without_a_day_the_entry_counts() -> None:
    answer = spec.given(*HISTORY).when(posted(None, DUE + DAY)).outcome()[-1]
    assert isinstance(answer, facts.CaseReplied)
    assert (answer.on, answer.on_time) == (None, False)
    assert answer.happened() == answer.at


@pytest.mark.parametrize(
    ("days_before_entry", "rule"),
    [(-1, "day-in-future"), (20, "entered-too-late"), (4, "day-too-early")],
)
def test_the_day_of_a_delivery_is_plausible(days_before_entry: int, rule: str) -> None:
    at = MONDAY + (30 if rule == "entered-too-late" else 2) * DAY
    on = business_day(at) - timedelta(days=days_before_entry)
    history = (opened(), signed(at=MONDAY), delivered(CO_PROPOSER, at=MONDAY))
    spec.given(*history).when(posted(on, at)).then_refused(rule, "on")


def test_an_opinion_counts_on_the_day_of_its_paper() -> None:
    command = opinion().model_copy(update={"on": TODAY, "at": MONDAY + DAY, "policy": RULES})
    [fact] = spec.given(opened(), joined(CO)).when(command).outcome()
    assert isinstance(fact, facts.OpinionGiven)
    assert business_day(fact.happened()) == TODAY

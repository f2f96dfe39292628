"""What feedback's facts add up to, and what an actor is to them."""

from dataclasses import replace
from itertools import permutations

import pytest

from services.feedback.domain.authorization import relations, situation
from services.feedback.domain.commands import StopFeedback
from services.feedback.domain.decider import DECIDER
from shared.contracts.feedback import FeedbackStopped
from shared.kernel.actor import Actor, Post
from shared.kernel.errors import NotFound, RuleViolated
from tests.unit.feedback.forms import (
    MONDAY,
    OFFICE,
    OTHER_TASK,
    RATER,
    SECOND,
    UNIT,
    ask,
    mark,
    opened,
    rate,
    rated,
)

STOPPED = FeedbackStopped(at=MONDAY, **mark().model_dump(), reason="withdrawn")
STATE = DECIDER.fold([opened(RATER), opened(SECOND, task=OTHER_TASK, unit="u-pol")])


def actor(sub: str, role: str = "head", unit: str = UNIT) -> Actor:
    return Actor(sub, (Post(role, unit, (unit, "u-city")),))


def test_whichever_import_comes_first_a_withdrawn_case_cannot_be_rated() -> None:
    stop = StopFeedback(at=MONDAY, by="system:feedback", mark=mark(), round=1, reason="withdrawn")
    for order in permutations((stop, ask(RATER))):
        state = DECIDER.initial
        for command in order:
            for fact in DECIDER.decide(command, state):
                state = DECIDER.evolve(state, fact)
        assert state.stopped == "withdrawn"
        with pytest.raises((RuleViolated, NotFound)):
            DECIDER.decide(rate("satisfied", "satisfied"), state)


def test_the_rater_is_the_person_asked_not_anybody_asked() -> None:
    mine = rate("satisfied", "satisfied")
    assert relations(Actor(RATER), mine, STATE)["rater"] == {"proposer"}
    assert relations(Actor(SECOND), mine, STATE)["rater"] == frozenset()
    assert relations(Actor(SECOND), None, STATE)["rater"] == {"proposer"}


def test_the_unit_is_the_one_that_replied() -> None:
    mine = rate("satisfied", "satisfied")
    assert relations(actor("p-h"), mine, STATE)["task-unit"] == {"head"}
    assert relations(actor("p-h", unit="u-pol"), mine, STATE)["task-unit"] == frozenset()
    assert relations(actor("p-h", unit="u-pol"), None, STATE)["task-unit"] == {"head"}


def test_the_office_is_that_of_the_cases_agency() -> None:
    assert relations(actor(OFFICE, "office", "u-city"), None, STATE)["agency"] == {"office"}


def test_a_case_that_was_stopped_before_any_reply_has_its_office() -> None:
    stopped = DECIDER.fold([STOPPED])
    assert relations(actor(OFFICE, "office", "u-city"), None, stopped)["agency"] == {"office"}


def test_the_first_fact_brings_the_mark() -> None:
    changed = STOPPED.model_copy(update={"channel": "petition"})
    assert DECIDER.evolve(STATE, changed).mark == STATE.mark == mark()


def test_a_partner_is_the_platform_that_brought_the_case() -> None:
    assert STATE.mark is not None
    brought = replace(STATE, mark=STATE.mark.model_copy(update={"client": "c-1"}))
    assert relations(Actor("c-1", client_of="u-city"), None, brought)["client"] == {"client"}
    assert relations(Actor("c-2", client_of="u-city"), None, brought)["client"] == frozenset()
    assert relations(Actor("c-1", client_of="u-other"), None, brought)["client"] == frozenset()
    assert relations(Actor("c-1", client_of="u-city"), None, STATE)["client"] == frozenset()


def test_the_situation_is_that_of_the_evaluation_asked_for() -> None:
    mine = rate("satisfied", "satisfied")
    done = DECIDER.evolve(STATE, rated("satisfied", "satisfied", "satisfied"))
    stopped = DECIDER.evolve(STATE, STOPPED)
    assert [situation(mine, state) for state in (STATE, done, stopped)] == [
        "open",
        "rated",
        "stopped",
    ]
    assert situation(None, STATE) == "running"


def test_a_rating_says_by_whom_it_was_entered() -> None:
    state = DECIDER.evolve(STATE, rated("satisfied", "satisfied", "satisfied", entered_by=OFFICE))
    found = next(e for e in state.evaluations.values() if e.status == "rated")
    assert found.rated
    assert (found.rated.entered_by, found.rated.rehandling) == (OFFICE, None)

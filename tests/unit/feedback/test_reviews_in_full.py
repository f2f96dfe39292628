"""Reviews of a reply that answers a part of a petition in its second round, and of two replies."""

from datetime import datetime
from typing import Any

from services.feedback.domain.authorization import relations
from services.feedback.domain.commands import OpenEvaluations
from shared.kernel.actor import Actor
from shared.kernel.calendar import business_day, midnight_after
from tests.unit.feedback.forms import DAY, OTHER_TASK, TASK, UNIT, ask, spec
from tests.unit.feedback.test_reviews import (
    DELIVERED,
    OPEN,
    PETITION,
    PETITIONER,
    RULES,
    TENTH,
    after,
    answered,
    asking,
    deciding,
    lapsing,
    may_ask,
    noted,
)

SECOND: dict[str, Any] = {"round": 2, "part": "separate", "scope": "补贴部分"}
ELSEWHERE = "x-000000000051"


def replied() -> OpenEvaluations:
    return ask(PETITIONER, policy=RULES, mark=PETITION, on=DELIVERED, **SECOND)


def test_the_delivery_keeps_the_round_the_part_and_the_scope_of_the_reply() -> None:
    [*_, delivery] = spec.given().when(replied()).outcome()
    assert delivery.model_dump().items() >= {**SECOND, "task": TASK, "unit": UNIT}.items()


def test_facts_about_a_review_keep_the_round_of_its_reply() -> None:
    delivery, opened = answered(**SECOND), may_ask().model_copy(update={"round": 2})
    assert spec.given(noted()).when(replied()).outcome()[-1] == opened
    [request] = spec.given(noted(), delivery, opened).when(asking(TENTH)).outcome()
    opinion = deciding(TENTH + DAY)
    [decision] = spec.given(noted(), delivery, opened, request).when(opinion).outcome()
    assert (request.round, decision.round) == (2, 2)


def test_a_paper_that_came_in_time_is_entered_for_the_days_of_the_row() -> None:
    over: datetime = lapsing().at
    days = RULES.row.entry_days("review-request")
    [end] = spec.given(*OPEN).when(lapsing()).outcome()
    assert days > 0
    assert end.papers_until == midnight_after(business_day(over) + days * DAY)


def test_who_got_one_reply_is_nothing_to_another_one() -> None:
    other = answered(raters=(ELSEWHERE,), task=OTHER_TASK)
    state = after(noted(), answered(), other)
    assert relations(Actor(PETITIONER), asking(TENTH), state)["rater"] == {"proposer"}
    assert relations(Actor(ELSEWHERE), asking(TENTH), state)["rater"] == frozenset()

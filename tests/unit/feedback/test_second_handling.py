"""Second handling where the organ decides: who waits, what an order answers, what is refused."""

from typing import Any

from services.feedback.domain.authorization import offers
from services.feedback.domain.commands import DecideRehandling
from services.feedback.domain.decider import DECIDER
from services.feedback.domain.holdings import holdings
from services.feedback.domain.state import Feedback
from shared.contracts.feedback import (
    CaseRated,
    FeedbackStopped,
    RehandlingOrdered,
    RehandlingReviewed,
)
from shared.kernel.actor import Actor
from shared.kernel.policy import Gates
from shared.kernel.storable import MOST_FACTS
from tests.unit.feedback.forms import (
    DAY,
    MONDAY,
    OFFICE,
    OTHER_TASK,
    RATER,
    SECOND,
    SEED,
    TASK,
    UNIT,
    form,
    mark,
    opened,
    rate,
    rated,
    rules,
    spec,
)
from tests.unit.feedback.test_decider import BAD, GOOD, WHY, rehandling

REVIEWING = rules(gates=Gates(office_review=True))
DECIDED = MONDAY + 3 * DAY
NOTE = "答复已写明分年度的完成时间"


def awaited(rater: str = RATER, **changes: Any) -> CaseRated:
    due = REVIEWING.due("rehandling-ruling", MONDAY + DAY)
    evaluation = form(changes.get("task", TASK), rater)
    fields = {"rater": rater, "entered_by": rater, "evaluation": evaluation, "review": due}
    return rated(BAD, BAD, BAD, WHY, **fields | changes)


def decide(ordered: bool, note: str = "", **changes: Any) -> DecideRehandling:
    fields: dict[str, Any] = {"evaluation": form(), "policy": REVIEWING, "seed": SEED} | changes
    return DecideRehandling(at=DECIDED, by=OFFICE, ordered=ordered, note=note, **fields)


def decided(ordered: bool, note: str = "", rater: str = RATER) -> RehandlingReviewed:
    return RehandlingReviewed(
        at=DECIDED, **mark().model_dump(), round=1, evaluation=form(TASK, rater), task=TASK,
        unit=UNIT, rater=rater, ordered=ordered, note=note, by=OFFICE,
    )  # fmt: skip


def stopped() -> FeedbackStopped:
    return FeedbackStopped(at=MONDAY, **mark().model_dump(), reason="withdrawn")


def after(*facts: Any) -> Feedback:
    state = DECIDER.initial
    for fact in facts:
        state = DECIDER.evolve(state, fact)
    return state


def test_where_the_organ_decides_a_rating_orders_nothing_and_begins_its_time() -> None:
    spec.given(opened()).when(rate(BAD, BAD, WHY, policy=REVIEWING)).then(awaited())


def test_a_satisfied_rating_and_the_last_round_wait_for_nobody() -> None:
    spec.given(opened()).when(rate(GOOD, GOOD, policy=REVIEWING)).then(rated(GOOD, GOOD, GOOD))
    last = rate(BAD, BAD, WHY, policy=REVIEWING)
    spec.given(opened(round=2)).when(last).then(rated(BAD, BAD, BAD, WHY, round=2))


def test_an_order_begins_the_next_round_from_the_day_of_the_decision() -> None:
    order = rehandling().model_copy(update={"at": DECIDED})
    facts = spec.given(opened(), awaited()).when(decide(True)).outcome()
    assert facts[0] == decided(True)
    task = facts[1].tasks[0]
    assert facts[1].model_copy(update={"tasks": ()}) == order.model_copy(update={"tasks": ()})
    assert task.due == REVIEWING.due("rehandling", DECIDED)


def test_a_decision_is_of_the_round_of_its_rating() -> None:
    later = (opened(round=2), awaited(round=2))
    [fact] = spec.given(*later).when(decide(False, NOTE)).outcome()
    assert fact.round == 2


def test_an_order_answers_all_who_wait_about_the_same_reply() -> None:
    other = opened(RATER, task=OTHER_TASK, unit="u-pol")
    waiting = (awaited(), awaited(SECOND), awaited(task=OTHER_TASK, unit="u-pol"))
    facts = spec.given(opened(), opened(SECOND), other, *waiting).when(decide(True)).outcome()
    assert facts[:2] == [decided(True), decided(True, rater=SECOND)]
    assert len(facts) == 3
    state = after(opened(), opened(SECOND), other, *waiting, *facts)
    left = [each.opened.task for each in state.in_order() if each.is_under_review]
    assert left == [OTHER_TASK]


def test_an_order_about_a_large_delegation_fits_into_commits_and_the_rest_follows() -> None:
    raters = [f"p-d{number:03}" for number in range(150)]
    given = [fact for rater in raters for fact in (opened(rater), awaited(rater))]
    sizes, orders = [], 0
    while left := [each for each in after(*given).in_order() if each.is_under_review]:
        next_one = decide(True, evaluation=left[-1].opened.evaluation)
        facts = spec.given(*given).when(next_one).outcome()
        orders += sum(isinstance(fact, RehandlingOrdered) for fact in facts)
        sizes.append(len(facts))
        given += facts
    assert (sizes, orders) == ([61, 60, 30], 1)
    assert max(sizes) <= MOST_FACTS


def test_a_round_that_a_rating_has_ordered_meanwhile_answers_those_who_wait() -> None:
    """The row had the gate when the first proposer rated, and has it no more."""
    rating = rate(BAD, BAD, WHY, by=SECOND, evaluation=form(TASK, SECOND))
    waiting = (opened(), opened(SECOND), awaited())
    again = spec.given(*waiting).when(rating).outcome()
    spec.given(*waiting, *again).when(decide(True)).then(decided(True))


def test_a_refusal_says_why_and_answers_one_rating() -> None:
    given = spec.given(opened(), opened(SECOND), awaited(), awaited(SECOND))
    given.when(decide(False)).then_refused("note-required", "note")
    given.when(decide(False, "　")).then_refused("note-required", "note")
    given.when(decide(False, NOTE)).then(decided(False, NOTE))


def test_a_decision_is_repeated_and_not_changed() -> None:
    given = spec.given(opened(), awaited(), decided(False, NOTE))
    given.when(decide(False, NOTE)).then_nothing()
    given.when(decide(True)).then_refused("not-under-review", "evaluation")


def test_nothing_is_decided_that_does_not_wait() -> None:
    spec.given(opened()).when(decide(True)).then_refused("not-under-review", "evaluation")
    good = spec.given(opened(), rated(GOOD, GOOD, GOOD))
    good.when(decide(True)).then_refused("not-under-review", "evaluation")
    gone = spec.given(opened(), awaited(), stopped())
    gone.when(decide(True)).then_refused("case-stopped")


def test_a_row_that_has_no_further_round_by_then_orders_none() -> None:
    fewer = rules(gates=Gates(office_review=True), max_rounds=1)
    given = spec.given(opened(), awaited())
    given.when(decide(True, policy=fewer)).then_refused("no-further-round", "ordered")
    given.when(decide(False, NOTE, policy=fewer)).then(decided(False, NOTE))


def test_after_an_order_a_later_rating_of_the_reply_waits_for_nobody() -> None:
    order = spec.given(opened(), opened(SECOND), awaited()).when(decide(True)).outcome()
    late = rate(BAD, BAD, WHY, by=SECOND, evaluation=form(TASK, SECOND), policy=REVIEWING)
    [fact] = spec.given(opened(), opened(SECOND), awaited(), *order).when(late).outcome()
    assert (fact.review, fact.rehandling) == (None, None)


def test_raters_stay_unnamed_until_the_organ_has_decided() -> None:
    assert not after(opened(), awaited()).is_settled
    assert after(opened(), awaited(), decided(False, NOTE)).is_settled


def test_the_decision_is_owed_while_it_is_awaited() -> None:
    def owed(*facts: Any) -> list[str]:
        return [due.rule for held in holdings(after(*facts)) for due in held.owed]

    assert owed(opened()) == ["rating"]
    assert owed(opened(), awaited()) == ["rehandling-ruling"]
    assert owed(opened(), awaited(), decided(False, NOTE)) == []


def test_the_decision_is_offered_while_it_is_awaited() -> None:
    def offered(*facts: Any) -> list[str]:
        return [each.action for each in offers(Actor(OFFICE), after(*facts), DECIDED)]

    assert offered(opened(), awaited()) == ["decide-rehandling"]
    assert offered(opened(), awaited(), decided(False, NOTE)) == []
    assert offered(opened(), awaited(), stopped()) == []

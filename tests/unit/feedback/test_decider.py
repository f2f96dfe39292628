"""Rules of rating and second handling, one test per rule and refusal."""

from typing import Any

import pytest

from services.feedback.domain.commands import LapseEvaluation, RateByProxy, StopFeedback
from shared.contracts.case_event import Task
from shared.contracts.feedback import (
    CaseRated,
    EvaluationLapsed,
    FeedbackStopped,
    RehandlingOrdered,
)
from shared.kernel.calendar import business_day, midnight_after
from shared.kernel.errors import NotFound
from shared.kernel.ids import entity_id
from shared.kernel.messages import Sealed
from tests.unit.feedback.forms import (
    DAY,
    MONDAY,
    OFFICE,
    OTHER_TASK,
    RATER,
    RULES,
    SECOND,
    SEED,
    TASK,
    UNIT,
    ask,
    by_proxy,
    form,
    mark,
    opened,
    rate,
    rated,
    rules,
    spec,
)

GOOD, FAIR, BAD = "satisfied", "basically-satisfied", "unsatisfied"
WHY = "仍未给出完成时间"
LAPSED_AT = MONDAY + 30 * DAY


def test_every_proposer_is_asked_and_the_due_day_counts_from_the_reply() -> None:
    spec.given().when(ask(RATER, SECOND)).then(opened(RATER), opened(SECOND))


def test_the_form_keeps_the_round_the_part_and_the_scope_of_the_reply() -> None:
    replied: dict[str, Any] = {"round": 2, "part": "separate", "scope": "停车泊位部分"}
    spec.given().when(ask(RATER, **replied)).then(opened(RATER, **replied))


def test_nobody_is_asked_twice_about_one_reply() -> None:
    spec.given(opened(RATER)).when(ask(RATER, SECOND, SECOND)).then(opened(SECOND))


def test_a_kind_without_rating_asks_nobody() -> None:
    row = RULES.row
    without = {name: d for name, d in row.obligations.items() if name != "rating"}
    spec.given().when(ask(RATER, policy=rules(obligations=without))).then_nothing()


def test_a_withdrawn_case_asks_nobody() -> None:
    spec.given(stopped()).when(ask(RATER)).then_nothing()


def test_the_overall_grade_is_the_worse_of_the_two() -> None:
    spec.given(opened()).when(rate(GOOD, FAIR)).then(rated(GOOD, FAIR, FAIR))


def test_the_overall_grade_may_be_given_and_be_worse() -> None:
    spec.given(opened()).when(rate(GOOD, FAIR, overall=FAIR)).then(rated(GOOD, FAIR, FAIR))
    spec.given(opened()).when(rate(GOOD, GOOD, overall=FAIR)).then(rated(GOOD, GOOD, FAIR))


@pytest.mark.parametrize(("attitude", "result"), [(GOOD, FAIR), (FAIR, GOOD), (BAD, GOOD)])
def test_the_overall_grade_is_never_better_than_an_answer(attitude: str, result: str) -> None:
    refused = spec.given(opened()).when(rate(attitude, result, overall=GOOD))
    refused.then_refused("overall-too-good", "overall")


def test_nobody_rates_for_another() -> None:
    """ui.md: departments must not fill in a deputy's rating."""
    spec.given(opened()).when(rate(GOOD, GOOD, by=SECOND)).then_refused("rater-only")


def test_the_office_enters_a_paper_form_and_is_named() -> None:
    spec.given(opened()).when(by_proxy(GOOD, GOOD)).then(rated(GOOD, GOOD, GOOD, entered_by=OFFICE))


def test_nobody_is_proxy_for_himself() -> None:
    spec.given(opened()).when(by_proxy(GOOD, GOOD, by=RATER)).then_refused("proxy-is-rater")


def test_an_unknown_evaluation_is_not_found() -> None:
    assert isinstance(spec.given().when(rate(GOOD, GOOD)).refusal(), NotFound)


@pytest.mark.parametrize(("attitude", "result"), [(BAD, GOOD), (GOOD, BAD), (BAD, BAD)])
def test_unsatisfied_on_either_question_needs_a_reason(attitude: str, result: str) -> None:
    """L2 art. 21."""
    for blank in ("", "  ", Sealed(ref="r", size=0, digest="d")):
        given = spec.given(opened())
        given.when(rate(attitude, result, blank)).then_refused("reason-required", "reason")


def test_an_overall_unsatisfied_needs_a_reason_too() -> None:
    spec.given(opened()).when(rate(GOOD, GOOD, overall=BAD)).then_refused(
        "reason-required", "reason"
    )


def test_a_grade_that_the_agency_does_not_use_is_refused() -> None:
    two = rules(rating_scale=(GOOD, BAD))
    spec.given(opened()).when(rate(GOOD, FAIR, policy=two)).then_refused(
        "grade-not-on-scale", "result"
    )


def test_the_same_rating_again_changes_nothing() -> None:
    done = spec.given(opened(), rated(GOOD, FAIR, FAIR))
    done.when(rate(GOOD, FAIR)).then_nothing()


def test_the_same_sealed_reason_is_known_by_its_digest() -> None:
    first, again = (Sealed(ref=ref, size=8, digest="same") for ref in ("r1", "r2"))
    done = spec.given(opened(), rated(BAD, BAD, BAD, first))
    done.when(rate(BAD, BAD, again)).then_nothing()


def test_a_rating_cannot_be_changed() -> None:
    done = spec.given(opened(), rated(GOOD, FAIR, FAIR))
    done.when(rate(GOOD, GOOD)).then_refused("already-rated")


def test_a_lapsed_evaluation_cannot_be_rated() -> None:
    spec.given(opened(), lapsed()).when(rate(GOOD, GOOD)).then_refused("evaluation-lapsed")


def in_time(attitude: str = GOOD, result: str = FAIR, **changes: Any) -> RateByProxy:
    """A paper form that came on the day before the lapse, entered two days after it."""
    came = business_day(LAPSED_AT - DAY)
    return by_proxy(attitude, result, **{"at": LAPSED_AT + 2 * DAY, "on": came} | changes)


def test_a_paper_form_that_came_in_time_takes_the_place_of_the_lapse() -> None:
    entered = in_time()
    expected = rated(GOOD, FAIR, FAIR, at=entered.at, on=entered.on, entered_by=OFFICE)
    late = expected.model_copy(update={"replaces_lapse": True})
    spec.given(opened(), lapsed()).when(entered).then(late)
    spec.given(opened(), lapsed(), late).when(entered).then_nothing()
    spec.given(opened(), lapsed(), late).when(in_time(result=GOOD)).then_refused("already-rated")


def test_an_unsatisfied_form_that_came_in_time_orders_the_next_round() -> None:
    late = in_time(attitude=BAD, reason=WHY)
    facts = spec.given(opened(), lapsed()).when(late).outcome()
    assert [type(fact).__name__ for fact in facts] == ["CaseRated", "RehandlingOrdered"]
    again = spec.given(opened(), opened(SECOND), *ordered_by(SECOND), lapsed()).when(late)
    assert [type(fact).__name__ for fact in again.outcome()] == ["CaseRated"]


def ordered_by(rater: str) -> tuple[CaseRated, RehandlingOrdered]:
    form_of = {"evaluation": form(TASK, rater), "rater": rater, "entered_by": rater}
    return rated(BAD, BAD, BAD, WHY, rehandling=2, **form_of), rehandling()


@pytest.mark.parametrize(
    ("changes", "rule", "field"),
    [
        ({"on": None}, "form-not-in-time", "on"),
        ({"on": business_day(LAPSED_AT)}, "form-not-in-time", "on"),
        ({"on": business_day(MONDAY - DAY)}, "day-too-early", "on"),
        ({"at": LAPSED_AT + 16 * DAY}, "evaluation-lapsed", None),
    ],
)
def test_a_form_that_came_late_or_is_entered_too_late_changes_nothing(
    changes: dict[str, Any], rule: str, field: str | None
) -> None:
    spec.given(opened(), lapsed()).when(in_time(**changes)).then_refused(rule, field)


def test_a_form_may_be_entered_until_the_last_moment_of_its_days() -> None:
    until = lapsed().forms_until
    assert until is not None
    spec.given(opened(), lapsed()).when(in_time(at=until)).then_refused("evaluation-lapsed")
    assert spec.given(opened(), lapsed()).when(in_time(at=until - DAY / 24)).outcome()


def test_a_policy_without_days_takes_no_form_after_the_lapse() -> None:
    none = lapse().model_copy(update={"policy": rules(entered_within={})})
    [fact] = spec.given(opened()).when(none).outcome()
    assert isinstance(fact, EvaluationLapsed)
    assert fact.forms_until is None
    spec.given(opened(), fact).when(in_time()).then_refused("evaluation-lapsed")


def test_a_withdrawn_case_cannot_be_rated() -> None:
    spec.given(opened(), stopped()).when(rate(GOOD, GOOD)).then_refused("case-stopped")


def test_unsatisfied_orders_the_next_round_in_the_same_commit() -> None:
    """L2 art. 21: a second handling of one month, with its own clock."""
    spec.given(opened()).when(rate(BAD, GOOD, WHY)).then(
        rated(BAD, GOOD, BAD, WHY, rehandling=2), rehandling()
    )


def test_the_part_of_a_separate_unit_stays_its_own() -> None:
    asked = opened(part="separate", scope="停车泊位部分")
    ordered = spec.given(asked).when(rate(BAD, BAD, WHY)).outcome()[1]
    assert isinstance(ordered, RehandlingOrdered)
    assert (ordered.tasks[0].part, ordered.tasks[0].scope) == ("separate", "停车泊位部分")


def test_two_unsatisfied_raters_of_a_reply_order_one_round() -> None:
    first = (rated(BAD, BAD, BAD, WHY, rehandling=2), rehandling())
    spec.given(opened(), opened(SECOND), *first).when(
        rate(BAD, BAD, WHY, by=SECOND, evaluation=form(TASK, SECOND))
    ).then(
        rated(BAD, BAD, BAD, WHY, evaluation=form(TASK, SECOND), rater=SECOND, entered_by=SECOND)
    )


def test_another_units_reply_of_the_same_round_is_handled_again_in_that_round() -> None:
    first = (rated(BAD, BAD, BAD, WHY, rehandling=2), rehandling())
    other = opened(RATER, task=OTHER_TASK, unit="u-pol")
    facts = (
        spec.given(opened(), other, *first)
        .when(rate(BAD, BAD, WHY, evaluation=form(OTHER_TASK, RATER)))
        .outcome()
    )
    assert isinstance(facts[1], RehandlingOrdered)
    assert (facts[1].next_round, facts[1].tasks[0].unit) == (2, "u-pol")


def test_a_later_round_that_is_not_the_last_orders_the_next_one() -> None:
    policy = rules(max_rounds=3)
    spec.given(opened(round=2)).when(rate(BAD, BAD, WHY, policy=policy)).then(
        rated(BAD, BAD, BAD, WHY, round=2, rehandling=3),
        rehandling().model_copy(update={"round": 2, "next_round": 3}),
    )


def test_after_the_last_round_a_rating_orders_nothing() -> None:
    spec.given(opened(round=2)).when(rate(BAD, BAD, WHY)).then(rated(BAD, BAD, BAD, WHY, round=2))


def test_the_window_that_passes_counts_as_not_rated() -> None:
    spec.given(opened()).when(lapse()).then(lapsed())


def test_a_lapse_and_a_stop_keep_their_round() -> None:
    second = lapsed().model_copy(update={"round": 2})
    spec.given(opened(round=2)).when(lapse()).then(second)
    stop = StopFeedback(at=MONDAY, by="system:feedback", mark=mark(), round=2, reason="withdrawn")
    spec.given().when(stop).then(stopped().model_copy(update={"round": 2}))


def test_only_an_open_evaluation_lapses() -> None:
    spec.given(opened(), rated(GOOD, GOOD, GOOD)).when(lapse()).then_nothing()
    spec.given(opened(), lapsed()).when(lapse()).then_nothing()
    spec.given(opened(), stopped()).when(lapse()).then_nothing()
    spec.given().when(lapse()).then_nothing()


def test_a_stop_is_remembered_once() -> None:
    stop = StopFeedback(at=MONDAY, by="system:feedback", mark=mark(), round=1, reason="withdrawn")
    spec.given().when(stop).then(stopped())
    spec.given(stopped()).when(stop).then_nothing()


def stopped() -> FeedbackStopped:
    return FeedbackStopped(at=MONDAY, **mark().model_dump(), reason="withdrawn")


def lapse() -> LapseEvaluation:
    fields = {"at": LAPSED_AT, "by": "system:feedback", "evaluation": form()}
    return LapseEvaluation(**fields, policy=RULES)


def lapsed() -> EvaluationLapsed:
    return EvaluationLapsed(
        at=LAPSED_AT,
        forms_until=midnight_after(business_day(LAPSED_AT + 15 * DAY)),
        **mark().model_dump(),
        evaluation=form(),
        task=TASK,
        unit=UNIT,
        rater=RATER,
    )


def rehandling() -> RehandlingOrdered:
    at = MONDAY + DAY
    task = Task(
        task=entity_id(SEED, f"rehandling:{TASK}"),
        unit=UNIT,
        part="lead",
        sign_for=RULES.due("sign-for", at),
        first_contact=RULES.due("first-contact", at),
        due=RULES.due("rehandling", at),
    )
    return RehandlingOrdered(
        at=at,
        **mark().model_dump(),
        round=1,
        next_round=2,
        previous_task=TASK,
        tasks=(task,),
        reason=WHY,
    )

"""Reviews of opinions on petitions: who asks until when, what the organ does, and the end."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.feedback.domain.authorization import offers
from services.feedback.domain.decider import DECIDER
from services.feedback.domain.holdings import holdings
from services.feedback.domain.reviews import commands
from services.feedback.domain.state import Feedback
from shared.contracts import reviews as facts
from shared.contracts.feedback import FeedbackStopped, RehandlingOrdered
from shared.kernel.actor import Actor
from shared.kernel.calendar import ending_day
from shared.kernel.messages import Event
from shared.kernel.petition_rules import LevelRules, ReviewRules
from tests.unit.feedback.forms import (
    DAY,
    MONDAY,
    OFFICE,
    SEED,
    TASK,
    UNIT,
    ask,
    mark,
    opened,
    rate,
    rules,
    spec,
)
from tests.unit.feedback.test_decider import BAD, WHY

PETITION = mark("petition", "letter")
RULES = rules("petition", "letter")
PETITIONER = "x-1c2d3e4f5a6b"
DELIVERED = date(2025, 3, 3)
REASON, FINDINGS, RULING = "没有答复补贴的依据", "补贴以文件所列楼栋为准", "予以维持"
AT = {"policy": RULES, "seed": SEED}


def noted(purpose: str = "appeal", **changes: Any) -> facts.PurposeNoted:
    fields = {"purpose": purpose, "reviewable": purpose == "appeal"} | changes
    return facts.PurposeNoted(at=MONDAY, **PETITION.model_dump(), **fields)


def answered(**changes: Any) -> facts.DeliveryNoted:
    fields: dict[str, Any] = {
        "task": TASK, "unit": UNIT, "part": "lead", "on": DELIVERED, "raters": (PETITIONER,),
    }  # fmt: skip
    return facts.DeliveryNoted(at=MONDAY, **PETITION.model_dump(), **fields | changes)


def on(level: str) -> dict[str, Any]:
    return {**PETITION.model_dump(), "level": level, "task": TASK, "unit": UNIT}


def may_ask(level: str = "review", at: datetime = MONDAY) -> facts.ReviewOpened:
    until = RULES.due(f"{level}-request", at)
    return facts.ReviewOpened(at=at, **on(level), asker=PETITIONER, until=until)


def asking(at: datetime, by: str = PETITIONER, **changes: Any) -> commands.RequestReview:
    fields: dict[str, Any] = {**AT, "task": TASK, "reason": REASON} | changes
    return commands.RequestReview(at=at, by=by, **fields)


def asked(at: datetime, level: str = "review", **changes: Any) -> facts.ReviewRequested:
    hearing = "none" if level == "review" else "not-counted"
    fields: dict[str, Any] = {
        "by": PETITIONER, "reason": REASON, "organ": "u-petition", "due": RULES.due(level, at),
        "hearing": hearing,
    } | changes  # fmt: skip
    return facts.ReviewRequested(at=at, **on(level), **fields)


def deciding(at: datetime, outcome: str = "upheld", **changes: Any) -> commands.DecideReview:
    words = {"findings": FINDINGS, "ruling": RULING, "outcome": outcome}
    return commands.DecideReview(at=at, by=OFFICE, task=TASK, **AT | words | changes)


def decided(at: datetime, level: str = "review", outcome: str = "upheld") -> facts.ReviewDecided:
    return facts.ReviewDecided(
        at=at, by=OFFICE, **on(level), outcome=outcome, findings=FINDINGS, ruling=RULING,
        deliver_by=RULES.due(f"{level}-delivery", at),
    )  # fmt: skip


def delivering(at: datetime, day: date, **changes: Any) -> commands.DeliverReview:
    return commands.DeliverReview(
        at=at, by=OFFICE, task=TASK, on=day, mode="letter", **AT | changes
    )


def delivered(at: datetime, day: date, level: str = "review") -> facts.ReviewDelivered:
    return facts.ReviewDelivered(at=at, by=OFFICE, **on(level), on=day, mode="letter")


def concluded(at: datetime, level: str, ending: str, **changes: Any) -> facts.PetitionConcluded:
    return facts.PetitionConcluded(at=at, **on(level), ending=ending, **changes)


def lapsing(level: str = "review", at: datetime = MONDAY + 31 * DAY) -> commands.LapseReview:
    return commands.LapseReview(at=at, by="system:feedback", task=TASK, level=level, **AT)


def after(*history: Event) -> Feedback:
    return DECIDER.fold(history)


OPEN = (noted(), answered(), may_ask())
TENTH = MONDAY + 7 * DAY
UNDER_REVIEW = (*OPEN, asked(TENTH))
OPINION = MONDAY + 20 * DAY
TOLD = MONDAY + 22 * DAY
MAY_RECHECK = (
    *UNDER_REVIEW,
    decided(OPINION),
    delivered(TOLD, TOLD.date()),
    may_ask("recheck", TOLD),
)
ASKED_AGAIN = TOLD + 3 * DAY
UNDER_RECHECK = (*MAY_RECHECK, asked(ASKED_AGAIN, "recheck"))


def test_the_time_to_ask_runs_from_the_delivery_of_the_opinion_whichever_is_known_first() -> None:
    delivery = ask(PETITIONER, policy=RULES, mark=PETITION, on=DELIVERED)
    facts_ = spec.given(noted()).when(delivery).outcome()
    assert facts_[1].raters == (PETITIONER,)
    assert isinstance(facts_[2], facts.ReviewOpened)
    assert ending_day(facts_[2].until.at) == date(2025, 4, 2)
    note = commands.NotePurpose(at=MONDAY, by="s", mark=PETITION, purpose="appeal", **AT)
    found = spec.given(answered()).when(note).outcome()
    assert [type(each) for each in found] == [facts.PurposeNoted, facts.ReviewOpened]
    assert found[1].until == facts_[2].until


@pytest.mark.parametrize("purpose", ["advice", "accusation", "enquiry"])
def test_only_purposes_of_the_row_are_reviewed(purpose: str) -> None:
    given = spec.given(noted(purpose))
    found = given.when(ask(PETITIONER, policy=RULES, mark=PETITION)).outcome()
    assert not [each for each in found if isinstance(each, facts.ReviewOpened)]
    spec.given(noted(purpose), answered()).when(asking(TENTH)).then_refused("not-reviewable")


def test_a_purpose_that_is_corrected_takes_the_time_to_ask_away_and_gives_it_back() -> None:
    note = commands.NotePurpose(at=TENTH, by="s", mark=PETITION, purpose="advice", **AT)
    [fact] = spec.given(*OPEN).when(note).outcome()
    assert not fact.reviewable
    back = note.model_copy(update={"purpose": "appeal"})
    found = spec.given(*OPEN, fact).when(back).outcome()
    assert found[1].until == may_ask().until
    spec.given(noted()).when(back).then_nothing()


def test_kinds_without_reviews_note_nothing() -> None:
    found = spec.given().when(ask("p-d1")).outcome()
    assert [type(each).__name__ for each in found] == ["EvaluationOpened"]
    note = commands.NotePurpose(at=MONDAY, by="s", mark=mark(), purpose="x", policy=rules())
    spec.given().when(note).then_nothing()


def test_the_petitioner_asks_in_time_and_the_organ_has_its_days_from_then() -> None:
    spec.given(*OPEN).when(asking(TENTH)).then(asked(TENTH))
    last = may_ask().until.at - timedelta(milliseconds=1)
    spec.given(*OPEN).when(asking(last)).then(asked(last))
    spec.given(*OPEN).when(asking(may_ask().until.at)).then_refused("review-late", "on")


def test_the_office_enters_a_paper_by_the_day_on_which_it_came_in() -> None:
    late = may_ask().until.at + 2 * DAY
    came = date(2025, 4, 1)
    over = concluded(MONDAY + 31 * DAY, "review", "not-requested", papers_until=late + 9 * DAY)
    for history in (OPEN, (*OPEN, over)):
        [fact] = spec.given(*history).when(asking(late, OFFICE, on=came)).outcome()
        assert (fact.on, ending_day(fact.due.at)) == (came, date(2025, 5, 1))
    entering = spec.given(*OPEN)
    entering.when(asking(late, OFFICE, on=date(2025, 4, 3))).then_refused("review-late", "on")
    entering.when(asking(late, OFFICE)).then_refused("review-late", "on")
    entering.when(asking(TENTH, OFFICE, on=date(2025, 3, 2))).then_refused("day-too-early", "on")
    entering.when(asking(TENTH, OFFICE, on=date(2025, 3, 11))).then_refused("day-in-future", "on")
    late_entry = asking(late + 30 * DAY, OFFICE, on=came)
    entering.when(late_entry).then_refused("entered-too-late", "on")
    own = asking(TENTH, on=date(2025, 3, 5))
    entering.when(own).then_refused("request-own-day", "on")


def test_a_request_needs_words_and_is_made_once() -> None:
    spec.given(*OPEN).when(asking(TENTH, reason="　")).then_refused("reason-required", "reason")
    spec.given(*UNDER_REVIEW).when(asking(TENTH)).then_nothing()
    again = asking(TENTH, reason="另一理由")
    spec.given(*UNDER_REVIEW).when(again).then_refused("review-under-way")


def test_a_case_that_is_over_is_not_reviewed() -> None:
    gone = FeedbackStopped(at=MONDAY, **PETITION.model_dump(), reason="withdrawn")
    spec.given(*OPEN, gone).when(asking(TENTH)).then_refused("case-stopped")
    spec.given(*OPEN, gone).when(lapsing()).then_nothing()


def test_an_opinion_that_is_given_anew_is_not_reviewed() -> None:
    again = RehandlingOrdered(
        at=MONDAY, **PETITION.model_dump(), next_round=2, previous_task=TASK, tasks=()
    )
    spec.given(*OPEN, again).when(asking(TENTH)).then_refused("reply-superseded")
    spec.given(*OPEN, again).when(lapsing()).then_nothing()


def test_where_nobody_asks_in_time_the_way_ends() -> None:
    [fact] = spec.given(*OPEN).when(lapsing()).outcome()
    assert (fact.ending, fact.level) == ("not-requested", "review")
    spec.given(*UNDER_REVIEW).when(lapsing()).then_nothing()
    spec.given(*OPEN, fact).when(lapsing()).then_nothing()
    spec.given(*MAY_RECHECK).when(lapsing()).then_nothing()
    [fact] = spec.given(*MAY_RECHECK).when(lapsing("recheck")).outcome()
    assert fact.level == "recheck"


def test_the_organ_decides_with_words_and_once() -> None:
    given = spec.given(*UNDER_REVIEW)
    given.when(deciding(OPINION)).then(decided(OPINION))
    given.when(deciding(OPINION, findings="")).then_refused("findings-required", "findings")
    given.when(deciding(OPINION, ruling=" ")).then_refused("ruling-required", "ruling")
    spec.given(*OPEN).when(deciding(OPINION)).then_refused("review-not-under-way")
    known = spec.given(*UNDER_REVIEW, decided(OPINION))
    known.when(deciding(OPINION)).then_nothing()
    known.when(deciding(OPINION, "changed")).then_refused("review-not-under-way")


def test_who_gave_an_opinion_does_not_review_it_and_names_the_organ_above_that_does() -> None:
    """信访工作条例 art. 35, 36: the organ above the one whose opinion is contested."""
    itself = asked(TENTH).model_copy(update={"organ": UNIT})
    by_unit = spec.given(*OPEN, itself)
    by_unit.when(deciding(OPINION)).then_refused("own-opinion", "issuer")
    by_unit.when(deciding(OPINION, issuer="　")).then_refused("own-opinion", "issuer")
    assert by_unit.when(deciding(OPINION, issuer="市人民政府")).outcome()
    recheck = spec.given(*UNDER_RECHECK)
    when = ASKED_AGAIN + DAY
    recheck.when(deciding(when)).then_refused("own-opinion", "issuer")
    assert recheck.when(deciding(when, issuer="省人民政府")).outcome()
    above = [
        each.model_copy(update={"issuer": "市人民政府"})
        if isinstance(each, facts.ReviewDecided) else each
        for each in UNDER_RECHECK
    ]  # fmt: skip
    again = spec.given(*above)
    again.when(deciding(when, issuer="市人民政府")).then_refused("own-opinion", "issuer")
    elsewhere = asked(ASKED_AGAIN, "recheck").model_copy(update={"organ": "u-gov-office"})
    assert spec.given(*MAY_RECHECK, elsewhere).when(deciding(when)).outcome()


def test_a_purpose_that_was_corrected_during_a_review_has_no_further_level() -> None:
    other = noted("advice")
    given = spec.given(*UNDER_REVIEW, other, decided(OPINION))
    found = given.when(delivering(TOLD, TOLD.date())).outcome()
    assert [type(each) for each in found] == [facts.ReviewDelivered]
    back = commands.NotePurpose(at=TOLD, by="s", mark=PETITION, purpose="appeal", **AT)
    after_it = spec.given(*UNDER_REVIEW, other, decided(OPINION), *found).when(back).outcome()
    assert (after_it[1].level, after_it[1].until) == ("recheck", may_ask("recheck", TOLD).until)


def test_every_petitioner_of_a_large_paper_may_ask_though_they_are_told_in_groups() -> None:
    first, second = ask(PETITIONER, policy=RULES, mark=PETITION), "x-000000000051"
    found = spec.given(noted()).when(first).outcome()
    joined = spec.given(noted(), *found).when(ask(second, policy=RULES, mark=PETITION)).outcome()
    assert joined[-1].raters == (PETITIONER, second)
    assert not [each for each in joined if isinstance(each, facts.ReviewOpened)]
    every = spec.given(noted(), *found, *joined)
    assert every.when(asking(TENTH, second)).outcome()[0].by == second
    every.when(ask(second, policy=RULES, mark=PETITION)).then_nothing()


def test_a_window_that_ends_on_a_holiday_ends_there_where_the_row_says_so() -> None:
    """1 October 2025 is 30 days after 1 September; the last day does not move."""
    day = datetime(2025, 9, 1, 1, tzinfo=UTC)
    delivery = ask(PETITIONER, policy=RULES, mark=PETITION, on=day.date())
    late = delivery.model_copy(update={"at": day})
    found = spec.given(noted()).when(late).outcome()
    assert ending_day(found[2].until.at) == date(2025, 10, 1)
    spec.given(noted(), *found).when(asking(found[2].until.at)).then_refused("review-late", "on")


def test_an_opinion_that_remits_orders_another_handling_and_no_recheck() -> None:
    found = spec.given(*UNDER_REVIEW).when(deciding(OPINION, "remitted")).outcome()
    assert [type(each) for each in found] == [facts.ReviewDecided, RehandlingOrdered]
    task = found[1].tasks[0]
    assert (task.unit, task.due) == (UNIT, RULES.due("rehandling", OPINION))
    told = spec.given(*UNDER_REVIEW, *found).when(delivering(TOLD, TOLD.date())).outcome()
    assert [type(each) for each in told] == [facts.ReviewDelivered]
    none = {name: d for name, d in RULES.row.obligations.items() if name != "rehandling"}
    without = rules("petition", "letter", obligations=none)
    refused = deciding(OPINION, "remitted", policy=without)
    spec.given(*UNDER_REVIEW).when(refused).then_refused("no-further-round", "outcome")


def test_the_delivery_of_a_review_opens_the_recheck_from_its_day() -> None:
    given = spec.given(*UNDER_REVIEW, decided(OPINION))
    found = given.when(delivering(TOLD + DAY, TOLD.date())).outcome()
    assert found[1].level == "recheck"
    assert found[1].until == may_ask("recheck", TOLD).until
    given.when(delivering(TOLD, date(2025, 3, 1))).then_refused("day-too-early", "on")
    spec.given(*UNDER_REVIEW).when(delivering(TOLD, TOLD.date())).then_refused("review-undecided")


def test_a_delivery_is_repeated_and_not_changed() -> None:
    given = spec.given(*UNDER_REVIEW, decided(OPINION), delivered(TOLD, TOLD.date()))
    given.when(delivering(TOLD, TOLD.date())).then_nothing()
    given.when(delivering(TOLD + DAY, TOLD.date() + DAY)).then_refused("review-delivered")


def test_after_the_recheck_the_petition_is_at_its_end() -> None:
    opinion = decided(ASKED_AGAIN + DAY, "recheck")
    told = ASKED_AGAIN + 2 * DAY
    found = spec.given(*UNDER_RECHECK, opinion).when(delivering(told, told.date())).outcome()
    assert found == [
        delivered(told, told.date(), "recheck"), concluded(told, "recheck", "rechecked"),
    ]  # fmt: skip
    over = (*UNDER_RECHECK, opinion, *found)
    spec.given(*over).when(asking(told + DAY)).then_refused("petition-concluded")
    spec.given(*over).when(lapsing("recheck")).then_nothing()


def test_a_place_with_one_level_ends_after_it() -> None:
    one = ReviewRules(purposes=("appeal",), levels={"review": LevelRules()}, basis="x")
    single = rules("petition", "letter", reviews=one)
    told = delivering(TOLD, TOLD.date(), policy=single)
    found = spec.given(*UNDER_REVIEW, decided(OPINION)).when(told).outcome()
    assert found[1] == concluded(TOLD, "review", "rechecked")


def calling(at: datetime, day: date, **changes: Any) -> commands.CallHearing:
    fields = {**AT, "day": day, "place": "听证室"} | changes
    return commands.CallHearing(at=at, by=OFFICE, task=TASK, **fields)


def ending(at: datetime, held: bool = True, **changes: Any) -> commands.EndHearing:
    fields = {**AT, "held": held, "note": "双方陈述了意见"} | changes
    return commands.EndHearing(at=at, by=OFFICE, task=TASK, **fields)


CALLED = ASKED_AGAIN + 5 * DAY
HEARD = CALLED.date() + 10 * DAY


def test_the_time_of_a_hearing_does_not_count_in_the_recheck() -> None:
    [call] = spec.given(*UNDER_RECHECK).when(calling(CALLED, HEARD)).outcome()
    assert call.paused
    held = (*UNDER_RECHECK, call)
    [end] = spec.given(*held).when(ending(CALLED + 10 * DAY)).outcome()
    before = RULES.due("recheck", ASKED_AGAIN)
    assert ending_day(end.due.at) == ending_day(before.at) + 10 * DAY
    assert after(*held, end).reviews.last(TASK).due == end.due  # type: ignore[union-attr]
    spec.given(*held, end).when(ending(CALLED + 10 * DAY)).then_nothing()


def test_a_hearing_that_is_not_held_gives_back_the_days_until_then() -> None:
    [call] = spec.given(*UNDER_RECHECK).when(calling(CALLED, HEARD)).outcome()
    [end] = spec.given(*UNDER_RECHECK, call).when(ending(CALLED + 2 * DAY, held=False)).outcome()
    before = RULES.due("recheck", ASKED_AGAIN)
    assert ending_day(end.due.at) == ending_day(before.at) + 2 * DAY


def test_a_late_organ_gains_nothing_by_a_hearing() -> None:
    late = RULES.due("recheck", ASKED_AGAIN).at + DAY
    [call] = spec.given(*UNDER_RECHECK).when(calling(late, late.date() + 9 * DAY)).outcome()
    assert not call.paused
    [end] = spec.given(*UNDER_RECHECK, call).when(ending(late + 9 * DAY)).outcome()
    assert end.due == RULES.due("recheck", ASKED_AGAIN)


def test_hearings_are_told_before_and_one_is_held_at_a_level_that_has_them() -> None:
    given = spec.given(*UNDER_RECHECK)
    soon = calling(CALLED, CALLED.date() + 6 * DAY)
    given.when(soon).then_refused("hearing-too-soon", "day")
    spec.given(*UNDER_REVIEW).when(calling(OPINION, HEARD)).then_refused("no-hearing")
    spec.given(*OPEN).when(calling(OPINION, HEARD)).then_refused("review-not-under-way")
    given.when(ending(CALLED)).then_refused("hearing-none")
    last = CALLED.date() + 30 * DAY
    given.when(calling(CALLED, last + DAY)).then_refused("hearing-too-late", "day")
    assert given.when(calling(CALLED, last)).outcome()
    [call] = given.when(calling(CALLED, HEARD)).outcome()
    held = spec.given(*UNDER_RECHECK, call)
    held.when(calling(CALLED, HEARD)).then_nothing()
    held.when(calling(CALLED, HEARD + DAY)).then_refused("hearing-open")
    held.when(deciding(CALLED + DAY)).then_refused("hearing-open")
    held.when(ending(CALLED + DAY)).then_refused("day-too-early", "on")
    held.when(ending(CALLED + 10 * DAY, note="")).then_refused("hearing-note", "note")
    [end] = held.when(ending(CALLED + 10 * DAY)).outcome()
    again = spec.given(*UNDER_RECHECK, call, end)
    again.when(calling(CALLED + 11 * DAY, HEARD + 20 * DAY)).then_refused("hearing-held")


def test_a_rating_orders_no_other_handling_of_an_opinion_under_review() -> None:
    form_ = opened(PETITIONER, **PETITION.model_dump())
    bad = rate(BAD, BAD, WHY, by=PETITIONER, evaluation=form_.evaluation, policy=RULES)
    assert len(spec.given(form_, *OPEN).when(bad).outcome()) == 2
    [rating] = spec.given(form_, *UNDER_REVIEW).when(bad).outcome()
    assert rating.rehandling is None


def test_what_is_owed_is_the_next_step() -> None:
    def owed(*history: Event) -> list[str]:
        return [due.rule for held in holdings(after(*history)) for due in held.owed]

    [call] = spec.given(*UNDER_RECHECK).when(calling(CALLED, HEARD)).outcome()
    assert owed(*OPEN) == ["review-request"]
    assert owed(*UNDER_REVIEW) == ["review"]
    assert owed(*UNDER_REVIEW, decided(OPINION)) == ["review-delivery"]
    assert owed(*MAY_RECHECK) == ["recheck-request"]
    assert owed(*UNDER_RECHECK, call) == ["recheck", "recheck-hearing"]


def test_the_next_step_is_offered() -> None:
    def offered(who: str, *history: Event, at: datetime = TENTH) -> list[str]:
        return [each.action for each in offers(Actor(who), after(*history), at)]

    late = may_ask().until.at + DAY
    over = concluded(late, "review", "not-requested", papers_until=late + 5 * DAY)
    [call] = spec.given(*UNDER_RECHECK).when(calling(CALLED, HEARD)).outcome()
    assert offered(PETITIONER, *OPEN) == ["request-review"]
    assert offered(PETITIONER, *OPEN, at=late) == []
    assert offered(OFFICE, *OPEN, at=late) == ["request-review"]
    assert offered(OFFICE, *OPEN, over, at=late) == ["request-review"]
    assert offered(OFFICE, *OPEN, over, at=late + 6 * DAY) == []
    assert offered(OFFICE, *UNDER_REVIEW) == ["decide-review"]
    assert offered(OFFICE, *UNDER_RECHECK) == ["decide-review", "call-hearing"]
    assert offered(OFFICE, *UNDER_RECHECK, call) == ["end-hearing"]
    assert offered(OFFICE, *UNDER_REVIEW, decided(OPINION)) == ["deliver-review"]
    assert offered(OFFICE, *UNDER_REVIEW, decided(OPINION), delivered(TOLD, TOLD.date())) == []


def test_the_day_of_the_window_is_that_of_beijing() -> None:
    """Delivered at half past eleven in the evening there, which is the day before in Greenwich."""
    late = datetime(2025, 3, 3, 17, 30, tzinfo=UTC)
    delivery = ask(PETITIONER, policy=RULES, mark=PETITION).model_copy(update={"at": late})
    found = spec.given(noted()).when(delivery).outcome()
    assert (found[1].on, ending_day(found[2].until.at)) == (date(2025, 3, 4), date(2025, 4, 3))

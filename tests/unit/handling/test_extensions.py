"""Extensions: asked in time and within the cap, decided by each approver, told to the proposer."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from services.handling.domain.authorization import offers, relations
from services.handling.domain.decider import DECIDER
from services.handling.domain.holdings import holdings
from shared.contracts import extensions as facts
from shared.contracts.payloads.handling import ExtensionWish, Verdict
from shared.kernel.actor import Actor, Post
from shared.kernel.calendar import ending_day, midnight_after
from shared.kernel.extension_rules import ExtensionRules
from shared.kernel.messages import Act
from shared.kernel.policy import Policy, Recount
from tests.unit.handling.world import (
    CLOSED,
    CO,
    CO_PROPOSER,
    DAY,
    HANDLER,
    LEAD,
    LEAD_PROPOSER,
    MONDAY,
    NEXT,
    ORGANS,
    READY,
    REPLIED,
    RULES,
    SEPARATE,
    UNTIL,
    a_task,
    agreed,
    ask,
    asked,
    by,
    decide,
    deliver,
    delivered,
    gave_opinion,
    granted,
    joined,
    on_task,
    opened,
    rules,
    signed,
    spec,
    tell,
)

DUE = LEAD.due
NEW = RULES.on_day("reply", UNTIL)
CAP = date(2025, 9, 3)
"""Six months after the hand-out of Monday, 3 March."""


def ruled(**changes: Any) -> Policy:
    """Returns the policy with other rules for the extension of a reply."""
    own = RULES.row.extensions["reply"].model_dump() | changes
    return rules(extensions={"reply": ExtensionRules.model_validate(own)})


# --- asked


def test_a_unit_asks_before_its_day() -> None:
    wish = {**by(LEAD, HANDLER), **ask().fields(ExtensionWish)}
    expected = facts.ExtensionRequested.model_validate(
        {**wish, "was": DUE, "approvers": ORGANS, "needs": "all", "decided_by": "organ"}
    )
    spec.given(opened()).when(ask()).then(expected)


def test_it_is_asked_until_the_last_moment_of_the_day_and_not_at_its_end() -> None:
    before = DUE.at - timedelta(milliseconds=1)
    assert spec.given(opened()).when(ask(at=before)).outcome()
    spec.given(opened()).when(ask(at=DUE.at)).then_refused("extension-late", "task")


@pytest.mark.parametrize(("until", "rule"), [
    (ending_day(DUE.at), "extension-not-later"),
    (CAP + DAY, "extension-too-long"),
])  # fmt: skip
def test_the_new_day_is_later_and_within_six_months_of_the_hand_out(until: date, rule: str) -> None:
    spec.given(opened()).when(ask(until=until)).then_refused(rule, "until")
    assert spec.given(opened()).when(ask(until=ending_day(DUE.at) + DAY)).outcome()
    assert spec.given(opened()).when(ask(until=CAP)).outcome()


@pytest.mark.parametrize(("kind", "channel", "last"), [
    ("petition", "visit", 30), ("hotline", "12345", 14),
])  # fmt: skip
def test_a_cap_may_count_from_the_first_due_moment(kind: Any, channel: str, last: int) -> None:
    """信访工作条例第34条: 30 days more; a hotline letter ten working days more."""
    policy = rules(kind, channel)
    due = policy.due("reply", MONDAY)
    given = spec.given(opened(a_task("a" * 12, "u-hou", "lead", due=due)))
    latest = ending_day(due.at) + last * DAY
    assert given.when(ask(policy=policy, until=latest)).outcome()
    too_long = ask(policy=policy, until=latest + DAY)
    given.when(too_long).then_refused("extension-too-long", "until")


def test_six_months_count_from_the_first_hand_out_also_for_the_unit_that_has_it_now() -> None:
    """代表法第51条: the case was handed out once, however often it changed hands."""
    later = MONDAY + 40 * DAY
    other = a_task("b" * 12, "u-tra", "lead", due=RULES.due("reply", later))
    begun = opened(other).model_copy(update={"at": later})
    given = spec.given(opened(), CLOSED, begun)
    assert given.when(ask(other, at=later, until=CAP)).outcome()
    too_long = ask(other, at=later, until=CAP + DAY)
    given.when(too_long).then_refused("extension-too-long", "until")


def test_a_day_that_was_granted_to_a_former_unit_is_no_first_due_moment() -> None:
    """The task moved with it: the law knows no second thirty days (信访工作条例第34条)."""
    policy = rules("petition", "visit")
    due = policy.due("reply", MONDAY)
    held = policy.on_day("reply", ending_day(due.at) + 20 * DAY)
    before = a_task("a" * 12, "u-hou", "lead", due=due)
    after = a_task("b" * 12, "u-tra", "lead", due=held)
    moved = (opened(before), asked(before), granted(before, due=held), CLOSED)
    given = spec.given(*moved, opened(after))
    latest = ending_day(due.at) + 30 * DAY
    assert given.when(ask(after, policy=policy, until=latest)).outcome()
    too_long = ask(after, policy=policy, until=latest + DAY)
    given.when(too_long).then_refused("extension-too-long", "until")


def test_a_request_says_why() -> None:
    spec.given(opened()).when(ask(reason=" ")).then_refused("extension-reason", "reason")


def test_only_one_request_waits_and_a_task_is_extended_once() -> None:
    spec.given(opened(), asked()).when(ask()).then_refused("extension-pending", "task")
    history = (opened(), asked(), granted())
    spec.given(*history).when(ask(until=CAP)).then_refused("extension-exhausted", "task")
    assert spec.given(*history).when(ask(until=CAP, policy=ruled(most=2))).outcome()


def test_after_a_refusal_it_is_asked_again_while_the_day_is_ahead() -> None:
    given = spec.given(opened(), asked(), *refusing())
    assert given.when(ask()).outcome()
    given.when(ask(at=DUE.at)).then_refused("extension-late", "task")


def refusing() -> list[Any]:
    return list(spec.given(opened(), asked()).when(decide(ok=False)).outcome())


def test_deadlines_without_rules_are_not_extended() -> None:
    """A second handling is not, by the default policy."""
    given = spec.given(opened(NEXT, 2))
    given.when(ask(NEXT)).then_refused("extension-none", "task")
    spec.given(opened()).when(ask(policy=rules(extensions={}))).then_refused(
        "extension-none", "task"
    )


def test_co_handlers_and_signed_or_answered_tasks_ask_for_nothing() -> None:
    spec.given(opened(), joined()).when(ask(CO)).then_refused("lead-only", "task")
    spec.given(*READY, signed()).when(ask()).then_refused("already-signed", "task")
    for command in (ask(), decide(), tell()):
        spec.given(*READY, signed(), REPLIED).when(command).then_refused("task-replied", "task")


def test_a_day_that_rested_on_a_guess_is_the_one_of_the_official_list() -> None:
    """ADR 41: the request is in time while the day that the list gives is ahead."""
    counted = RULES.due("reply", MONDAY)
    recount = Recount(start=MONDAY, period=RULES.row.obligations["reply"].period)
    guessed = counted.model_copy(
        update={"at": counted.at - 5 * DAY, "provisional": True, "recount": recount}
    )
    given = spec.given(opened(a_task("a" * 12, "u-hou", "lead", due=guessed)))
    [fact] = given.when(ask(at=counted.at - DAY)).outcome()
    assert fact.was.at == counted.at
    given.when(ask(at=counted.at)).then_refused("extension-late", "task")


# --- decided


def test_all_approvers_agree_before_the_day_moves() -> None:
    given = spec.given(opened(), asked())
    given.when(decide()).then(agreed())
    last = decide("supervision-organ", by="p-supervisor")
    spec.given(opened(), asked(), agreed()).when(last).then(granted())


def test_one_may_be_enough_by_the_rules_of_the_request() -> None:
    history = (opened(), asked(needs="any"))
    expected = granted(by="p-office", seats=("assignment-organ",))
    spec.given(*history).when(decide()).then(expected)


def test_one_organ_that_has_both_duties_decides_once() -> None:
    both = decide(admitted_as=frozenset(ORGANS))
    [fact] = spec.given(opened(), asked()).when(both).outcome()
    assert (type(fact), fact.seats) == (facts.TaskExtended, ORGANS)


def test_without_approvers_the_unit_extends_by_itself() -> None:
    """河南、重庆: no approval; the deputy is told."""
    alone = ask(policy=ruled(approvers=()))
    request, extension = spec.given(opened()).when(alone).outcome()
    assert (request.decided_by, extension.due, extension.seats) == ("nobody", NEW, ())


def test_a_refusal_of_one_ends_the_request_and_gives_the_reason() -> None:
    no = decide(ok=False)
    fields = {**no.fields(Act, Verdict), "seats": ("assignment-organ",)}
    refused = facts.ExtensionRefused.model_validate({**on_task(LEAD), **fields})
    spec.given(opened(), asked()).when(no).then(refused)
    silent = decide(ok=False, note=" ")
    spec.given(opened(), asked()).when(silent).then_refused("extension-note", "note")
    late = decide("supervision-organ", by="p-supervisor")
    spec.given(opened(), asked(), refused).when(late).then_refused("extension-not-asked", "task")


def test_who_agreed_to_a_request_that_was_refused_has_not_agreed_to_the_next_one() -> None:
    other = {"seat": "supervision-organ", "by": "p-supervisor"}
    [refused] = spec.given(opened(), asked(), agreed()).when(decide(ok=False, **other)).outcome()
    again = spec.given(opened(), asked(), agreed(), refused, asked())
    again.when(decide(**other)).then(agreed("supervision-organ", "p-supervisor"))


def test_nothing_is_decided_that_was_not_asked() -> None:
    spec.given(opened()).when(decide()).then_refused("extension-not-asked", "task")


def test_nobody_decides_what_he_asked_for_himself_nor_his_delegate() -> None:
    given = spec.given(opened(), asked())
    given.when(decide(by=HANDLER)).then_refused("request-own", "task")
    given.when(decide(by="p-x", on_behalf_of=HANDLER)).then_refused("request-own", "task")


def test_each_seat_and_each_person_speaks_once() -> None:
    given = spec.given(opened(), asked(), agreed())
    rule = ("request-agreed-already", "task")
    given.when(decide(by="p-other")).then_refused(*rule)
    given.when(decide("supervision-organ")).then_refused(*rule)
    given.when(decide("supervision-organ", by="p-x", on_behalf_of="p-office")).then_refused(*rule)


def test_a_day_that_has_passed_meanwhile_is_only_refused() -> None:
    late = midnight_after(UNTIL)
    given = spec.given(opened(), asked())
    given.when(decide(at=late)).then_refused("extension-overtaken", "task")
    assert given.when(decide(at=late - DAY)).outcome()
    assert given.when(decide(at=late, ok=False)).outcome()


def test_it_is_decided_also_after_the_first_day_has_passed() -> None:
    """It was asked in time; the organ may need longer."""
    assert spec.given(opened(), asked()).when(decide(at=DUE.at + DAY)).outcome()


def test_the_request_goes_with_the_task() -> None:
    given = spec.given(opened(), asked(), CLOSED)
    given.when(decide()).then_refused("task-closed", "task")


# --- what follows


def extended(*history: Any, **changes: Any) -> list[Any]:
    last = decide("supervision-organ", by="p-supervisor", **changes)
    return list(spec.given(*history, asked(), agreed()).when(last).outcome())


def test_opinions_that_are_owed_follow_by_as_many_days_and_never_beyond_their_lead() -> None:
    task, opinion = extended(opened(), joined())
    days = ending_day(NEW.at) - ending_day(DUE.at)
    assert ending_day(opinion.due.at) == ending_day(CO.due.at) + days
    assert opinion.due.at <= task.due.at
    assert (opinion.task, opinion.was, opinion.due.rule) == (CO.task, CO.due, "co-opinion")


def test_an_opinion_due_with_its_lead_stays_due_with_it() -> None:
    with_lead = CO.model_copy(update={"due": DUE.model_copy(update={"rule": "co-opinion"})})
    task, opinion = extended(opened(), joined(with_lead))
    assert opinion.due.at == task.due.at


def test_opinions_given_or_late_stay_as_they_are_and_so_do_all_where_the_rules_say_so() -> None:
    assert len(extended(opened(), joined(), gave_opinion())) == 1
    assert len(extended(opened(), joined(), at=CO.due.at)) == 1
    assert len(extended(opened(), joined(), policy=ruled(cohandlers="stay"))) == 1


def test_a_separate_unit_extends_its_own_part_alone() -> None:
    request = asked(SEPARATE)
    last = decide(admitted_as=frozenset(ORGANS), task=SEPARATE.task)
    history = (opened(), opened(SEPARATE), joined(), request)
    [fact] = spec.given(*history).when(last).outcome()
    assert fact.task == SEPARATE.task
    state = DECIDER.fold((*history, fact))
    assert (state.works[LEAD.task].due, state.works[SEPARATE.task].due.at) == (DUE, NEW.at)


def test_a_reply_within_the_new_time_is_in_time() -> None:
    day = {"at": NEW.at - DAY}
    history = (*READY, signed(**day), delivered(CO_PROPOSER, at=NEW.at - DAY))
    done = deliver(LEAD_PROPOSER, at=NEW.at - DAY).model_copy(update={"policy": RULES})
    assert spec.given(*history).when(done).outcome()[-1].on_time is False
    extension = (opened(), asked(), granted(), *history[1:])
    assert spec.given(*extension).when(done).outcome()[-1].on_time is True


def test_the_proposer_is_told_once_for_each_extension() -> None:
    history = (opened(), asked(), granted())
    told = facts.ExtensionTold.model_validate({**by(LEAD, "p-liaison"), "mode": "letter"})
    spec.given(*history).when(tell()).then(told)
    spec.given(*history, told).when(tell()).then_nothing()
    spec.given(opened()).when(tell()).then_refused("extension-not-given", "task")
    early = tell(on=date(2025, 3, 2))
    spec.given(*history).when(early).then_refused("day-too-early", "on")


# --- who may


def officer(unit: str, role: str = "office") -> Actor:
    return Actor("p-1", (Post(role, unit, (unit, "u-city")),))


def actions_of(*history: Any) -> Mapping[str, Any]:
    state = DECIDER.fold(history)
    return {offer.action: offer for offer in offers(officer("u-hou", "head"), state, RULES.row)}


def test_a_decision_is_offered_to_its_approvers_and_no_others() -> None:
    """The head of the unit has a row, too, for kinds where he decides."""
    unit = actions_of(opened(), asked())["decide-extension"]
    assert held(unit.relations) == {}
    own = actions_of(opened(), asked(approvers=("task-unit",), decided_by="unit"))
    assert held(own["decide-extension"].relations) == {"task-unit": {"head"}}
    state, head = DECIDER.fold((opened(), asked())), officer("u-hou", "head")
    assert held(relations(head, decide(), state)) == {}
    assert held(relations(head, ask(), state)) == {"task-unit": {"head"}}


def held(roles: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    return {relation: names for relation, names in roles.items() if names}


def test_what_is_offered_follows_the_request() -> None:
    def about(*history: Any) -> set[str]:
        return {name for name in actions_of(*history) if name.endswith("-extension")}

    asking, deciding, telling = "request-extension", "decide-extension", "tell-extension"
    assert about(opened()) == {asking}
    assert about(opened(), asked()) == {deciding}
    assert about(opened(), asked(), granted()) == {asking, telling}
    assert about(opened(), asked(), granted(), *spec.given(opened(), asked(), granted()).when(
        tell()).outcome()) == {asking}  # fmt: skip
    assert about(*READY, asked(), granted(), signed(), REPLIED) == set()
    assert about(opened(), asked(), CLOSED) == set()


def test_what_is_owed_is_the_day_that_holds() -> None:
    [lead] = holdings(DECIDER.fold((opened(), asked(), granted())))
    assert [due.at for due in lead.owed if due.rule == "reply"] == [NEW.at]

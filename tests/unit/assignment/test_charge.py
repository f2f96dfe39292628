"""A leader takes charge of a case (包案): who, until when, how far, and how it ended (ADR 101)."""

from datetime import date, datetime
from typing import Any

import pytest

from services.assignment.domain.authorization import offers, relations
from services.assignment.domain.charge.commands import ChargeLeader, EndCharge, ReportCharge
from services.assignment.domain.decider import DECIDER
from shared.contracts.assignment import CaseClosed
from shared.contracts.charges import ChargeEnded, ChargeReported, ChargeTaken
from shared.kernel.actor import Actor, Post
from shared.kernel.errors import NotFound
from shared.kernel.ids import entity_id
from shared.kernel.messages import Event
from shared.testing.organisation import city, organisation, person, seat, unit
from tests.unit.assignment.world import DAY, MONDAY, RULES, SEED, head, opened, rules, spec, stopped

PETITION = {"kind": "petition", "channel": "letter"}
RULES_HERE = rules("petition", "letter")
LEADER, OTHER, ELSEWHERE = "p-city-leader", "p-second", "p-hou-leader"
CITY = organisation(
    MONDAY.date(), city(), unit("u-hou"), seat("leader", "u-city"),
    seat("leader", "u-city", person=OTHER), seat("leader", "u-hou"), seat("head", "u-city"),
    person(LEADER), person(OTHER), person(ELSEWHERE), person("p-city-head"),
)  # fmt: skip
CHARGE = entity_id(SEED, "charge")
WORDS = {"scheme": "charge", "problem": "补偿标准有争议", "measures": "市住建局一个月内面谈"}
UNTIL, LATEST = date(2025, 5, 30), date(2025, 9, 3)
OFFERED_TO = Actor(LEADER, (Post("leader", "u-city", ("u-city",)),))


def charging(leader: str = LEADER, at: datetime = MONDAY, **changes: Any) -> ChargeLeader:
    fields = {"at": at, "by": "p-office", "seed": SEED, "leader": leader, "until": UNTIL, **WORDS}
    looked_up = {"policy": RULES_HERE, "organisation": CITY}
    return ChargeLeader.model_validate(fields | looked_up | changes)


def charged(leader: str = LEADER, until: date = UNTIL, **changes: Any) -> ChargeTaken:
    fields = {"by": "p-office", "leader": leader, "until": until, "charge": CHARGE, **WORDS}
    due = RULES_HERE.on_day("charge", until)
    return ChargeTaken.model_validate({**head(**PETITION), **fields, "due": due, **changes})


def reporting(at: datetime = MONDAY + DAY, **changes: Any) -> ReportCharge:
    fields = {"at": at, "by": LEADER, "seed": SEED, "charge": CHARGE, "note": "已经面谈"}
    return ReportCharge.model_validate({**fields, "policy": RULES_HERE, **changes})


def ending(at: datetime = MONDAY + 9 * DAY, **changes: Any) -> EndCharge:
    fields = {"at": at, "by": LEADER, "seed": SEED, "charge": CHARGE, "note": "已经签订协议"}
    return EndCharge.model_validate(
        {**fields, "result": "resolved", "policy": RULES_HERE, **changes}
    )


OPENED = opened(**PETITION)
RUNNING = (OPENED, charged())
ENDED = ChargeEnded(
    **head(MONDAY + 9 * DAY, **PETITION), by=LEADER, charge=CHARGE, result="resolved",
    note="已经签订协议",
)  # fmt: skip


def test_a_leader_of_the_agency_takes_charge_until_a_day() -> None:
    spec.given(OPENED).when(charging()).then(charged())
    spec.given(*RUNNING).when(charging()).then_nothing()
    [fact] = spec.given(OPENED).when(charging(until=None)).outcome()
    assert fact.due == RULES_HERE.due("charge", MONDAY)
    [obligation] = fact.opened("c" * 32)
    assert (obligation.person, obligation.unit, obligation.subject) == (LEADER, None, CHARGE)


@pytest.mark.parametrize("who", [ELSEWHERE, "p-city-head", "p-nobody"])
def test_nobody_else_is_put_in_charge(who: str) -> None:
    spec.given(OPENED).when(charging(who)).then_refused("charge-not-leader", "leader")


@pytest.mark.parametrize("against", [LEADER, "u-city"])
def test_a_leader_whom_the_case_is_against_is_not_put_in_charge(against: str) -> None:
    told = charging(recused=frozenset({against}))
    spec.given(OPENED).when(told).then_refused("charge-not-leader", "leader")


@pytest.mark.parametrize("day", [MONDAY.date(), date(2025, 9, 4)])
def test_the_day_lies_after_today_and_within_the_period(day: date) -> None:
    spec.given(OPENED).when(charging(until=day)).then_refused("charge-until", "until")
    assert spec.given(OPENED).when(charging(until=LATEST)).outcome()


@pytest.mark.parametrize("field", ["problem", "measures"])
def test_a_charge_has_its_trouble_and_its_measures(field: str) -> None:
    blank = charging(**{field: "　"})
    spec.given(OPENED).when(blank).then_refused(f"charge-{field}", field)


def test_one_leader_has_the_case_and_another_follows_after_him() -> None:
    spec.given(*RUNNING).when(charging(OTHER)).then_refused("charge-running", "scheme")
    [fact] = spec.given(*RUNNING, ENDED).when(charging(OTHER)).outcome()
    assert fact.leader == OTHER


def test_kinds_without_the_obligation_have_no_charge_nor_a_case_that_is_not_accepted() -> None:
    spec.given(opened()).when(charging(policy=RULES)).then_refused("charge-unknown", "scheme")
    spec.given().when(charging()).then_refused("not-accepted")
    gone = stopped()
    spec.given(OPENED, gone).when(charging()).then_refused("case-stopped")
    spec.given(*RUNNING, gone).when(reporting()).then_refused("case-stopped")


def test_a_case_that_is_closed_may_be_taken_charge_of() -> None:
    closed = CaseClosed(**head(**PETITION), rule="replied")
    assert spec.given(OPENED, closed).when(charging()).outcome()
    offered = [o.action for o in offers(OFFERED_TO, fold(OPENED, closed), MONDAY, RULES_HERE.row)]
    assert offered == ["charge-leader"]


def test_the_leader_reports_and_may_get_more_time() -> None:
    [plain] = spec.given(*RUNNING).when(reporting()).outcome()
    assert (plain.extended, plain.due) == (False, charged().due)
    assert plain.changes("c" * 32) == ()
    spec.given(*RUNNING, plain).when(reporting()).then_nothing()
    later = date(2025, 6, 30)
    [more] = spec.given(*RUNNING).when(reporting(later=later)).outcome()
    assert (more.extended, more.due) == (True, RULES_HERE.on_day("charge", later))
    assert [(change.verb, change.due) for change in more.changes("c" * 32)] == [
        ("extend", more.due)
    ]
    sooner = reporting(later=UNTIL)
    spec.given(*RUNNING).when(sooner).then_refused("charge-until", "later")
    spec.given(*RUNNING).when(reporting(note="")).then_refused("charge-note", "note")
    [again] = spec.given(*RUNNING, more).when(reporting(MONDAY + 2 * DAY, note="x")).outcome()
    assert again.due == more.due


def test_a_charge_ends_once_with_its_result() -> None:
    spec.given(*RUNNING).when(ending()).then(ENDED)
    spec.given(*RUNNING).when(ending(note=" ")).then_refused("charge-note", "note")
    over = spec.given(*RUNNING, ENDED)
    over.when(ending()).then_nothing()
    over.when(ending(result="unresolved")).then_refused("charge-over")
    over.when(reporting()).then_refused("charge-over")
    unknown = spec.given(OPENED)
    for command in (ending(), reporting()):
        with pytest.raises(NotFound):
            unknown.when(command).outcome()


def test_the_steps_are_offered_and_the_leader_is_in_charge_of_his_own_alone() -> None:
    state = fold(*RUNNING)
    offered = [(o.action, o.target) for o in offers(OFFERED_TO, state, MONDAY, RULES_HERE.row)]
    assert offered[:2] == [("report-charge", CHARGE), ("end-charge", CHARGE)]
    own = relations(OFFERED_TO, None, state)["in-charge"]
    other = Actor(OTHER, OFFERED_TO.posts)
    assert (own, relations(other, None, state)["in-charge"]) == ({"leader"}, frozenset())
    followed = fold(*RUNNING, ENDED, charged(OTHER))
    assert relations(OFFERED_TO, None, followed)["in-charge"] == frozenset()


def fold(*history: Event) -> Any:
    return DECIDER.fold(history)


def test_reports_are_kept_in_order() -> None:
    one = ChargeReported(
        **head(**PETITION), by=LEADER, charge=CHARGE, note="x", extended=False, due=charged().due
    )
    assert fold(*RUNNING, one, one).charges[-1].reports == (one, one)

"""Key cases (重点督办, 领办): several leaders side by side, each with his plan, its milestones and
his own ladder (ADR 102)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.assignment.domain.authorization import offers, relations
from services.assignment.domain.charge.commands import ChargeLeader, EndCharge, ReportCharge
from services.assignment.domain.decider import DECIDER
from shared.contracts.charges import ChargeTaken
from shared.contracts.obligations import Obligation
from shared.kernel.actor import Actor, Post
from shared.kernel.ids import entity_id
from shared.kernel.messages import Event, Sealed
from shared.kernel.organs import Jurisdiction, OrganBook
from shared.testing.organisation import city, organisation, person, seat, unit
from tests.unit.assignment.world import DAY, MONDAY, RULES, SEED, opened, spec, stopped

CHAIR, MAYOR, NPC = "p-chair", "p-mayor", "u-npcsc-dep"
CITY = organisation(
    MONDAY.date(), city(), unit(NPC), seat("leader", NPC, person=CHAIR),
    seat("leader", "u-city", person=MAYOR), person(CHAIR), person(MAYOR),
)  # fmt: skip
APRIL, JULY, END = date(2025, 4, 30), date(2025, 7, 31), date(2025, 9, 1)
MILESTONES = ({"goal": "完成排查", "day": APRIL}, {"goal": "首批开工", "day": JULY})
WORDS = {"problem": "雨季积水", "measures": "市住建局牵头"}
CASE = "c" * 32


def charging(scheme: str = "key-chairs", leader: str = CHAIR, **changes: Any) -> ChargeLeader:
    fields = {"scheme": scheme, "leader": leader, "until": END, "milestones": MILESTONES, **WORDS}
    looked_up = {"at": MONDAY, "by": "p-office", "seed": SEED, "policy": RULES}
    return ChargeLeader.model_validate(fields | looked_up | {"organisation": CITY} | changes)


def taken(*history: Event, **changes: Any) -> ChargeTaken:
    [fact] = spec.given(opened(), *history).when(charging(**changes)).outcome()
    assert isinstance(fact, ChargeTaken)
    return fact


def about(charge: ChargeTaken, **fields: Any) -> dict[str, Any]:
    looked_up = {"at": MONDAY + DAY, "by": CHAIR, "seed": "s-2", "policy": RULES}
    return {**looked_up, "charge": charge.charge, "note": "已经排查", **fields}


def reporting(charge: ChargeTaken, **fields: Any) -> ReportCharge:
    return ReportCharge.model_validate(about(charge, **fields))


def ending(charge: ChargeTaken) -> EndCharge:
    return EndCharge.model_validate(about(charge, result="resolved"))


def owed(fact: ChargeTaken) -> list[tuple[str, str, str | None, str]]:
    def row(each: Obligation) -> tuple[str, str, str | None, str]:
        return each.due.rule, each.subject, each.person, each.due.at.date().isoformat()

    return [row(each) for each in fact.opened(CASE)]


def test_the_plan_and_each_milestone_are_owed_by_the_leader_on_the_ladder_of_the_scheme() -> None:
    fact = taken()
    first, second = (entity_id(SEED, f"milestone-{number}") for number in (1, 2))
    assert owed(fact) == [
        ("key-chairs", fact.charge, CHAIR, "2025-09-01"),
        ("key-chairs", first, CHAIR, "2025-04-30"),
        ("key-chairs", second, CHAIR, "2025-07-31"),
    ]


def test_two_schemes_run_side_by_side_and_one_has_one_leader() -> None:
    chairs = taken()
    both = spec.given(opened(), chairs)
    both.when(charging("key-government", CHAIR)).then_refused("charge-not-leader", "leader")
    [led] = both.when(charging("key-government", MAYOR, milestones=(), seed="s-3")).outcome()
    assert isinstance(led, ChargeTaken)
    both.when(charging(measures="另行督办")).then_refused("charge-running", "scheme")
    both.when(charging()).then_nothing()
    state = DECIDER.fold([opened(), chairs, led])
    [own] = [o.target for o in offers_to(MAYOR, "u-city", state) if o.relations["in-charge"]]
    assert own == led.charge


def offers_to(who: str, at: str, state: Any) -> Any:
    actor = Actor(who, (Post("leader", at, (at,)),))
    return [o for o in offers(actor, state, MONDAY, RULES.row) if o.action == "end-charge"]


def test_a_leader_is_in_charge_of_his_own_charge_and_not_of_the_one_beside() -> None:
    chairs = taken()
    led = taken(chairs, scheme="key-government", leader=MAYOR, milestones=(), seed="s-3")
    state = DECIDER.fold([opened(), chairs, led])
    mayor = Actor(MAYOR, (Post("leader", "u-city", ("u-city",)),))
    found = [relations(mayor, command, state)["in-charge"] for command in (
        reporting(led), ending(led), reporting(chairs), ending(chairs)
    )]  # fmt: skip
    assert found == [{"leader"}, {"leader"}, frozenset(), frozenset()]
    unknown = reporting(led).model_copy(update={"charge": "f" * 12})
    assert relations(mayor, unknown, state)["in-charge"] == frozenset()
    assert relations(mayor, unknown, state)["agency"] == {"leader"}


def test_the_leader_of_an_organ_is_in_charge_by_his_post_there() -> None:
    organs = OrganBook((Jurisdiction("*", "suggestion", frozenset({"*"}), RULES.row.organs),))
    state = DECIDER.fold([opened(), taken()])
    chair = Actor(CHAIR, (Post("leader", NPC, (NPC,)),), organs=organs)
    assert relations(chair, None, state)["in-charge"] == {"leader"}
    gone = Actor(CHAIR, (), organs=organs)
    assert relations(gone, None, state)["in-charge"] == frozenset()


def test_the_scheme_says_where_its_leaders_are_and_which_there_are() -> None:
    one = spec.given(opened())
    one.when(charging(leader=MAYOR)).then_refused("charge-not-leader", "leader")
    one.when(charging("key-chairperson")).then_refused("charge-unknown", "scheme")
    one.when(charging("charge", MAYOR)).then_refused("charge-unknown", "scheme")


@pytest.mark.parametrize(
    "milestones",
    [
        (),
        ({"goal": " ", "day": APRIL},),
        ({"goal": "排查", "day": MONDAY.date()},),
        ({"goal": "排查", "day": date(2025, 9, 2)},),
        (MILESTONES[1], MILESTONES[0]),
        (MILESTONES[0], MILESTONES[0]),
    ],
)
def test_milestones_have_goals_and_follow_one_another_within_the_period(milestones: Any) -> None:
    refused = spec.given(opened()).when(charging(milestones=milestones))
    refused.then_refused("charge-milestones", "milestones")


def test_the_last_day_of_the_charge_and_tomorrow_are_days_of_milestones() -> None:
    edges = tuple({"goal": "排查", "day": day} for day in ((MONDAY + DAY).date(), END))
    assert len(taken(milestones=edges).stages) == 2


def test_milestones_are_reached_by_number_each_once() -> None:
    chairs = taken()
    running = spec.given(opened(), chairs)
    [one] = running.when(reporting(chairs, reached=1)).outcome()
    first, second = (stage.milestone for stage in chairs.stages)
    [change] = one.changes(CASE)
    assert (change.verb, change.subject, change.why) == ("meet", first, "milestone-reached")
    after = spec.given(opened(), chairs, one)
    after.when(reporting(chairs, reached=1)).then_nothing()
    twice = reporting(chairs, reached=1, note="再次登记")
    after.when(twice).then_refused("milestone-met", "reached")
    for number in (0, 3):
        unknown = reporting(chairs, reached=number)
        after.when(unknown).then_refused("milestone-unknown", "reached")
    [end] = after.when(ending(chairs)).outcome()
    assert [(each.verb, each.subject) for each in end.changes(CASE)] == [
        ("meet", chairs.charge),
        ("withdraw", second),
    ]


def test_the_same_plan_again_with_sealed_goals_is_none() -> None:
    def sealed(reference: str) -> Sealed:
        return Sealed(ref=reference, digest="d" * 64, size=4)

    goals = [({"goal": sealed(ref * 24), "day": APRIL},) for ref in "ab"]
    chairs = taken(milestones=goals[0])
    spec.given(opened(), chairs).when(charging(milestones=goals[1])).then_nothing()


def test_where_the_row_has_lost_the_scheme_a_charge_goes_on_and_gets_no_more_time() -> None:
    chairs = taken()
    others = {rule: terms for rule, terms in RULES.row.obligations.items() if rule != "key-chairs"}
    lost = replace(RULES, row=RULES.row.model_copy(update={"obligations": others, "charges": {}}))
    running = spec.given(opened(), chairs)
    more = reporting(chairs, later=date(2025, 9, 30), policy=lost)
    running.when(more).then_refused("charge-unknown", "later")
    assert running.when(reporting(chairs, reached=1, policy=lost)).outcome()
    running.when(charging("key-three-open", policy=lost)).then_refused("charge-unknown", "scheme")


def test_nobody_reports_on_a_case_that_stopped() -> None:
    chairs = taken()
    spec.given(opened(), chairs, stopped()).when(reporting(chairs)).then_refused("case-stopped")

"""The office plans a hand-out, the leader decides, and the very plan is carried out (ADR 93)."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.assignment.domain.authorization import offers
from services.assignment.domain.decider import DECIDER
from services.assignment.domain.merging.commands import NoteMerged, NoteUnmerged
from services.assignment.domain.planning.commands import DecidePlan, PlanAssignment
from services.assignment.domain.planning.decider import briefed
from shared.contracts import assignment as facts
from shared.contracts.assignment import AssignmentClassified
from shared.contracts.members import AssignmentMerged, AssignmentUnmerged
from shared.contracts.payloads.assignment import WantedUnit
from shared.contracts.planning import AssignmentPlanned, PlanDecided
from shared.kernel.actor import Actor
from shared.kernel.ids import entity_id
from shared.kernel.messages import Event, Sealed
from tests.unit.assignment.world import (
    CITY,
    DAY,
    MONDAY,
    RULES,
    SEED,
    SYSTEM,
    a_task,
    assign,
    assigned,
    due,
    head,
    mark,
    opened,
    rules,
    spec,
    stopped,
)

GATED = rules(gates=RULES.row.gates.model_copy(update={"leader_endorses": True}))
PETITION = {"kind": "petition", "channel": "letter"}
TEAM = (WantedUnit(unit="u-hou", part="lead"), WantedUnit(unit="u-fin", part="co"))
OTHERS = (WantedUnit(unit="u-tra", part="lead"), WantedUnit(unit="u-hou", part="co"))
PLAN = entity_id(SEED, "plan")
SHARE = Sealed(ref="r1", size=4, digest="0" * 64)


def plan(*team: WantedUnit, **changes: Any) -> PlanAssignment:
    fields: dict[str, Any] = {"at": MONDAY, "by": "p-office", "seed": SEED, "reason": "职责所在"}
    fields |= {"policy": GATED, "organisation": CITY, "tasks": team or TEAM}
    return PlanAssignment.model_validate(fields | changes)


def planned(*team: WantedUnit, **changes: Any) -> AssignmentPlanned:
    fields: dict[str, Any] = {"by": "p-office", "reason": "职责所在", "plan": PLAN}
    return AssignmentPlanned(**head(), **fields | {"tasks": team or TEAM} | changes)


def decide(verdict: str = "agreed", **changes: Any) -> DecidePlan:
    fields: dict[str, Any] = {"at": MONDAY + DAY, "by": "p-leader", "seed": SEED, "plan": PLAN}
    fields |= {"verdict": verdict, "policy": GATED, "organisation": CITY}
    fields |= {"note": "先与水利局会商"} if verdict == "returned" else {}
    fields |= {"tasks": OTHERS} if verdict == "changed" else {}
    return DecidePlan.model_validate(fields | changes)


def decided(verdict: str = "agreed", **changes: Any) -> PlanDecided:
    fields: dict[str, Any] = {"by": "p-leader", "plan": PLAN, "verdict": verdict}
    return PlanDecided(**head(MONDAY + DAY), **fields | changes)


WAITING = (opened(), planned())
MERGED = AssignmentMerged(**head(), master="6" * 32)


def test_the_office_proposes_and_nobody_has_a_task_yet() -> None:
    spec.given(opened()).when(plan()).then(planned())
    assert DECIDER.fold(WAITING).tasks == {}


def test_a_later_plan_takes_the_place_of_one_that_waits() -> None:
    [second] = spec.given(*WAITING).when(plan(*OTHERS, seed="s2")).outcome()
    assert isinstance(second, AssignmentPlanned)
    assert DECIDER.fold([*WAITING, second]).planned == second
    spec.given(*WAITING, second).when(decide()).then_refused("plan-replaced", "plan")


def test_the_leader_agrees_and_the_units_have_their_tasks_in_the_same_commit() -> None:
    verdict, handed = spec.given(*WAITING).when(decide(note="抓紧办理")).outcome()
    assert verdict == decided(note="抓紧办理")
    at = MONDAY + DAY
    expected = assigned(a_task(at=at), a_task("u-fin", "co", at=at))
    assert handed == expected.model_copy(update={"at": at, "by": "p-leader"})


def test_the_share_that_was_sealed_with_the_plan_is_handed_out() -> None:
    team = (TEAM[0], TEAM[1].model_copy(update={"scope": SHARE}))
    _, handed = spec.given(opened(), planned(*team)).when(decide()).outcome()
    assert isinstance(handed, facts.CaseAssigned)
    assert [task.scope for task in handed.tasks] == ["", SHARE]


def test_or_changes_the_units() -> None:
    verdict, handed = spec.given(*WAITING).when(decide("changed")).outcome()
    assert isinstance(verdict, PlanDecided)
    assert isinstance(handed, facts.CaseAssigned)
    assert verdict.verdict == "changed"
    assert [(task.unit, task.part) for task in handed.tasks] == [("u-tra", "lead"), ("u-hou", "co")]


def test_or_sends_it_back_and_the_office_plans_again() -> None:
    [verdict] = spec.given(*WAITING).when(decide("returned")).outcome()
    assert verdict == decided("returned", note="先与水利局会商")
    spec.given(*WAITING, verdict).when(decide()).then_refused("no-plan")
    assert spec.given(*WAITING, verdict).when(plan(seed="s2")).outcome()


def test_the_day_of_the_plan_is_that_of_every_unit() -> None:
    day = date(2025, 3, 7)
    _, handed = spec.given(opened(), planned(reply_by=day)).when(decide()).outcome()
    assert isinstance(handed, facts.CaseAssigned)
    lead, co = handed.tasks
    end = datetime(2025, 3, 7, 16, tzinfo=UTC)
    assert (lead.due.at, lead.due.rule, co.due.at, co.due.rule) == (
        (end, "reply", end, "co-opinion")
    )
    inner = (lead.sign_for, lead.objection, lead.first_contact, co.objection)
    assert [each and each.at for each in inner] == [
        due("sign-for", MONDAY + DAY).at,
        end,
        end,
        end,
    ]


def test_a_direct_hand_out_may_have_its_day_too() -> None:
    [fact] = spec.given(opened()).when(assign(("u-hou", "lead"), reply_by="2025-05-30")).outcome()
    assert isinstance(fact, facts.CaseAssigned)
    assert fact.tasks[0].due.at == datetime(2025, 5, 30, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("history", "command", "rule", "field"),
    [
        ((), plan(), "not-accepted", None),
        ((opened(), stopped()), plan(), "case-stopped", None),
        ((opened(), MERGED), plan(), "case-merged", None),
        ((opened(), assigned()), plan(), "already-assigned", None),
        ((opened(),), plan(policy=RULES), "plan-not-needed", None),
        ((opened(),), plan(TEAM[1]), "one-lead", "tasks"),
        ((opened(),), plan(WantedUnit(unit="u-ghost", part="lead")), "unit-unknown", "tasks"),
        ((opened(),), plan(WantedUnit(unit="u-empty", part="lead")), "unit-unstaffed", "tasks"),
        ((opened(),), plan(recused=frozenset({"u-hou"})), "unit-against", "tasks"),
        ((opened(),), plan(reply_by="2025-06-04"), "reply-by-late", "reply_by"),
        ((opened(),), plan(reply_by="2025-03-03"), "reply-by-past", "reply_by"),
        ((opened(),), plan(reason=" "), "plan-reason", "reason"),
        ((opened(),), assign(("u-hou", "lead"), policy=GATED), "endorsement-first", None),
        (
            (opened(),),
            assign(("u-hou", "lead"), reply_by="2025-06-04"),
            "reply-by-late",
            "reply_by",
        ),
    ],
)
def test_a_plan_or_a_hand_out_without_one_is_refused(
    history: tuple[Event, ...], command: PlanAssignment, rule: str, field: str | None
) -> None:
    spec.given(*history).when(command).then_refused(rule, field)


@pytest.mark.parametrize(
    ("history", "command", "rule", "field"),
    [
        ((opened(),), decide(), "no-plan", None),
        (WAITING, decide(plan="another"), "plan-replaced", "plan"),
        (WAITING, decide(by="p-office"), "own-plan", None),
        (WAITING, decide(on_behalf_of="p-office"), "own-plan", None),
        (WAITING, decide("returned", note=" "), "plan-note", "note"),
        (WAITING, decide("returned", tasks=OTHERS), "plan-stands", "verdict"),
        (WAITING, decide(tasks=OTHERS), "plan-stands", "verdict"),
        (WAITING, decide(reply_by="2025-05-30"), "plan-stands", "verdict"),
        (WAITING, decide("changed", tasks=()), "units-bounded", "tasks"),
        (WAITING, decide("changed", tasks=OTHERS[1:]), "one-lead", "tasks"),
        (WAITING, decide("changed", reply_by="2025-06-10"), "reply-by-late", "reply_by"),
    ],
)
def test_a_decision_is_refused(
    history: tuple[Event, ...], command: DecidePlan, rule: str, field: str | None
) -> None:
    spec.given(*history).when(command).then_refused(rule, field)


@pytest.mark.parametrize(
    ("since", "command", "rule", "field"),
    [
        ((stopped(),), decide(), "case-stopped", None),
        ((stopped("erased"),), decide("returned"), "case-stopped", None),
        ((MERGED,), decide(), "case-merged", None),
        ((MERGED, AssignmentUnmerged(**head())), decide(), "no-plan", None),
        ((assigned(),), decide(), "already-assigned", None),
        ((decided("returned"),), decide(), "no-plan", None),
        ((), decide(recused=frozenset({"u-fin"})), "unit-against", "tasks"),
    ],
)
def test_a_case_that_changed_since_its_plan_is_not_handed_out_by_it(
    since: tuple[Event, ...], command: DecidePlan, rule: str, field: str | None
) -> None:
    spec.given(*WAITING, *since).when(command).then_refused(rule, field)


def test_a_day_that_has_passed_meanwhile_is_changed_or_goes_back() -> None:
    old = (opened(), planned(reply_by=date(2025, 3, 4)))
    spec.given(*old).when(decide()).then_refused("reply-by-past", "reply_by")
    assert len(spec.given(*old).when(decide("changed")).outcome()) == 2
    assert len(spec.given(*old).when(decide("returned")).outcome()) == 1


def test_a_purpose_that_was_corrected_since_keeps_the_units_of_the_plan_away() -> None:
    corrected = AssignmentClassified(**head(**PETITION), purpose="accusation")
    row = rules("petition", "letter").row
    policy = rules("petition", "letter", gates=row.gates.model_copy(update={"leader_endorses": 1}))
    history = (opened(**PETITION), planned().model_copy(update=mark(**PETITION).model_dump()))
    told = spec.given(*history, corrected).when(decide(policy=policy))
    told.then_refused("unit-not-competent", "tasks")


def test_a_merger_lets_the_plan_lapse() -> None:
    merge = NoteMerged(at=MONDAY, by=SYSTEM, mark=mark(), master="6" * 32)
    [merged] = spec.given(*WAITING).when(merge).outcome()
    assert DECIDER.fold([*WAITING, merged]).planned is None
    apart = NoteUnmerged(at=MONDAY, by=SYSTEM, mark=mark())
    [unmerged] = spec.given(*WAITING, merged).when(apart).outcome()
    assert spec.given(*WAITING, merged, unmerged).when(plan()).outcome()


def test_the_units_of_a_waiting_plan_are_looked_up_with_the_decision() -> None:
    command = briefed(decide("changed"), DECIDER.fold(WAITING))
    assert isinstance(command, DecidePlan)
    assert set(command.named()) == {"u-hou", "u-fin", "u-tra"}
    assert briefed(decide(), DECIDER.fold([opened()])) == decide()


def test_the_buttons_follow_the_plan_and_the_row() -> None:
    def actions(*history: Event, policy: Any = GATED) -> set[tuple[str, str | None]]:
        found = offers(Actor("p-1"), DECIDER.fold(history), MONDAY, policy.row)
        offered = {(offer.action, offer.target) for offer in found}
        return offered - {("charge-leader", None)}

    assert actions(opened(), policy=RULES) == {("assign-case", None)}
    assert actions(opened()) == {("plan-assignment", None)}
    assert actions(*WAITING) == {("plan-assignment", None), ("decide-plan", PLAN)}
    assert actions(*WAITING, decided("returned")) == {("plan-assignment", None)}
    assert actions(*WAITING, MERGED) == set()
    assert ("decide-plan", PLAN) not in actions(*WAITING, decided(), assigned())
    assert actions(*WAITING, policy=RULES) == {("assign-case", None), ("decide-plan", PLAN)}

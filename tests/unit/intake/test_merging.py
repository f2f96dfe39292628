"""Mergers: cases that ask for the same are handled as one, and each proposer gets the reply."""

from dataclasses import replace
from typing import Any

import pytest

from services.intake.domain.authorization import offers
from services.intake.domain.classification.commands import ClassifyCase
from services.intake.domain.decider import DECIDER
from services.intake.domain.erasure.commands import ConfirmErasure
from services.intake.domain.merging.commands import (
    CloseMembers,
    EndMerger,
    JoinMember,
    LeaveMember,
    Master,
    MergeCase,
    UnmergeCase,
)
from services.intake.domain.merging.rules import MOST_MEMBERS, MOST_PEOPLE
from shared.contracts.case_event import CaseMark, Kind
from shared.contracts.erasure import ErasureAsked, ErasureConfirmed
from shared.contracts.intake import CaseNumbered
from shared.contracts.merging import (
    CaseMerged,
    CaseUnmerged,
    MemberJoined,
    MemberLeft,
    MembersClosed,
    Numbers,
)
from shared.contracts.recusal import AgainstNamed
from shared.contracts.rerouting import CaseDiverted, FormerKind
from shared.kernel.actor import Actor
from shared.kernel.errors import RuleViolated
from shared.kernel.messages import Event
from shared.kernel.policy import PurposeRules
from shared.kernel.rerouting_rules import MergingRules
from tests.unit.intake.papers import (
    COSIGNER,
    MONDAY,
    OFFICE,
    SYSTEM,
    accepted,
    as_compared,
    head,
    registered,
    rules,
    spec,
    state_of,
    withdraw,
    withdrawn,
)

MASTER, OTHER = "a" * 32, "b" * 32
NINE, SEVENTEEN = Numbers(label="2025年第9号建议"), Numbers(label="2025年第17号建议")
NUMBERED = CaseNumbered(**head(), number=17, label="2025年第17号建议")
IN_HAND = [registered(), accepted(), NUMBERED]
PEOPLE = registered().proposers
WAS = FormerKind(
    kind="motion", channel="session", subject="urban-environment", received_on=MONDAY.date()
)
DIVERTED = CaseDiverted(
    **head(),
    by="p-office",
    reason="presidium",
    was=WAS,
    subject=WAS.subject,
    received_on=MONDAY.date(),
)
HIS = registered("suggestion", COSIGNER).proposers


def mark(**changes: Any) -> CaseMark:
    fields = {name: value for name, value in head().items() if name != "at"}
    return CaseMark(**fields | changes)


def master(**changes: Any) -> Master:
    fields: dict[str, Any] = {
        "mark": mark(),
        "numbers": NINE,
        "status": "accepted",
        "session": "十五届四次",
        "subject": "urban-environment",
        "region": "direct",
    }
    return Master(**fields | changes)


def merge(**changes: Any) -> MergeCase:
    fields = {"into": MASTER, "reason": "内容相同", "master": master(), "policy": rules()}
    return MergeCase(**OFFICE, **fields | changes)


def unmerge(**changes: Any) -> UnmergeCase:
    return UnmergeCase(**OFFICE, **{"reason": "所提路段不同", "policy": rules()} | changes)


merged = CaseMerged(
    **head(), by="p-office", into=MASTER, reason="内容相同", proposers=PEOPLE,
    numbers=SEVENTEEN, master_numbers=NINE,
)  # fmt: skip
undone = CaseUnmerged(**head(), by="p-office", master=MASTER, cause="undone", reason="所提路段不同")
joined = MemberJoined(**head(), member=OTHER, proposers=HIS, numbers=SEVENTEEN)


def left(cause: Any) -> MemberLeft:
    return MemberLeft(**head(), member=OTHER, cause=cause)


def alone(cause: Any) -> CaseUnmerged:
    return undone.model_copy(update={"by": "system:intake", "cause": cause, "reason": ""})


def test_an_accepted_case_is_merged_and_keeps_its_number_and_proposers() -> None:
    spec.given(*IN_HAND).when(merge()).then(merged)
    case = state_of(*IN_HAND, merged)
    assert (case.status, case.label, case.paper.proposers) == ("merged", SEVENTEEN.label, PEOPLE)


def test_merging_it_again_into_the_same_case_changes_nothing() -> None:
    spec.given(*IN_HAND, merged).when(merge()).then()


@pytest.mark.parametrize(
    ("rule", "field", "changes"),
    [
        ("merging-assigned", None, {"assigned": True}),
        ("merging-unknown", "into", {"master": None}),
        ("merging-itself", "into", {"master": master(is_itself=True)}),
        ("merging-kind", "into", {"master": master(mark=mark(kind="motion"))}),
        ("merging-kind", "into", {"master": master(mark=mark(agency="u-c01"))}),
        ("merging-master-merged", "into", {"master": master(status="merged")}),
        ("merging-master-state", "into", {"master": master(status="registered")}),
        ("merging-master-state", "into", {"master": master(status="withdrawn")}),
        ("merging-master-state", "into", {"master": master(status="erased")}),
        ("merging-secret", "into", {"master": master(is_against=True)}),
        ("merging-answered", "into", {"master": master(answered=True)}),
        ("merging-differs", "into", {"master": master(mark=mark(period="2024"))}),
        ("merging-differs", "into", {"master": master(purpose="advice")}),
        ("merging-full", "into", {"master": master(members=MOST_MEMBERS)}),
        ("merging-full", "into", {"master": master(people=MOST_PEOPLE)}),
        ("merging-reason", "reason", {"reason": " "}),
        ("merging-none", None, {"policy": rules(merging=None)}),
    ],
)
def test_what_cannot_be_merged_is_refused_with_its_field(
    rule: str, field: str | None, changes: dict[str, Any]
) -> None:
    with pytest.raises(RuleViolated) as refusal:
        DECIDER.decide(merge(**changes), state_of(*IN_HAND))
    assert (refusal.value.rule, refusal.value.field) == (rule, field)


@pytest.mark.parametrize("name", ["session", "subject", "region"])
def test_a_row_names_the_fields_in_which_both_agree(name: str) -> None:
    policy = rules(merging=MergingRules(same=(name,), basis="x"))
    spec.given(*IN_HAND).when(merge(policy=policy)).then(merged)
    others = {"session": "十五届五次", "subject": "politics-law", "region": "c01"}
    differing = merge(policy=policy, master=master(**{name: others[name]}))
    spec.given(*IN_HAND).when(differing).then_refused("merging-differs", "into")


@pytest.mark.parametrize(
    ("history", "rule"),
    [
        ([registered()], "merging-state"),
        ([registered(), accepted(), withdrawn], "merging-state"),
        ([*IN_HAND, joined], "merging-has-members"),
    ],
)
def test_a_case_that_is_not_free_is_refused(history: list[Event], rule: str) -> None:
    spec.given(*history).when(merge()).then_refused(rule)


def test_a_case_is_in_one_merger_at_most() -> None:
    spec.given(*IN_HAND, merged).when(merge(into=OTHER)).then_refused("merging-merged")
    spec.given(*IN_HAND, merged, undone).when(merge(into=OTHER)).then(
        merged.model_copy(update={"into": OTHER})
    )


def test_accusations_and_cases_against_somebody_are_not_merged() -> None:
    policy = rules(
        "petition",
        merging=MergingRules(basis="x"),
        purposes={"accusation": PurposeRules(publishable=False), "appeal": PurposeRules()},
    )
    petition: Kind = "petition"
    history = [registered(petition), accepted(petition)]
    accusing = replace(state_of(*history), purpose="accusation")
    fields = {"policy": policy, "master": master(mark=mark(kind=petition, channel="letter"))}
    with pytest.raises(RuleViolated) as refusal:
        DECIDER.decide(merge(**fields), accusing)
    assert refusal.value.rule == "merging-secret"
    against = AgainstNamed(**head(petition), by="p-office", units=("u-hou",))
    spec.given(*history, against).when(merge(**fields)).then_refused("merging-secret")


def test_a_case_with_members_does_not_become_an_accusation() -> None:
    """The proposers of its members read it."""
    purposes = {"accusation": PurposeRules(publishable=False), "appeal": PurposeRules()}
    fields = {**OFFICE, "reason": "更正", "policy": rules("petition", purposes=purposes)}
    accuses = ClassifyCase(**fields, purpose="accusation")
    history = [registered("petition"), accepted("petition")]
    spec.given(*history, joined).when(accuses).then_refused("merging-secret", "purpose")
    (accused,) = spec.given(*history).when(accuses).outcome()
    spec.given(*history, accused).when(accuses).then_nothing()
    appeals = ClassifyCase(**fields, purpose="appeal")
    assert spec.given(*history, joined).when(appeals).outcome()


def test_what_is_owed_to_the_proposers_of_a_member_is_still_on_offer() -> None:
    """They are told that their paper became another kind; its annexes may come later."""
    case = replace(state_of(*IN_HAND, merged), to_tell=DIVERTED)
    offered = {each.action for each in offers(Actor("p-office"), case, MONDAY)}
    assert {"notify-refusal", "add-attachment", "unmerge-case"} <= offered


def test_a_merger_is_undone_and_the_case_stands_where_it_stood() -> None:
    spec.given(*IN_HAND, merged).when(unmerge()).then(undone)
    before, after = state_of(*IN_HAND), state_of(*IN_HAND, merged, undone)
    assert replace(after, steps=()) == before
    assert [step.fact for step in after.steps] == [merged, undone]


@pytest.mark.parametrize(
    ("rule", "changes", "history"),
    [
        ("not-merged", {}, IN_HAND),
        ("not-merged", {}, [*IN_HAND, merged, undone]),
        ("merging-answered", {"answered": True}, [*IN_HAND, merged]),
        ("unmerging-reason", {"reason": ""}, [*IN_HAND, merged]),
    ],
)
def test_undoing_is_refused(rule: str, changes: dict[str, Any], history: list[Event]) -> None:
    field = "reason" if rule == "unmerging-reason" else None
    spec.given(*history).when(unmerge(**changes)).then_refused(rule, field)


def test_the_master_takes_a_member_once() -> None:
    join = JoinMember(**SYSTEM, member=OTHER, proposers=HIS, numbers=SEVENTEEN)
    spec.given(*IN_HAND).when(join).then(joined)
    spec.given(*IN_HAND, joined).when(join).then()
    full = (joined.model_copy(update={"member": f"{n:032x}"}) for n in range(MOST_MEMBERS))
    spec.given(*IN_HAND, *full).when(join).then(left("full"))
    crowd = joined.model_copy(update={"member": "d" * 32, "proposers": HIS * (MOST_PEOPLE - 1)})
    spec.given(*IN_HAND, crowd).when(join).then(left("full"))
    for history in ([*IN_HAND, withdrawn], [*IN_HAND, merged]):
        spec.given(*history).when(join).then(left("master-left"))


def test_a_member_leaves_once() -> None:
    leave = LeaveMember(**SYSTEM, member=OTHER, cause="undone")
    spec.given(*IN_HAND, joined).when(leave).then(left("undone"))
    spec.given(*IN_HAND).when(leave).then()


def test_a_merger_that_came_too_late_ends() -> None:
    end = EndMerger(**SYSTEM, master=MASTER, cause="assigned")
    spec.given(*IN_HAND, merged).when(end).then(alone("assigned"))
    spec.given(*IN_HAND).when(end).then()
    elsewhere = merged.model_copy(update={"into": OTHER})
    spec.given(*IN_HAND, elsewhere).when(end).then()


def test_members_close_with_their_master() -> None:
    closed = MembersClosed(**head(), members=(OTHER,), closed=True)
    spec.given(*IN_HAND, joined).when(CloseMembers(**SYSTEM, closed=True)).then(closed)
    spec.given(*IN_HAND).when(CloseMembers(**SYSTEM, closed=True)).then()


def test_a_member_that_is_withdrawn_leaves_its_master() -> None:
    gone = withdrawn.model_copy(update={"by": "p-n1"})
    expected = alone("withdrawn").model_copy(update={"by": "p-n1"})
    spec.given(*IN_HAND, merged).when(withdraw(by="p-n1")).then(expected, gone)
    spec.given(*IN_HAND, merged).when(withdraw(by="p-n1", reason="")).then_refused(
        "withdrawal-reason", "reason"
    )
    assert state_of(*IN_HAND, merged, expected, gone).status == "withdrawn"


def test_the_read_model_knows_the_master_until_the_merger_is_undone() -> None:
    assert as_compared(*IN_HAND, merged)["master"] == MASTER
    assert as_compared(*IN_HAND, merged, undone)["master"] is None


def test_an_erasure_takes_the_case_out_of_its_merger() -> None:
    asked = ErasureAsked(**head(), by="p-sec", reason="person-asked", not_before=MONDAY)
    confirm = ConfirmErasure(at=MONDAY, by="p-lead", policy=rules())
    facts = DECIDER.decide(confirm, state_of(*IN_HAND, merged, asked))
    assert [type(fact) for fact in facts] == [CaseUnmerged, ErasureConfirmed]
    assert facts[0] == alone("erased").model_copy(update={"by": "p-lead"})

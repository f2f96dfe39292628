"""Members of mergers: they are not handed out, and close with their master."""

import pytest

from services.assignment.domain.authorization import offers
from services.assignment.domain.decider import DECIDER
from services.assignment.domain.holdings import holdings
from services.assignment.domain.merging.commands import (
    CloseMember,
    NoteMerged,
    NoteUnmerged,
    ReopenMember,
)
from services.assignment.domain.reactions import react
from shared.contracts.assignment import AssignmentStopped, CaseClosed, CaseReopened
from shared.contracts.members import AssignmentMerged, AssignmentUnmerged, MergerRefused
from shared.contracts.merging import CaseMerged, MemberLeft, MembersClosed
from shared.kernel.actor import Actor
from shared.kernel.messages import Event, Recorded
from tests.unit.assignment.world import (
    MONDAY,
    PROPOSERS,
    RULES,
    SYSTEM,
    assign,
    assigned,
    head,
    mark,
    opened,
    spec,
)

MASTER = "a" * 32
AS_IMPORT = {"at": MONDAY, "by": SYSTEM, "mark": mark()}
merge = NoteMerged(**AS_IMPORT, master=MASTER)
unmerge = NoteUnmerged(**AS_IMPORT)
merged = AssignmentMerged(**head(), master=MASTER)
unmerged = AssignmentUnmerged(**head())
CLOSED = CaseClosed(**head(), rule="evaluated", subject="urban", region="u-c01")


def close(closed: bool = True) -> CloseMember:
    return CloseMember(at=MONDAY, by=SYSTEM, closed=closed, policy=RULES)


def test_a_merged_case_is_not_handed_out() -> None:
    spec.given(opened()).when(merge).then(merged)
    spec.given(opened(), merged).when(merge).then()
    spec.given(opened(), merged).when(assign(("u-hou", "lead"))).then_refused("case-merged")
    state = DECIDER.fold([opened(), merged])
    offered = offers(Actor("p-1"), state, MONDAY, RULES.row)
    assert [offer.action for offer in offered] == ["charge-leader"]
    assert holdings(state) == ()


def test_it_is_handed_out_again_within_the_time_that_was_left() -> None:
    spec.given(opened(), merged).when(unmerge).then(unmerged)
    spec.given(opened()).when(unmerge).then()
    state = DECIDER.fold([opened(), merged, unmerged])
    assert state == DECIDER.fold([opened()])
    verbs = [
        (change.verb, change.rules) for fact in (merged, unmerged) for change in fact.changes("c")
    ]
    assert verbs == [
        ("pause", ("hand-out", "first-receipt")), ("resume", ("hand-out", "first-receipt")),
    ]  # fmt: skip


def test_the_case_hears_into_which_one_it_was_merged() -> None:
    numbers = {"numbers": {"label": "第1号"}, "master_numbers": {"label": "第2号"}}
    fields = {"by": "p-office", "into": MASTER, "reason": "同一事项", "proposers": PROPOSERS}
    fact = CaseMerged.model_validate({**head(), **fields, **numbers})
    recorded = Recorded(
        "f", "intake-c", 1, fact, "intake", "u-city", "p-1", MONDAY, "k", case_id="c" * 32
    )
    [reaction] = react(recorded)
    assert reaction.command == merge


def test_a_case_that_was_handed_out_refuses_the_merger() -> None:
    spec.given(opened(), assigned()).when(merge).then(MergerRefused(**head(), master=MASTER))


@pytest.mark.parametrize("history", [[opened(), merged], [opened()]])
def test_a_member_closes_and_reopens_with_its_master_in_whatever_order_it_hears(
    history: list[Event],
) -> None:
    spec.given(*history).when(close()).then(CLOSED)
    spec.given(*history, CLOSED).when(close()).then()
    reopened = CaseReopened(**head(), reason="rehandling")
    spec.given(*history, CLOSED).when(close(closed=False)).then(reopened)
    spec.given(*history).when(close(closed=False)).then()


def test_a_case_with_tasks_or_that_has_stopped_does_not_close_with_another_one() -> None:
    spec.given(opened(), assigned()).when(close()).then()
    spec.given(opened(), AssignmentStopped(**head(), reason="withdrawn")).when(close()).then()
    spec.given().when(close()).then()


def test_a_case_that_was_closed_with_a_reply_that_is_not_for_it_is_to_be_handed_out() -> None:
    reopen = ReopenMember(at=MONDAY, by=SYSTEM, policy=RULES)
    again = CaseReopened(**head(), reason="unmerged")
    spec.given(opened(), CLOSED).when(reopen).then(again)
    spec.given(opened(), merged, CLOSED, unmerged).when(reopen).then(again)
    spec.given(opened(), merged).when(reopen).then()
    spec.given(opened(), assigned(), CLOSED).when(reopen).then()
    stopped = AssignmentStopped(**head(), reason="withdrawn")
    spec.given(opened(), CLOSED, stopped).when(reopen).then()
    (owed,) = again.with_due(RULES, MASTER).opens or ()
    assert owed.due.rule == "hand-out"
    another_round = CaseReopened(**head(), reason="rehandling")
    assert not another_round.with_due(RULES, MASTER).opens


@pytest.mark.parametrize(
    ("cause", "is_told"),
    [("answered", True), ("undone", True), ("master-left", True), ("withdrawn", False)],
)
def test_a_former_member_hears_it_from_its_master_unless_it_has_ended(
    cause: str, is_told: bool
) -> None:
    fact = MemberLeft.model_validate({**head(), "member": "b" * 32, "cause": cause})
    recorded = Recorded(
        "f", f"intake-{MASTER}", 1, fact, "intake", "u-city", "p-1", MONDAY, "k", case_id=MASTER
    )
    streams = [each.stream for each in react(recorded)]
    assert streams == ([f"assignment-{'b' * 32}"] if is_told else [])


def test_each_member_hears_that_its_master_was_closed() -> None:
    members = ("b" * 32, "c" * 32)
    fact = MembersClosed(**head(), members=members, closed=True)
    recorded = Recorded(
        "f", f"intake-{MASTER}", 1, fact, "intake", "u-city", "p-1", MONDAY, "k", case_id=MASTER
    )
    sent = [(each.stream, each.key) for each in react(recorded)]
    assert sent == [(f"assignment-{member}", member) for member in members]

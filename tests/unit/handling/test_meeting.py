"""要求面复: who wants to be met is met before the reply, or waives the visit."""

import pytest

from services.handling.domain.decider import DECIDER
from services.handling.domain.reactions import react
from services.handling.domain.tasks.commands import NoteAsks
from shared.contracts import handling as facts
from shared.contracts.intake import CaseAccepted
from shared.contracts.payloads.handling import IN_PERSON
from shared.kernel.deadline_rules import Gates
from shared.kernel.messages import Recorded
from shared.testing.samples import sample
from tests.unit.handling.world import (
    LEAD,
    MONDAY,
    OTHER_LEAD,
    SYSTEM,
    contacted,
    draft,
    drafted,
    mark,
    move,
    opened,
    rules,
    sign,
    spec,
)

WANTED = facts.AsksNoted(at=MONDAY, face_to_face_wanted=True)


@pytest.mark.parametrize("mode", ["phone", "video", "letter", "platform"])
def test_a_talk_at_a_distance_is_no_meeting(mode: str) -> None:
    given = spec.given(opened(), WANTED, contacted(mode=mode), drafted())
    given.when(sign()).then_refused("meeting-before-reply", "task")
    before = spec.given(opened(), contacted(mode=mode), drafted())
    assert before.when(sign()).outcome()


@pytest.mark.parametrize("mode", sorted(IN_PERSON | {"not-wanted"}))
def test_a_meeting_or_a_waived_visit_lets_the_reply_go(mode: str) -> None:
    phoned = contacted(mode="phone")
    given = spec.given(opened(), WANTED, phoned, contacted(mode=mode), drafted())
    assert given.when(sign()).outcome()


def test_a_meeting_with_somebody_else_or_after_the_reply_is_none() -> None:
    for talk in (contacted(people=("p-aide",)), contacted(phase="after")):
        history = (opened(), WANTED, contacted(mode="phone"), talk, drafted())
        spec.given(*history).when(sign()).then_refused("meeting-before-reply", "task")


def test_a_draft_may_come_before_the_meeting() -> None:
    assert spec.given(opened(), WANTED).when(draft()).outcome()


def test_the_unit_that_takes_over_meets_anew() -> None:
    met = [opened(), WANTED, contacted()]
    moved = DECIDER.decide(move(LEAD, OTHER_LEAD), DECIDER.fold(met))
    history = [*met, *moved, contacted(OTHER_LEAD, mode="phone"), drafted(OTHER_LEAD)]
    spec.given(*history).when(sign(OTHER_LEAD)).then_refused("meeting-before-reply", "task")


def test_the_meeting_gate_is_a_row_of_the_policy() -> None:
    policy = rules(gates=Gates(meeting_where_wanted=False))
    history = (opened(), WANTED, contacted(mode="phone"), drafted())
    assert spec.given(*history).when(sign(policy=policy)).outcome()


def test_an_accepted_paper_says_whether_its_proposers_want_to_be_met() -> None:
    fact = sample(CaseAccepted)
    assert isinstance(fact, CaseAccepted)
    for wanted in (True, False):
        said = fact.model_copy(update={"face_to_face_wanted": wanted, "asks": ()})
        where = ("i", "intake-c", 2, said, "intake", "u-city", "p", MONDAY, "c")
        found = [each.command for each in react(Recorded(*where, case_id="c"))]
        assert [getattr(each, "face_to_face_wanted", None) for each in found] == [True] * wanted


def test_the_wish_is_noted_once() -> None:
    note = NoteAsks(at=MONDAY, by=SYSTEM, mark=mark(), asks=(), face_to_face_wanted=True)
    spec.given().when(note).then(WANTED)
    spec.given(WANTED).when(note).then_nothing()

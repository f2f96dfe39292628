"""Steps that a case waits for, from one fact of its life to the next."""

from collections.abc import Sequence
from typing import Any

import pytest

from services.portal.domain.days import paused_until
from services.portal.domain.derived import due, light
from services.portal.domain.raters import evaluations, is_settled
from services.portal.domain.register import CASE_REGISTER, fold
from services.portal.domain.waiting import OWNER_OF, waits
from shared.contracts.case_event import CaseEvent
from shared.contracts.disclosure import (
    CaseDisclosed,
    DisclosureDecided,
    DisclosureOpened,
    DisclosureReviewed,
    DisclosureWithdrawn,
    PublicationReleased,
)
from shared.contracts.feedback import CaseRated, RehandlingReviewed
from shared.contracts.intake import CaseDeclined, CaseRegistered, CaseSentBack
from shared.contracts.members import AssignmentMerged
from shared.contracts.planning import AssignmentPlanned
from shared.contracts.reminder import (
    CaseEscalated,
    ClockExtended,
    ClockResumed,
    ClockStarted,
    EscalationAcknowledged,
)
from shared.contracts.rerouting import CaseDiverted
from shared.contracts.resubmission import PaperResubmitted
from shared.contracts.signers import RefusalNotified, SignatureConfirmed, SignatureDeclined
from shared.service.config.access_tables import deployed_access
from shared.service.config.labels import standard_labels
from shared.testing.fold import folded
from shared.testing.samples import sample
from tests.unit.portal.life import CASE, as_recorded, life

STEPS = {type(fact).__name__: number for number, (_, fact) in enumerate(life(), 1)}


def waits_after(fact: str) -> set[str]:
    document = folded(CASE_REGISTER, as_recorded(life()[: STEPS[fact]]))[CASE]
    waits: list[str] = document["waits"]
    assert len(waits) == len(set(waits))
    return set(waits)


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        ("CaseRegistered", {"accept-case|*"}),
        ("CaseAccepted", {"assign-case|*"}),
        ("CaseAssigned", {"receive-assignment|u-hou", "receive-assignment|u-fin"}),
        ("TaskOpened", {"receive-assignment|u-fin", "record-contact|u-hou"}),
        (
            "CohandlerJoined",
            {"receive-assignment|u-fin", "record-contact|u-hou", "give-opinion|u-fin"},
        ),
    ],
)
def test_a_case_waits_for_the_usual_next_steps(fact: str, expected: set[str]) -> None:
    assert waits_after(fact) == expected


@pytest.mark.parametrize(
    ("contact", "step"),
    [
        ({"suffices": True}, "submit-draft"),
        ({"suffices": False}, "record-contact"),
        ({"phase": "after"}, "record-contact"),
    ],
)
def test_a_telephone_call_is_no_written_notice(contact: dict[str, Any], step: str) -> None:
    *before, (owner, fact) = life()[: STEPS["CaseContacted"]]
    facts = [*before, (owner, fact.model_copy(update=contact))]
    document = folded(CASE_REGISTER, as_recorded(facts))[CASE]
    assert f"{step}|u-hou" in document["waits"]
    assert document["handling"]["tasks"]["a" * 12]["contacts"] == 1


def test_a_closed_case_waits_for_nothing_but_its_publication() -> None:
    waits = waits_after(type(life()[-1][1]).__name__)
    assert {key.partition("|")[0] for key in waits} <= {"decide-disclosure", "review-disclosure"}


@pytest.mark.parametrize("action", OWNER_OF)
def test_what_a_case_waits_for_has_a_row_and_a_name(action: str) -> None:
    table = deployed_access(OWNER_OF[action])
    assert table.rows_of(action)
    assert action in standard_labels().codes("waiting")


def test_who_may_take_a_step_may_read_the_case() -> None:
    for action, owner in OWNER_OF.items():
        table = deployed_access(owner)
        reading = [*table.rows_of("read-case"), *table.rows_of("read-clocks")]
        relations = {row.relation for row in reading}
        organs = {"organ"} & relations
        for row in table.rows_of(action):
            known = row.relation in relations or (row.relation.endswith("-organ") and organs)
            assert known, (action, row.relation)


def case(status: str = "received", publication: Any = None, **work: Any) -> dict[str, Any]:
    """A case with one task of u-hou."""
    task = {"unit": "u-hou", "part": "lead", **work}
    return {
        "intake": {"accepted_at": "2025-03-03"},
        "assignment": {"tasks": {"t": {"unit": "u-hou", "status": status}}},
        "handling": {"tasks": {"t": task}},
        "disclosure": {"publications": {"t": publication} if publication else {}},
    }


def test_a_returned_draft_waits_for_its_drafter() -> None:
    assert waits(case(drafts=1)) == ["sign-reply|u-hou"]
    assert waits(case(drafts=1, returned=True)) == ["submit-draft|u-hou"]
    assert waits(case(drafts=2, returned=False, higher=True)) == ["sign-reply|*"]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("objected", ["decide-objection|*"]),
        ("returned", ["reassign|*"]),
        ("ended", []),
        ("must-act", ["record-contact|u-hou"]),
    ],
)
def test_a_unit_that_objects_is_not_waited_for(status: str, expected: list[str]) -> None:
    assert waits(case(status)) == expected


def test_a_planned_hand_out_waits_for_the_leader_until_it_is_decided() -> None:
    planned = case()
    planned["assignment"] = {"plan": True}
    assert waits(planned) == ["decide-plan|*", "record-contact|u-hou"]
    planned["assignment"]["plan"] = False
    assert "assign-case|*" in waits(planned)


def test_a_merger_lets_a_plan_lapse() -> None:
    told = [AssignmentPlanned, AssignmentMerged]
    facts = [("assignment", sample(fact)) for fact in told]
    for many, waits_for_leader in ((1, True), (2, False)):
        document = folded(CASE_REGISTER, as_recorded([*life()[:2], *facts[:many]]))[CASE]
        assert document["assignment"]["plan"] is waits_for_leader


def test_an_objection_after_the_last_return_waits_for_who_rules() -> None:
    given_back = case("objected")
    given_back["assignment"]["tasks"]["t"]["to_arbitration"] = True
    assert waits(given_back) == ["arbitrate-objection|*"]
    given_back["assignment"]["tasks"]["t"]["status"] = "returned"
    assert waits(given_back) == ["arbitrate-objection|*"]
    given_back["assignment"]["tasks"]["t"]["status"] = "assigned"
    assert waits(given_back) == ["receive-assignment|u-hou", "record-contact|u-hou"]


def test_a_lead_that_asks_for_a_unit_beside_it_waits_for_the_answer_until_it_has_replied() -> None:
    asking = case()
    asking["assignment"]["tasks"]["t"] |= {"proposal": True, "part": "lead"}
    assert waits(asking) == ["decide-cohandler|*", "record-contact|u-hou"]
    asking["handling"]["tasks"]["t"]["replied_at"] = "2025-05-01"
    assert waits(asking) == []


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("assigned", ["reassign|*"]),
        ("must-act", ["reassign|*"]),
        ("objected", ["decide-objection|*"]),
        ("ended", []),
    ],
)
def test_a_task_of_a_unit_that_the_case_is_against_waits_for_those_who_assign(
    status: str, expected: list[str]
) -> None:
    accused = case(status)
    accused["intake"]["against"] = ["p-1", "u-hou"]
    assert waits(accused) == expected
    answered = case("received", replied_at="2025-05-01")
    assert waits({**answered, "intake": accused["intake"]}) == []


def test_a_task_that_its_unit_may_not_have_any_more_waits_for_those_who_assign_too() -> None:
    wrong = case()
    wrong["assignment"]["misplaced"] = ["t"]
    assert waits(wrong) == ["reassign|*", "record-contact|u-hou"]


def test_a_unit_that_works_or_has_answered_need_not_sign_for_its_task() -> None:
    assert "receive-assignment|u-hou" in waits(case("assigned"))
    begun = case("assigned")
    begun["assignment"]["tasks"]["t"]["begun"] = True
    assert waits(begun) == ["record-contact|u-hou"]
    assert waits(case("assigned", replied_at="2025-05-01")) == []


@pytest.mark.parametrize("end", [(PublicationReleased,), (CaseDisclosed, DisclosureWithdrawn)])
def test_what_was_not_published_or_taken_down_waits_for_another_decision(
    end: Sequence[type[CaseEvent]],
) -> None:
    history = [DisclosureOpened, DisclosureDecided, DisclosureReviewed, *end]
    assert published_after(history) == {"decide-disclosure|*", "decide-disclosure|u-hou"}
    assert published_after(history[:-1]) == set()
    again = published_after([*history, DisclosureDecided])
    assert again == {"review-disclosure|*", "review-disclosure|u-hou"}


def published_after(history: Sequence[type[CaseEvent]]) -> set[str]:
    """Returns what a replied case waits for after samples of these facts of disclosure."""
    document = case(replied_at="2025-05-01")
    facts = [("disclosure", sample(fact, task="t")) for fact in history]
    reviewed = [(o, f.model_copy(update={"approved": True})) for o, f in facts]
    for recorded in as_recorded(reviewed):
        document["disclosure"] = fold(document["disclosure"], recorded)
    return set(waits(document))


def test_a_paper_waits_for_its_co_signers_before_it_is_screened() -> None:
    paper = {"intake": {"unconfirmed": ["p-n2", "p-n3"]}}
    assert waits(paper) == [f"confirm-signature|{who}" for who in ("*", "p-n2", "p-n3")]
    assert waits({"intake": {"unconfirmed": []}}) == ["accept-case|*"]
    assert waits({"intake": {"unconfirmed": ["p-n2"], "accepted_at": "x"}}) == ["assign-case|*"]


def test_who_has_confirmed_or_declined_is_awaited_no_more() -> None:
    papers = (sample(CaseRegistered), sample(SignatureConfirmed), sample(SignatureDeclined))
    for answer in papers[1:]:
        part: dict[str, Any] = {}
        for recorded in as_recorded([("intake", papers[0]), ("intake", answer)]):
            part = dict(fold(part, recorded))
        assert waits({"intake": part}) == ["accept-case|*"]


@pytest.mark.parametrize("step", ["declined_at", "passed_on_at", "sent_back_at"])
def test_a_refusal_waits_until_its_proposer_was_told(step: str) -> None:
    refused = {step: "2025-03-04"}
    assert waits({"intake": refused}) == ["notify-refusal|*"]
    assert waits({"intake": refused | {"told": True}}) == []
    assert waits({"intake": refused | {"erased_at": "2025-03-05"}}) == []


def test_a_diverted_paper_waits_to_be_screened_and_its_author_to_be_told() -> None:
    steps = [sample(CaseRegistered), sample(SignatureConfirmed), sample(CaseDiverted)]
    part: dict[str, Any] = {}
    for recorded in as_recorded([("intake", step) for step in steps]):
        part = dict(fold(part, recorded))
    assert waits({"intake": part}) == ["accept-case|*", "notify-refusal|*"]
    for recorded in as_recorded([("intake", sample(RefusalNotified))]):
        part = dict(fold(part, recorded))
    assert waits({"intake": part}) == ["accept-case|*"]


def test_a_refusal_after_a_diversion_that_was_told_is_to_be_told_again() -> None:
    steps = [CaseRegistered, CaseDiverted, RefusalNotified, CaseDeclined]
    part: dict[str, Any] = {}
    for recorded in as_recorded([("intake", sample(step)) for step in steps]):
        part = dict(fold(part, recorded))
    assert waits({"intake": part}) == ["notify-refusal|*"]


def test_a_paper_that_was_sent_back_waits_for_its_author_until_it_comes_again() -> None:
    """A citizen whom the directory does not know has no list."""
    lead, other = {"id": "p-n1", "part": "lead"}, {"id": "p-n2", "part": "co"}
    back = {"sent_back_at": "2025-03-04", "told": True}
    assert waits({"intake": back | {"proposers": [lead, other]}}) == ["resubmit-paper|p-n1"]
    assert waits({"intake": back | {"proposers": [{"id": "x-0123", "part": "lead"}]}}) == []
    part: dict[str, Any] = {}
    papers = [sample(CaseRegistered), sample(CaseSentBack), sample(PaperResubmitted)]
    for recorded in as_recorded([("intake", paper) for paper in papers]):
        part = dict(fold(part, recorded))
    assert waits({"intake": part}) == ["confirm-signature|*", "confirm-signature|p-n2"]


def test_the_rating_of_a_person_whom_the_directory_does_not_know_is_entered_by_others() -> None:
    forms = {"a": {"rater": "x-0123"}, "b": {"rater": "p-n1"}, "c": {"rater": "p-n2", "lapsed": 1}}
    rated = case(replied_at="2025-05-01") | {"feedback": {"evaluations": forms}}
    assert waits(rated) == ["rate-by-proxy|*", "rate-reply|p-n1"]


def test_a_rating_under_review_waits_for_the_organ_and_names_no_rater_yet() -> None:
    due = {"rater": "p-n1", "unit": "u-hou", "round": 1, "overall": "unsatisfied"}
    under = case(replied_at="2025-05-01") | {
        "feedback": {"evaluations": {"a": due | {"review": "open"}}}
    }
    assert waits(under) == ["decide-rehandling|*"]
    assert not is_settled(evaluations(under))
    over = case(replied_at="2025-05-01") | {
        "feedback": {"evaluations": {"a": due | {"review": "refused"}}}
    }
    assert waits(over) == []
    assert is_settled(evaluations(over))


def test_a_rating_under_review_waits_for_the_organ_where_the_reply_closed_the_case() -> None:
    row = {"rater": "x-1", "unit": "u-hou", "round": 1, "overall": "unsatisfied", "review": "open"}
    closed = case(replied_at="2025-05-01") | {"feedback": {"evaluations": {"a": row}}}
    closed["assignment"] = {**closed["assignment"], "closed_at": "2025-05-01"}
    assert waits(closed) == ["decide-rehandling|*"]
    assert waits({**closed, "intake": {"withdrawn_at": "2025-05-02"}}) == []


def test_a_decision_that_orders_a_round_is_seen_as_the_ratings_own_order() -> None:
    reviewed = sample(RehandlingReviewed).model_copy(update={"ordered": True})
    part: dict[str, Any] = {}
    for recorded in as_recorded([("feedback", sample(CaseRated)), ("feedback", reviewed)]):
        part = dict(fold(part, recorded))
    [row] = part["evaluations"].values()
    assert (row["review"], row["rehandling"]) == ("ordered", 2)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {"p-head", "u-hou"}),
        ({"person": None}, {"u-hou"}),
        ({"organ": "u-supervision", "role": "office"}, {"p-head", "*"}),
        ({"role": "leader"}, {"p-head", "*"}),
        ({"acknowledge_by": None}, set()),
    ],
)
def test_an_escalation_waits_for_the_post_whoever_holds_it(
    changes: dict[str, Any], expected: set[str]
) -> None:
    told: dict[str, Any] = {}
    facts = [("reminder", sample(ClockStarted)), ("reminder", sample(CaseEscalated, **changes))]
    for recorded in as_recorded(facts):
        told = dict(fold(told, recorded))
    keys = waits(case("ended") | {"reminder": told})
    assert set(keys) == {f"acknowledge-escalation|{place}" for place in expected}


def test_a_decision_made_anew_waits_for_its_reviewer() -> None:
    again = {"due": "2025-06-01", "mode": "open", "approved": None}
    assert "review-disclosure|*" in waits(case(publication=again, replied_at="2025-05-01"))
    refused = again | {"approved": False}
    assert "decide-disclosure|*" in waits(case(publication=refused, replied_at="2025-05-01"))


SIGNED = {"contacts": 1, "drafts": 1, "signed_at": "2025-05-01"}


@pytest.mark.parametrize(
    ("work", "expected"),
    [
        ({}, ["record-contact|u-hou"]),
        ({"contacts": 1}, ["submit-draft|u-hou"]),
        ({"contacts": 1, "other_contacts": 1}, ["record-contact|u-hou"]),
        ({"contacts": 2, "other_contacts": 1}, ["submit-draft|u-hou"]),
        (SIGNED, ["deliver-reply|u-hou"]),
        ({**SIGNED, "replied_at": "2025-05-02"}, []),
        ({"contacts": 1, "ended": True}, []),
        ({"part": "co"}, ["give-opinion|u-hou"]),
        ({"part": "co", "opinion_at": "2025-04-01"}, []),
    ],
)
def test_a_task_waits_for_its_next_step(work: dict[str, Any], expected: list[str]) -> None:
    assert waits(case(**work)) == expected


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({}, ["rate-reply|p-n001"]),
        ({"overall": "satisfied"}, []),
        ({"lapsed": True}, []),
        ({"lapsed": False}, ["rate-reply|p-n001"]),
    ],
)
def test_an_evaluation_waits_for_its_rater(row: dict[str, Any], expected: list[str]) -> None:
    rated = case(replied_at="2025-05-02")
    assert (
        waits(rated | {"feedback": {"evaluations": {"e": {"rater": "p-n001", **row}}}}) == expected
    )


def test_an_escalation_waits_while_its_clock_runs() -> None:
    asks = {"d0": {"told": "p-head", "asked": None}}
    for running, expected in ((True, ["acknowledge-escalation|p-head"]), (False, [])):
        clocks = {"c": {"running": running, "asks": asks}}
        escalated = case(replied_at="2025-05-02") | {"reminder": {"clocks": clocks}}
        assert waits(escalated) == expected


LATER = {"rung": "wd+5", "person": "p-leader", "organ": None, "role": "leader"}


@pytest.mark.parametrize(
    ("then", "expected"),
    [
        ([sample(CaseEscalated, **LATER, acknowledge_by=None)], {"p-head", "u-hou"}),
        ([sample(CaseEscalated, **LATER)], {"p-head", "u-hou", "p-leader", "*"}),
        ([sample(CaseEscalated, **LATER), sample(EscalationAcknowledged, rung="wd+5")],
         {"p-head", "u-hou"}),
        ([sample(EscalationAcknowledged, rung="d0")], set()),
        ([sample(ClockExtended)], set()),
        ([sample(ClockResumed)], set()),
    ],
)  # fmt: skip
def test_an_escalation_waits_until_it_is_acknowledged_whatever_rung_comes_later(
    then: list[Any], expected: set[str]
) -> None:
    told: dict[str, Any] = {}
    facts = [sample(ClockStarted), sample(CaseEscalated, rung="d0"), *then]
    for recorded in as_recorded([("reminder", fact) for fact in facts]):
        told = dict(fold(told, recorded))
    keys = waits(case("ended") | {"reminder": told})
    assert set(keys) == {f"acknowledge-escalation|{place}" for place in expected}


def test_a_published_reply_waits_for_nobody() -> None:
    decided = {"due": "2025-06-01", "mode": "open", "approved": True}
    assert waits(case(publication=decided, replied_at="2025-05-01")) == []


# --- tasks that stand still


def standing(**task: Any) -> dict[str, Any]:
    work = {"unit": "u-hou", "part": "lead", "round": 1, "contacts": 1, **task}
    clocks = {
        "c1": {"rule": "reply", "due": "2025-06-03", "paused": True, "light": "yellow"},
        "c2": {"rule": "suspension", "due": "2025-04-30", "light": "red"},
        "c3": {"rule": "rating", "due": "2025-04-01", "light": "red", "person": "p-n001"},
    }
    running = {name: {"running": True, **clock} for name, clock in clocks.items()}
    return {
        "intake": {"accepted_at": "x"},
        "assignment": {
            "tasks": {"t": {"unit": "u-hou", "part": "lead", "round": 1, "status": "received"}}
        },
        "handling": {"tasks": {"t": work}},
        "reminder": {"clocks": running},
    }


def test_a_request_of_a_pause_waits_for_each_approver_and_its_notice_for_the_unit() -> None:
    asked = waits(standing(pausers=["assignment-organ", "task-unit"]))
    assert {each for each in asked if "suspension" in each} == {
        "decide-suspension|assignment-organ",
        "decide-suspension|u-hou",
    }
    assert waits(standing(paused_until="2025-04-30", untold_pause=True)) == [
        "tell-suspension|u-hou"
    ]
    assert waits(standing(paused_until="2025-04-30")) == []
    assert waits(standing()) == ["submit-draft|u-hou"]


def test_a_case_that_stands_still_is_due_when_it_goes_on_and_has_no_light() -> None:
    case = standing(paused_until="2025-04-30")
    assert (due(case), light(case), paused_until(case)) == ("2025-04-30", "none", "2025-04-30")


def test_a_case_of_several_is_due_with_the_reply_that_runs_and_no_end_of_a_pause() -> None:
    case = standing(paused_until="2025-04-30")
    other = {"rule": "reply", "due": "2025-05-20", "running": True, "light": "green"}
    case["reminder"]["clocks"]["c4"] = other
    assert due(case) == "2025-05-20"


@pytest.mark.parametrize("end", ["withdrawn_at", "erased_at"])
def test_a_case_that_has_ended_stands_still_no_more(end: str) -> None:
    case = standing(paused_until="2025-04-30")
    assert paused_until({**case, "intake": {**case["intake"], end: "2025-04-01"}}) is None


def test_a_case_of_several_stands_still_only_as_a_whole() -> None:
    case = standing(paused_until="2025-04-30")
    case["handling"]["tasks"]["other"] = {"unit": "u-fin", "part": "separate", "round": 1}
    assert paused_until(case) is None
    case["handling"]["tasks"]["other"]["replied_at"] = "2025-03-20"
    assert paused_until(case) == "2025-04-30"
    case["handling"]["tasks"]["t"]["ended"] = True
    assert paused_until(case) is None


@pytest.mark.parametrize(
    ("row", "keys"),
    [
        ({"level": "review", "state": "may-review"}, []),
        ({"level": "review", "step": "decide-review"}, ["decide-review|review-organ"]),
        ({"level": "recheck", "step": "end-hearing"}, ["end-hearing|recheck-organ"]),
        ({"level": "recheck", "step": "deliver-review"}, ["deliver-review|recheck-organ"]),
        ({"level": "recheck", "state": "rechecked", "step": None}, []),
    ],
)
def test_a_review_waits_for_the_organ_of_its_level_also_of_a_closed_case(
    row: dict[str, Any], keys: list[str]
) -> None:
    closed = case(replied_at="2025-05-01") | {"feedback": {"reviews": {"a": row}}}
    closed["assignment"] = {**closed["assignment"], "closed_at": "2025-05-01"}
    assert waits(closed) == keys

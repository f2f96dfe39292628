"""Rerouting: a paper is passed on, or continued as a case of another kind by the rules of that."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.intake.domain.decider import DECIDER
from services.intake.domain.holdings import holdings
from services.intake.domain.projections import paper as model_of
from services.intake.domain.projections import shared_with_others
from services.intake.domain.rerouting.commands import DivertCase, PassOnCase
from services.intake.domain.screening.commands import NotifyRefusal
from services.intake.domain.state import Case
from shared.contracts.calls import CallOpened
from shared.contracts.case_event import Kind
from shared.contracts.intake import CaseDeclined, CaseErased, CaseRegistered
from shared.contracts.obligations import Obliging
from shared.contracts.recusal import AgainstNamed
from shared.contracts.rerouting import CaseDiverted, CasePassedOn, FormerKind
from shared.contracts.signers import RefusalNotified, Signature, SignatureConfirmed
from shared.kernel.errors import RuleViolated
from shared.kernel.messages import Event, Recorded
from shared.kernel.organisation import Organisation
from shared.kernel.paper_rules import AskRules, SignatureRules
from shared.kernel.policy import Policy
from shared.kernel.projection import ModelDocument
from shared.kernel.rerouting_rules import DiversionRules, PassRules
from shared.testing.checklist import answered
from shared.testing.organisation import organisation
from shared.testing.samples import sample
from tests.unit.intake.papers import (
    ADVISER,
    CASE,
    CITY,
    COSIGNER,
    DEPUTY,
    MONDAY,
    OFFICE,
    accept,
    accepted,
    decline,
    refused,
    registered,
    rules,
    spec,
    withdraw,
    withdrawn,
)

LATER = MONDAY + timedelta(days=2)
ASKED = {"awaited": (Signature(signer="p-n2"),), "confirmed": "p-n1"}
TWELVE = {"external_no": "12", "in_session": True, "session": "十五届四次"}


def known() -> Organisation:
    return organisation(MONDAY.date(), *CITY)


def pass_on(kind: Kind = "suggestion", reason: str = "forwarded-letters", **changes: Any) -> Any:
    fields = {"form": "letter", "to": "u-hou", "policy": rules(kind), "organisation": known()}
    return PassOnCase(**OFFICE, **refused(reason, kind) | fields | changes)


def divert(**changes: Any) -> DivertCase:
    fields: dict[str, Any] = {
        "kind": "suggestion",
        "channel": "session",
        "subject": "urban-environment",
        "reason": "presidium-decision",
        "policy": rules("suggestion"),
        "at": LATER,
        "by": "p-office",
    }
    return DivertCase(**fields | changes)


def folded(*facts: Event) -> Case:
    state = DECIDER.fold(facts)
    assert isinstance(state, Case)
    return state


def diverted(*who: Any, **changes: Any) -> tuple[CaseRegistered, CaseDiverted]:
    paper = registered("motion", *who, **changes)
    (fact,) = DECIDER.decide(divert(), folded(paper))
    assert isinstance(fact, CaseDiverted)
    return paper, fact


def owed(facts: Sequence[Obliging], policy: Policy) -> set[tuple[str, str]]:
    """Returns what is owed after the facts, each dated by the row."""
    running: set[tuple[str, str]] = set()
    for fact in facts:
        for change in fact.changes(CASE):
            running = {each for each in running if not change.concerns(*each)}
        opened = fact.with_due(policy, CASE).opened(CASE)
        running |= {(each.due.rule, each.subject) for each in opened}
    return running


def test_a_letter_is_passed_on_with_its_checklist() -> None:
    (fact,) = DECIDER.decide(pass_on(note="附来信"), folded(registered()))
    assert isinstance(fact, CasePassedOn)
    assert (fact.form, fact.to, fact.reason, fact.note) == (
        "letter", "u-hou", "forwarded-letters", "附来信",
    )  # fmt: skip
    assert [each.check for each in fact.checks if not each.met] == ["not-forwarded"]
    assert fact.checks_of == rules().row.version
    after = folded(registered(), fact)
    assert (after.status, after.refusal, after.to_tell) == ("passed-on", fact, fact)
    assert DECIDER.decide(pass_on(note="附来信"), after) == []
    spec.given(registered(), fact).when(pass_on()).then_refused("recorded-otherwise", "note")


def test_what_is_passed_on_is_over_and_its_author_is_to_be_told() -> None:
    paper = registered()
    (fact,) = DECIDER.decide(pass_on(), folded(paper))
    assert isinstance(fact, CasePassedOn)
    assert owed([paper, fact], rules()) == {("refusal-notice", CASE)}
    over = [paper, fact]
    for command in (accept(), decline(), divert()):
        spec.given(*over).when(command).then_refused("case-decided")


@pytest.mark.parametrize(
    ("kind", "changes", "rule", "field"),
    [
        ("suggestion", {"form": "opinion"}, "pass-form", "form"),
        ("motion", {}, "pass-form", "form"),
        ("suggestion", {"reason": "state-secret"}, "refusal-reason", "reason"),
        ("suggestion", {"checks": ()}, "checks-open", "checks"),
        (
            "suggestion",
            {"reason": "outside-remit", "checks": answered()},
            "check-contradicts",
            "reason",
        ),
        ("suggestion", {"to": "u-nowhere"}, "unit-unknown", "to"),
        ("suggestion", {"recused": frozenset({"u-hou"})}, "unit-against", "to"),
    ],
)
def test_a_paper_is_passed_on_by_the_rules_of_its_kind(
    kind: Kind, changes: dict[str, Any], rule: str, field: str
) -> None:
    spec.given(registered(kind)).when(pass_on(kind, **changes)).then_refused(rule, field)


def test_a_form_may_have_reasons_of_its_own() -> None:
    only = {"letter": PassRules(reasons=("forwarded-letters",), basis="x")}
    place = rules(passed_on_as=only)
    paper = registered()
    assert DECIDER.decide(pass_on(policy=place), folded(paper))
    other = pass_on(reason="outside-remit", policy=place)
    spec.given(paper).when(other).then_refused("refusal-reason", "reason")


def test_an_accusation_is_passed_on_to_its_organ_only() -> None:
    place = rules("petition", passed_on_as={"letter": PassRules(basis="x")})
    paper = registered("petition", purpose="accusation")
    command = pass_on("petition", "outside-remit", policy=place)
    spec.given(paper).when(command).then_refused("unit-not-competent", "to")


def test_a_proposal_becomes_an_opinion() -> None:
    command = pass_on("proposal", "no-substance", form="opinion")
    (fact,) = DECIDER.decide(command, folded(registered("proposal", ADVISER)))
    assert isinstance(fact, CasePassedOn)
    assert (fact.kind, fact.form) == ("proposal", "opinion")


def test_a_motion_becomes_a_suggestion_and_is_screened_anew() -> None:
    paper = registered("motion", **TWELVE)
    (fact,) = DECIDER.decide(divert(external_no="345"), folded(paper))
    assert isinstance(fact, CaseDiverted)
    assert (fact.kind, fact.channel, fact.external_no) == ("suggestion", "session", "345")
    assert fact.was == FormerKind(
        kind="motion", channel="session", subject="urban-environment", external_no="12",
        received_on=paper.received_on,
    )  # fmt: skip
    assert fact.received_on == LATER.date()
    case = folded(paper, fact)
    assert (case.status, case.paper.kind, case.paper.external_no) == (
        "registered", "suggestion", "345",
    )  # fmt: skip
    assert (case.former, case.to_tell) == ((fact.was,), fact)
    (taken_up,) = DECIDER.decide(accept(), case)
    assert taken_up.kind == "suggestion"  # type: ignore[attr-defined]
    assert taken_up.received_on == LATER.date()  # type: ignore[attr-defined]


def test_what_the_old_kind_owed_is_owed_no_more_and_the_new_one_begins() -> None:
    paper, fact = diverted()
    assert owed([paper, fact], rules()) == {("screening", CASE), ("refusal-notice", CASE)}
    dated = fact.with_due(rules("suggestion"), CASE)
    starts = {each.due.rule: each.due for each in dated.opens or ()}
    assert starts["screening"].at == rules().due("screening", LATER).at
    case = folded(paper, dated)
    assert {due.rule for each in holdings(case) for due in each.owed} == {*starts}


def test_co_signers_who_are_awaited_are_asked_under_the_new_kind() -> None:
    paper, fact = diverted(DEPUTY, COSIGNER, **ASKED)
    assert [each.signer for each in fact.awaited] == ["p-n2"]
    assert owed([paper, fact], rules()) == {("signature", "p-n2"), ("refusal-notice", CASE)}
    last = SignatureConfirmed(
        **folded(paper, fact).head(LATER), by="p-n2", signer="p-n2", is_last=True
    )
    assert owed([paper, fact, last], rules()) == {("screening", CASE), ("refusal-notice", CASE)}


def test_the_author_is_told_once_and_a_later_refusal_is_told_again() -> None:
    paper, fact = diverted()
    tell = NotifyRefusal(
        at=LATER, by="p-office", mode="letter", on=LATER.date(), policy=rules("suggestion")
    )
    (told,) = DECIDER.decide(tell, folded(paper, fact))
    assert isinstance(told, RefusalNotified)
    assert DECIDER.decide(tell, folded(paper, fact, told)) == []
    (no,) = DECIDER.decide(decline(), folded(paper, fact, told))
    assert isinstance(no, CaseDeclined)
    assert isinstance(DECIDER.decide(tell, folded(paper, fact, told, no))[0], RefusalNotified)
    after = folded(paper, fact, told, no)
    assert (after.to_tell, after.told) == (no, None)
    assert owed([paper, fact, no], rules()) == {("refusal-notice", CASE)}
    assert owed([paper, fact, told], rules()) == {("screening", CASE)}


def test_a_paper_is_continued_by_the_channel_and_under_the_subject_of_the_new_kind() -> None:
    paper = registered("motion")
    [fact] = DECIDER.decide(divert(channel="platform", subject="resources"), folded(paper))
    assert isinstance(fact, CaseDiverted)
    assert (fact.channel, fact.subject) == ("platform", "resources")
    case = folded(paper, fact)
    assert (case.paper.channel, case.paper.subject) == ("platform", "resources")


def test_whom_a_paper_is_against_is_kept_only_by_kinds_that_keep_from_them() -> None:
    paper = registered("motion")
    against = sample(AgainstNamed)
    given = spec.given(paper, against)
    no = divert(policy=rules("suggestion", keeps_from_accused=False))
    given.when(no).then_refused("against-not-kept", "kind")
    keeps = divert(policy=rules("suggestion", keeps_from_accused=True))
    assert given.when(keeps).outcome()
    assert spec.given(paper).when(no).outcome()


def test_nobody_is_told_of_a_diversion_once_the_paper_is_withdrawn() -> None:
    paper, fact = diverted()
    tell = NotifyRefusal(
        at=LATER, by="p-office", mode="letter", on=LATER.date(), policy=rules("suggestion")
    )
    assert holdings(folded(paper, fact, withdrawn)) == ()
    spec.given(paper, fact, withdrawn).when(tell).then_refused("not-refused")


def test_the_same_diversion_twice_is_one() -> None:
    paper, fact = diverted()
    assert DECIDER.decide(divert(), folded(paper, fact)) == []
    for other in (divert(external_no="346"), divert(subject="resources")):
        spec.given(paper, fact).when(other).then_refused("diversion-same-kind", "kind")


def test_a_judgement_on_the_paper_as_it_was_is_not_confirmed() -> None:
    paper, fact = diverted()
    assert (folded(paper).edition, folded(paper, fact).edition) == (1, 2)
    stale = {"edition": 1}
    given = spec.given(paper, fact)
    for command in (accept(**stale), pass_on(**stale), divert(external_no="7", **stale)):
        given.when(command).then_refused("edition-changed")
    given.when(decline().model_copy(update=stale)).then_refused("edition-changed")


MANY = {"person": SignatureRules(by="each", minimum=2, basis="x")}
FULL = AskRules(least=1, basis="x")


@pytest.mark.parametrize(
    ("paper", "changes", "rule", "field"),
    [
        ({}, {"kind": "motion", "policy": rules("motion")}, "diversion-same-kind", "kind"),
        ({}, {"kind": "proposal", "policy": rules("proposal")}, "diversion-unknown", "kind"),
        ({}, {"reason": "outside-remit"}, "diversion-reason", "reason"),
        ({}, {"subject": "school-fees"}, "subject-unknown", "subject"),
        ({}, {"policy": rules(periods=())}, "period-unknown", "kind"),
        ({}, {"channel": "intersession"}, "session-contradicted", "channel"),
        ({"proposer_kind": "party"}, {}, "proposer-kind", "kind"),
        ({}, {"policy": rules(signatures=MANY)}, "signatures-few", "kind"),
        ({}, {"policy": rules(asks=FULL)}, "asks-few", "asks"),
        ({}, {"external_no": "0"}, "number-zero", "external_no"),
        ({}, {"external_no": "十五届五次第3号"}, "number-session", "external_no"),
        ({}, {"external_no": "345", "holder": "d" * 32}, "external-number-taken", "external_no"),
    ],
)
def test_the_new_kind_must_have_room_for_the_paper(
    paper: dict[str, Any], changes: dict[str, Any], rule: str, field: str
) -> None:
    spec.given(registered("motion", **paper)).when(divert(**changes)).then_refused(rule, field)


def test_no_more_people_speak_than_the_new_kind_lets() -> None:
    few = rules(most_representatives=1)
    paper = registered("motion", DEPUTY, COSIGNER)
    spec.given(paper).when(divert(policy=few)).then_refused("too-many-representatives", "kind")


def test_the_paper_claims_every_number_that_it_had_until_it_is_over() -> None:
    """Where a row of a ledger names the paper, nothing else keeps its former number for it."""
    paper = registered("motion", **TWELVE)
    fact = DECIDER.decide(divert(external_no="345"), folded(paper))[0]
    assert isinstance(fact, CaseDiverted)
    back = fact.model_copy(update={"kind": "motion", "external_no": "12"})
    over = DECIDER.decide(decline(), folded(paper, fact))[0]
    was, now = "u-city|motion|city|15-4|12", "u-city|suggestion|city|15-4|345"
    for facts, claims in (
        ((paper,), [was]),
        ((paper, fact), [was, now]),
        ((paper, fact, back), [was, now]),
        ((paper, fact, over), None),
    ):
        assert claimed(*facts) == claims


def claimed(*facts: Event) -> list[str] | None:
    """Returns the numbers that the paper has in the read model by which papers are compared."""
    part: ModelDocument = {}
    for version, event in enumerate(facts, 1):
        recorded = Recorded(
            id="f", stream=f"intake-{CASE}", version=version, event=event, source="intake",
            agency="u-city", actor="p-office", recorded_at=MONDAY, correlation_id="c",
        )  # fmt: skip
        part = model_of(part, recorded)
    numbers: list[str] | None = shared_with_others({"intake": part})["claims"]
    return numbers


def test_a_request_for_withdrawal_may_have_come_in_before_the_diversion() -> None:
    paper, fact = diverted()
    day = paper.received_on
    command = withdraw(by="p-reg", at=LATER, on=day)
    assert spec.given(paper, fact).when(command).outcome()
    early = withdraw(by="p-reg", at=LATER, on=day - timedelta(days=1))
    spec.given(paper, fact).when(early).then_refused("day-too-early", "on")
    again = replace(folded(paper, fact), amended_on=LATER.date())
    assert again.came_in_on == LATER.date()


def test_an_erasure_takes_the_former_numbers_away() -> None:
    paper, fact = diverted(**TWELVE)
    gone = CaseErased(**folded(paper, fact).head(LATER), by="p-admin", reason="person-asked")
    case = folded(paper, fact, gone)
    assert [(each.kind, each.external_no) for each in case.former] == [("motion", None)]
    assert case.to_tell is None


def test_only_a_paper_that_waits_for_its_screening_is_diverted() -> None:
    paper = registered("motion")
    for over in (accepted("motion"), withdrawn):
        spec.given(paper, over).when(divert()).then_refused("case-decided")
    due = rules().due("call", MONDAY)
    call = CallOpened(**folded(paper).head(MONDAY), by="p-n1", due=due, awaited=())
    for command in (divert(), pass_on("suggestion")):
        with pytest.raises(RuleViolated) as refusal:
            DECIDER.decide(command, folded(paper, call))
        assert refusal.value.rule == "not-handed-in"


def test_a_second_diversion_keeps_every_former_kind() -> None:
    paper, fact = diverted(**TWELVE)
    back = {"suggestion": DiversionRules(reasons=("presidium-decision",), basis="x")}
    command = divert(kind="motion", policy=rules("motion", diverted_from=back), external_no="12")
    (again,) = DECIDER.decide(command, folded(paper, fact))
    assert isinstance(again, CaseDiverted)
    assert [each.kind for each in folded(paper, fact, again).former] == ["motion", "suggestion"]

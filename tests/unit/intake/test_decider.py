"""Screening, withdrawal, numbers and reservations, one test per rule and refusal."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.intake.domain.decider import DECIDER
from services.intake.domain.ending.commands import EndWithdrawal
from services.intake.domain.screening.commands import NotifyRefusal
from services.intake.domain.signatures.commands import ConfirmSignature, DeclineSignature
from shared.contracts.case_event import Kind
from shared.contracts.intake import (
    CaseAccepted,
    CaseDeclined,
    CaseErased,
    CaseNumbered,
    CaseSentBack,
    CaseWithdrawn,
    PublicationEnded,
    PublicationRefused,
)
from shared.contracts.signers import (
    SignatureConfirmed,
    SignatureDeclined,
    WithdrawalEnded,
    WithdrawalRequested,
    digest_of,
)
from shared.kernel.errors import NotFound
from shared.kernel.messages import Command, Event
from shared.kernel.paper_rules import WithdrawalRules
from tests.unit.intake.papers import (
    COSIGNER,
    DEPUTY,
    MONDAY,
    OFFICE,
    REQUEST,
    SYSTEM,
    TASK,
    TEXT,
    TITLE,
    accept,
    accepted,
    borne_out,
    clear,
    cleared,
    decline,
    end,
    ended,
    head,
    issue,
    issued,
    note,
    registered,
    rules,
    send_back,
    series,
    spec,
    withdraw,
    withdrawn,
)

declined = CaseDeclined(**head(), by="p-office", **borne_out("outside-remit"))
sent_back = CaseSentBack(**head(), by="p-office", **borne_out("several-matters"))
erased = CaseErased(**head(), by="p-office", reason="person-asked")


@pytest.mark.parametrize("kind", ["suggestion", "motion", "proposal"])
def test_acceptance_opens_the_words_of_the_open_kinds(kind: Kind) -> None:
    spec.given(registered(kind)).when(accept(kind)).then(accepted(kind))
    assert accepted(kind).title == "案由"
    case = DECIDER.fold([registered(kind), accepted(kind)])
    assert (case.title, case.text) == ("案由", "正文")


@pytest.mark.parametrize("kind", ["petition", "hotline"])
def test_letters_stay_sealed_for_ever(kind: Kind) -> None:
    """信访工作条例 art. 30: the content never reaches whom it is about."""
    (fact,) = spec.given(registered(kind)).when(accept(kind)).outcome()
    assert isinstance(fact, CaseAccepted)
    assert (fact.title, fact.text) == (TITLE, TEXT)


def test_what_was_sealed_at_registration_is_not_opened_by_a_later_row() -> None:
    paper = registered(sealed=True)
    (fact,) = spec.given(paper).when(accept(policy=rules(sealed=False))).outcome()
    assert isinstance(fact, CaseAccepted)
    assert fact.text == TEXT


def test_nothing_is_accepted_whose_words_are_lost() -> None:
    lost = accept(opened={"title": "案由"})
    spec.given(registered()).when(lost).then_refused("text-missing", "text")


@pytest.mark.parametrize(
    ("command", "fact"), [(accept(), accepted()), (decline(), declined), (send_back(), sent_back)]
)
def test_screening_decides_once_and_repeats_nothing(command: Command, fact: Event) -> None:
    spec.given(registered()).when(command).then(fact)
    spec.given(registered(), fact).when(command).then_nothing()


@pytest.mark.parametrize("fact", [accepted(), declined, sent_back, withdrawn, erased])
@pytest.mark.parametrize("command", [accept(), decline(), send_back()])
def test_a_decided_case_is_not_decided_otherwise(command: Command, fact: Event) -> None:
    same = {(CaseAccepted, "accept-case"), (CaseDeclined, "decline-case")}
    if (type(fact), command.name) in {*same, (CaseSentBack, "send-back-case")}:
        return
    spec.given(registered(), fact).when(command).then_refused("case-decided")


@pytest.mark.parametrize("command", [decline("personal-whim"), send_back("personal-whim")])
def test_a_refusal_names_one_of_the_reasons_of_its_kind(command: Command) -> None:
    """L2 art. 8: the excluded matters."""
    spec.given(registered()).when(command).then_refused("refusal-reason", "reason")


def test_petitions_have_reasons_of_their_own() -> None:
    petition = registered("petition")
    spec.given(petition).when(decline("own-unit-matter", "petition")).then_refused(
        "refusal-reason", "reason"
    )
    facts = spec.given(petition).when(decline("finally-reviewed", "petition")).outcome()
    assert [fact.type for fact in facts] == ["case.declined.v1"]


@pytest.mark.parametrize(
    "history",
    [(registered(),), (registered(), accepted()), (registered(), sent_back)],
    ids=["before acceptance", "after it", "with its author"],
)
def test_a_case_is_withdrawn_in_time(history: tuple[Event, ...]) -> None:
    spec.given(*history).when(withdraw()).then(withdrawn)
    spec.given(*history, withdrawn).when(withdraw()).then_nothing()


@pytest.mark.parametrize("fact", [declined, erased])
def test_what_is_over_is_not_withdrawn(fact: Event) -> None:
    spec.given(registered(), fact).when(withdraw()).then_refused("case-decided")


def test_a_joint_paper_is_withdrawn_when_all_cosigners_agree() -> None:
    """L2 art. 10."""
    joint = registered("suggestion", DEPUTY, COSIGNER)
    spec.given(joint).when(withdraw()).then_refused("cosigners-must-agree", "all_cosigners_agree")
    spec.given(joint).when(withdraw(all_agree=True)).then(withdrawn)


def asked(by: str) -> WithdrawalRequested:
    return WithdrawalRequested(**head(), by=by, reason="另行提出")


def test_each_signer_of_a_joint_paper_speaks_for_himself() -> None:
    joint = registered("suggestion", DEPUTY, COSIGNER)
    for_all = withdraw(all_agree=True, by="p-n1")
    spec.given(joint).when(for_all).then_refused("consent-own", "all_cosigners_agree")
    spec.given(joint).when(withdraw(by="p-n1")).then(asked("p-n1"))
    spec.given(joint, asked("p-n1")).when(withdraw(by="p-n1")).then_nothing()
    done = withdrawn.model_copy(update={"by": "p-n2"})
    spec.given(joint, asked("p-n1")).when(withdraw(by="p-n2")).then(done)


def test_whoever_has_not_confirmed_is_not_asked() -> None:
    joint = registered("suggestion", DEPUTY, COSIGNER, confirmed="p-n1")
    done = withdrawn.model_copy(update={"by": "p-n1"})
    spec.given(joint).when(withdraw(by="p-n1")).then(done)


@pytest.mark.parametrize(
    ("rule", "history", "needed"),
    [
        ("accepted", (registered(),), False),
        ("accepted", (registered(), accepted()), True),
        ("always", (registered(),), True),
        ("never", (registered(), accepted()), False),
    ],
)
def test_a_withdrawal_has_a_reason_by_rule(
    rule: str, history: tuple[Event, ...], needed: bool
) -> None:
    policy = rules(withdrawal=WithdrawalRules(reason=rule))
    given = spec.given(*history).when(withdraw(reason=" ", policy=policy))
    if needed:
        given.then_refused("withdrawal-reason", "reason")
    else:
        assert [fact.type for fact in given.outcome()] == ["case.withdrawn.v1"]


@pytest.mark.parametrize(
    ("until", "stage", "ends"),
    [
        ("replied", "assigned", False),
        ("replied", "replied", True),
        ("replied", "closed", True),
        ("assigned", "assigned", True),
        ("closed", "replied", False),
        ("closed", "closed", True),
    ],
)
def test_the_time_for_a_withdrawal_ends_by_rule(until: str, stage: str, ends: bool) -> None:
    policy = rules(withdrawal=WithdrawalRules(until=until))
    command = EndWithdrawal(**SYSTEM, stage=stage, policy=policy)
    history = (registered(), accepted())
    facts = spec.given(*history).when(command).outcome()
    assert [fact.type for fact in facts] == (["withdrawal.ended.v1"] if ends else [])
    if ends:
        spec.given(*history, *facts).when(command).then_nothing()
        spec.given(*history, *facts).when(withdraw()).then_refused("withdrawal-late", "on")


def test_what_came_on_paper_before_may_be_entered_for_some_days_more() -> None:
    days = rules().row.entry_days("withdrawal")
    tuesday = SYSTEM | {"at": MONDAY + timedelta(days=1)}
    command = EndWithdrawal(**tuesday, stage="closed", policy=rules())
    (fact,) = spec.given(registered(), accepted()).when(command).outcome()
    assert isinstance(fact, WithdrawalEnded)
    assert days
    assert fact.papers_until == datetime(2025, 3, 3, 16, tzinfo=UTC) + timedelta(days=days)
    late = {"reason": "不再需要", "on": date(2025, 3, 3)}
    last = fact.papers_until - timedelta(seconds=1)
    history = (registered(), accepted(), fact)
    assert spec.given(*history).when(withdraw(at=last, by="p-office", **late)).outcome()
    too_late = withdraw(at=fact.papers_until + timedelta(seconds=1), by="p-office", **late)
    spec.given(*history).when(too_late).then_refused("entered-too-late", "on")


def test_nothing_ends_for_a_case_that_nobody_registered() -> None:
    spec.given().when(EndWithdrawal(**SYSTEM, stage="closed", policy=rules())).then_nothing()


joint_own = registered("suggestion", DEPUTY, COSIGNER, confirmed="p-n1")
SIGNED = {"at": MONDAY, "by": "p-n2", "signer": "p-n2"}
SEEN = {"text_digest": digest_of(TITLE, TEXT)}
READ = {**SIGNED, **SEEN}
confirmed = SignatureConfirmed(**head(), by="p-n2", signer="p-n2", is_last=True, **SEEN)
unsigned = SignatureDeclined(**head(), by="p-n2", signer="p-n2", is_last=True)


def test_a_paper_is_accepted_when_its_cosigners_have_confirmed() -> None:
    """L3 art. 7."""
    spec.given(joint_own).when(accept()).then_refused("cosigners-unconfirmed")
    spec.given(joint_own).when(ConfirmSignature(**READ)).then(confirmed)
    spec.given(joint_own, confirmed).when(ConfirmSignature(**READ)).then_nothing()
    assert len(spec.given(joint_own, confirmed).when(accept()).outcome()) == 1


def test_who_does_not_sign_is_no_proposer_of_the_paper() -> None:
    spec.given(joint_own).when(DeclineSignature(**SIGNED)).then(unsigned)
    (fact,) = spec.given(joint_own, unsigned).when(accept()).outcome()
    assert isinstance(fact, CaseAccepted)
    assert [one.id for one in fact.proposers] == ["p-n1"]


@pytest.mark.parametrize(
    ("history", "command", "rule"),
    [
        ((joint_own, confirmed), DeclineSignature(**SIGNED), "signature-confirmed"),
        ((joint_own, unsigned), ConfirmSignature(**SIGNED), "not-a-signer"),
        ((joint_own,), ConfirmSignature(**SIGNED), "signature-unread"),
        ((joint_own,), ConfirmSignature(**SIGNED, text_digest="0"), "signature-other-text"),
        ((joint_own, withdrawn), ConfirmSignature(**SIGNED), "case-decided"),
        ((registered(),), ConfirmSignature(**{**SIGNED, "signer": "p-n9"}), "not-a-signer"),
    ],
)
def test_signatures_are_settled_once(
    history: tuple[Event, ...], command: Command, rule: str
) -> None:
    assert getattr(spec.given(*history).when(command).refusal(), "rule", None) == rule


def notice(**changes: Any) -> NotifyRefusal:
    fields = {**OFFICE, "mode": "letter", "on": MONDAY.date(), "policy": rules()} | changes
    return NotifyRefusal(**fields)


def test_a_refusal_is_told_once() -> None:
    (fact,) = spec.given(registered(), declined).when(notice()).outcome()
    assert fact.type == "refusal.notified.v1"
    spec.given(registered(), declined, fact).when(notice()).then_nothing()
    spec.given(registered()).when(notice()).then_refused("not-refused")


@pytest.mark.parametrize(
    ("days", "entered", "rule"),
    [(1, 0, "day-in-future"), (-1, 0, "day-too-early"), (0, 16, "entered-too-late")],
)
def test_the_day_of_a_notice_is_plausible(days: int, entered: int, rule: str) -> None:
    at = MONDAY + timedelta(days=entered)
    command = notice(at=at, on=MONDAY.date() + timedelta(days=days))
    spec.given(registered(), declined).when(command).then_refused(rule, "on")


def test_a_number_that_another_case_has_got_meanwhile_is_not_accepted() -> None:
    paper = registered(external_no="58")
    command = accept(holder="d" * 32)
    spec.given(paper).when(command).then_refused("external-number-taken", "external_no")


def test_what_is_being_published_is_not_withdrawn() -> None:
    history = (registered(), accepted(), cleared)
    spec.given(*history).when(withdraw()).then_refused("publication-under-way")


def test_a_released_case_may_be_withdrawn_and_a_published_one_not() -> None:
    history = (registered(), accepted(), cleared)
    spec.given(*history, ended).when(withdraw()).then_refused("case-published")
    released = ended.model_copy(update={"how": "released"})
    spec.given(*history, released).when(withdraw()).then(withdrawn)


def test_nothing_is_decided_about_a_case_that_nobody_registered() -> None:
    for command in (accept(), withdraw()):
        assert isinstance(spec.given().when(command).refusal(), NotFound)


def test_a_case_keeps_its_first_number() -> None:
    numbered = CaseNumbered(**head(), number=1, label="2025年第1号建议", organ="u-npcsc-dep")
    spec.given(registered(), accepted()).when(note()).then(numbered)
    spec.given(registered(), accepted(), numbered).when(note()).then_nothing()
    spec.given(registered(), accepted(), numbered).when(note(2)).then_nothing()


def test_a_withdrawn_case_still_gets_the_number_that_was_issued() -> None:
    facts = spec.given(registered(), accepted(), withdrawn).when(note()).outcome()
    assert [fact.type for fact in facts] == ["case.numbered.v1"]


def test_an_accepted_case_is_reserved_for_publication_once() -> None:
    spec.given(registered(), accepted()).when(clear()).then(cleared)
    spec.given(registered(), accepted(), cleared).when(clear()).then_nothing()


@pytest.mark.parametrize("fact", [declined, withdrawn, erased])
def test_what_is_over_is_not_published(fact: Event) -> None:
    (answer,) = spec.given(registered(), fact).when(clear()).outcome()
    assert isinstance(answer, PublicationRefused)
    assert answer.reason in ("declined", "withdrawn", "erased")
    spec.given(registered(), fact, answer).when(clear()).then_nothing()


def test_a_reservation_ends_once() -> None:
    spec.given(registered(), accepted(), cleared).when(end()).then(ended)
    spec.given(registered(), accepted(), cleared, ended).when(end()).then_nothing()


def test_a_refused_request_has_nothing_to_end() -> None:
    refused = PublicationRefused(**head(), task=TASK, request=REQUEST, reason="withdrawn")
    spec.given(registered(), withdrawn, refused).when(end()).then_nothing()


def test_an_end_that_comes_first_reserves_nothing_later() -> None:
    spec.given(registered(), accepted()).when(end()).then(ended)
    spec.given(registered(), accepted(), ended).when(clear()).then_nothing()
    spec.given(registered(), accepted(), ended).when(withdraw()).then_refused("case-published")


def test_one_of_two_publications_under_way_is_enough_to_keep_the_case() -> None:
    second = cleared.model_copy(update={"request": "r" * 12})
    history = (registered(), accepted(), cleared, second, ended)
    spec.given(*history).when(withdraw()).then_refused("publication-under-way")


def test_what_others_tell_about_an_unknown_case_is_passed_over() -> None:
    for command in (note(), clear(), end()):
        spec.given().when(command).then_nothing()


def test_the_first_number_comes_from_the_policy() -> None:
    series.given().when(issue()).then(issued(1))
    numbering = rules().row.numbering.model_copy(update={"first": 101})
    (fact,) = series.given().when(issue(policy=rules(numbering=numbering))).outcome()
    assert getattr(fact, "number", None) == 101


def test_a_period_without_a_row_is_named_by_its_code() -> None:
    (fact,) = series.given().when(issue(period="2031")).outcome()
    assert "2031" in getattr(fact, "label", "")


def test_numbers_follow_without_a_gap() -> None:
    history = [issued(n, case=f"{n:032}") for n in range(1, 4)]
    series.given(*history).when(issue()).then(issued(4))


def test_a_case_gets_one_number_of_a_series() -> None:
    series.given(issued(1), issued(2, case="d" * 32)).when(issue()).then_nothing()


def test_a_long_series_is_still_searched_and_extended() -> None:
    history = [issued(n, case=f"{n:032}") for n in range(1, 3_001)]
    series.given(*history).when(issue(case=f"{1:032}")).then_nothing()
    series.given(*history).when(issue()).then(issued(3_001))


def test_a_withdrawal_says_who_and_why() -> None:
    command = withdraw().model_copy(update={"reason": "已另行提出"})
    spec.given(registered()).when(command).then(
        CaseWithdrawn(**head(), by="p-office", reason="已另行提出")
    )


def test_a_release_is_remembered_as_one() -> None:
    released = end().model_copy(update={"how": "released"})
    spec.given(registered(), accepted(), cleared).when(released).then(
        PublicationEnded(**head(), task=TASK, request=REQUEST, how="released")
    )
    assert ended.at == MONDAY

"""Calls for co-signatures: opened with the paper, amended, answered, ended, or lapsed."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from services.intake.domain.calls.commands import AmendWording, EndCall, HandInPaper, OpenCall
from services.intake.domain.decider import DECIDER
from services.intake.domain.holdings import holdings
from services.intake.domain.registration.commands import RegisterCase
from services.intake.domain.signatures.commands import ConfirmSignature, DeclineSignature
from services.intake.domain.state import Case
from shared.contracts.calls import (
    Called,
    CallLapsed,
    CallOpened,
    PaperHandedIn,
    WordingAmended,
)
from shared.contracts.effects import CASE as THE_CASE
from shared.contracts.intake import CaseAccepted, CaseRegistered
from shared.contracts.signers import Signature, SignatureConfirmed, SignatureDeclined, digest_of
from shared.kernel.messages import Command, Event, Sealed
from shared.kernel.paper_rules import SignatureRules
from shared.kernel.policy import Due, Policy
from tests.unit.intake.papers import (
    CASE,
    CITIZEN,
    COSIGNER,
    DEPUTY,
    MONDAY,
    TEXT,
    TITLE,
    accept,
    accepted,
    decline,
    head,
    register,
    registered,
    rules,
    send_back,
    spec,
    withdrawn,
)

AUTHOR: dict[str, Any] = {"at": MONDAY, "by": "p-n1"}
UNTIL = date(2025, 3, 14)
END = datetime.fromisoformat("2025-03-15T00:00:00+08:00")
VERSIONS = {"policy": rules().row.version, "calendar": rules().calendar.version}
DUE = Due(at=END, rule="call", **VERSIONS)
ASKED = Called(signer="p-n2", due=DUE.model_copy(update={"rule": "signature"}))
ALSO = {"confirmed": "p-n1", "called": True, "awaited": (Signature(signer="p-n2"),)}
paper = registered("suggestion", DEPUTY, COSIGNER, **ALSO)
opened = CallOpened(**head(), by="p-n1", due=DUE, awaited=(ASKED,))
OTHER = Sealed(ref="x2", size=800, digest="dx2")
amended = WordingAmended(
    **head(), by="p-n1", title=TITLE, text=OTHER, likeness="abc", awaited=(ASKED,)
)
SEEN = digest_of(TITLE, TEXT)
OWN = {"at": MONDAY, "by": "p-n2", "signer": "p-n2"}
confirmed = SignatureConfirmed(**head(), by="p-n2", signer="p-n2", text_digest=SEEN)
unsigned = SignatureDeclined(**head(), by="p-n2", signer="p-n2")
lapsed = CallLapsed(**head() | {"at": END}, by="system:intake", until=UNTIL, signed=1, minimum=2)
handed_in = PaperHandedIn(**head(), by="p-n1", received_on=MONDAY.date())


def strict(**changes: Any) -> Policy:
    """A place where a paper needs two signatures, and nobody brings one alone."""
    return rules(signatures={"joint": SignatureRules(by="each", minimum=2, basis="x")}, **changes)


def own(**changes: Any) -> RegisterCase:
    fields = {"by": "p-n1", "call_until": UNTIL} | changes
    return register("suggestion", DEPUTY, COSIGNER, **fields)


def amend(text: Sealed = OTHER, **changes: Any) -> AmendWording:
    fields = AUTHOR | {"title": TITLE, "text": text, "likeness": "abc", "policy": rules()}
    return AmendWording(**fields | changes)


def hand_in(**changes: Any) -> HandInPaper:
    return HandInPaper(**AUTHOR | {"policy": rules()} | changes)


def end_call(at: datetime = END, policy: Policy | None = None) -> EndCall:
    return EndCall(at=at, by="system:intake", policy=policy or rules())


def confirm(**changes: Any) -> ConfirmSignature:
    return ConfirmSignature(**OWN | {"text_digest": SEEN, "policy": rules()} | changes)


def call_again(**changes: Any) -> OpenCall:
    fields = {"at": END + timedelta(hours=1), "by": "p-n1", "until": date(2025, 3, 21)}
    return OpenCall(**fields | {"policy": rules()} | changes)


def test_an_author_registers_and_calls_in_one_act() -> None:
    paper_, call = spec.given().when(own()).outcome()
    assert isinstance(paper_, CaseRegistered)
    assert (paper_.called, [each.signer for each in paper_.awaited]) == (True, ["p-n2"])
    assert call == opened


def test_only_the_call_opens_obligations_of_a_paper_that_is_called_for() -> None:
    """Its co-signers owe their answers until the chosen day, and no organ owes anything."""
    policy = rules()
    assert paper.with_due(policy, CASE).opened(CASE) == ()
    assert [(one.due.rule, one.person, one.due.at) for one in opened.opened(CASE)] == [
        ("call", "p-n1", END),
        ("signature", "p-n2", END),
    ]
    at_once = handed_in.with_due(policy, CASE)
    assert [one.due.rule for one in at_once.opened(CASE)] == ["screening"]
    case = DECIDER.fold([paper, opened])
    owed = [(each.task, [(due.rule, due.at) for due in each.owed]) for each in holdings(case)]
    assert owed == [(THE_CASE, [("call", END)]), ("p-n2", [("signature", END)])]


@pytest.mark.parametrize(
    ("command", "rule"),
    [
        (own(by="p-reg"), "call-own"),
        (register("suggestion", DEPUTY, by="p-n1", call_until=UNTIL), "call-nobody"),
        (own(policy=rules(cosigners_confirm=())), "call-nobody"),
        (own(call_until=MONDAY.date()), "call-until"),
        (own(call_until=date(2025, 4, 1)), "call-until"),
        (own(policy=rules(obligations={})), "call-unknown"),
        (register("petition", CITIZEN, call_until=UNTIL), "call-own"),
    ],
)
def test_a_call_is_refused_where_there_is_nothing_to_call_for(
    command: RegisterCase, rule: str
) -> None:
    spec.given().when(command).then_refused(rule, "call_until")


def test_the_longest_call_is_that_of_the_policy_row() -> None:
    """20 working days from Monday 3 March."""
    assert spec.given().when(own(call_until=date(2025, 3, 31))).outcome()


@pytest.mark.parametrize("decision", [accept(), decline(), send_back()])
@pytest.mark.parametrize("history", [(paper, opened), (paper, opened, lapsed)])
def test_nobody_decides_on_a_paper_that_is_not_handed_in(
    decision: Command, history: tuple[Event, ...]
) -> None:
    spec.given(*history).when(decision).then_refused("not-handed-in")


def test_the_last_answer_of_a_call_does_not_hand_the_paper_in() -> None:
    (fact,) = spec.given(paper, opened).when(confirm()).outcome()
    assert fact == confirmed
    assert not confirmed.is_last


def test_an_amended_text_withdraws_the_confirmations_and_asks_again() -> None:
    spec.given(paper, opened, confirmed).when(amend()).then(amended)
    history = (paper, opened, confirmed, amended)
    case = DECIDER.fold(history)
    assert isinstance(case, Case)
    assert (case.unconfirmed, case.text, case.paper.likeness) == ({"p-n2"}, OTHER, "abc")
    spec.given(*history).when(confirm()).then_refused("signature-other-text", "text_digest")
    new = digest_of(TITLE, OTHER)
    again = confirmed.model_copy(update={"text_digest": new})
    spec.given(*history).when(confirm(text_digest=new)).then(again)


def test_an_amended_title_takes_the_place_of_the_former_one() -> None:
    case = DECIDER.fold([paper, opened, amended.model_copy(update={"title": OTHER})])
    assert isinstance(case, Case)
    assert case.title == OTHER


def test_who_has_not_answered_is_asked_already() -> None:
    (fact,) = spec.given(paper, opened).when(amend()).outcome()
    assert fact == amended.model_copy(update={"awaited": ()})


def test_the_same_words_ask_nobody_again() -> None:
    spec.given(paper, opened, confirmed).when(amend(TEXT)).then_nothing()


def test_a_paper_of_an_earlier_day_signs_no_amended_text() -> None:
    later = amended.model_copy(update={"at": MONDAY + timedelta(days=1)})
    by_clerk = {"by": "p-office", "at": MONDAY + timedelta(days=1), "evidence": "第 2 页"}
    old = confirm(**by_clerk, on=MONDAY.date(), text_digest=None)
    new = confirm(**by_clerk, on=date(2025, 3, 4), text_digest=None)
    spec.given(paper, opened, later).when(old).then_refused("signature-other-text", "on")
    (fact,) = spec.given(paper, opened, later).when(new).outcome()
    assert isinstance(fact, SignatureConfirmed)
    assert fact.text_digest == digest_of(TITLE, OTHER)


def test_a_signature_on_paper_falls_with_its_text() -> None:
    on_paper = confirmed.model_copy(update={"on": MONDAY.date(), "evidence": "第 2 页"})
    case = DECIDER.fold([paper, opened, on_paper, amended])
    assert isinstance(case, Case)
    assert not case.papers


@pytest.mark.parametrize("words", [{"title": ""}, {"text": ""}, {"title": "案" * 201}])
def test_an_amended_text_has_the_length_of_a_text(words: dict[str, str]) -> None:
    (field,) = words
    spec.given(paper, opened).when(amend(**words)).then_refused(f"{field}-length", field)


def test_the_author_hands_in_without_the_silent() -> None:
    """With one proposer left, a joint paper is that proposer's own."""
    silent = handed_in.model_copy(update={"silent": ("p-n2",)})
    spec.given(paper, opened).when(hand_in()).then(silent)
    (fact,) = spec.given(paper, opened, silent).when(accept()).outcome()
    assert isinstance(fact, CaseAccepted)
    assert [one.id for one in fact.proposers] == ["p-n1"]


def test_a_paper_is_received_on_the_day_on_which_it_is_handed_in() -> None:
    later = MONDAY + timedelta(days=7)
    (fact,) = spec.given(paper, opened, confirmed).when(hand_in(at=later)).outcome()
    assert isinstance(fact, PaperHandedIn)
    assert (fact.silent, fact.received_on) == ((), later.date())
    (done,) = spec.given(paper, opened, confirmed, fact).when(accept()).outcome()
    assert isinstance(done, CaseAccepted)
    assert done.received_on == later.date()


def test_too_few_signatures_are_not_handed_in_or_accepted() -> None:
    spec.given(paper, opened).when(hand_in(policy=strict())).then_refused("signatures-few")
    joint = registered("suggestion", DEPUTY, COSIGNER, confirmed="p-n1")
    left_alone = (joint, unsigned)
    spec.given(*left_alone).when(accept(policy=strict())).then_refused("signatures-few")
    alone = register("suggestion", DEPUTY, by="p-n1", proposer_kind="delegation")
    many = {"delegation": SignatureRules(by="convenor", minimum=3, basis="x")}
    few = alone.model_copy(update={"policy": rules(signatures=many)})
    spec.given().when(few).then_refused("signatures-few", "proposers")


def test_the_end_of_the_day_hands_in_what_has_enough_signatures() -> None:
    (fact,) = spec.given(paper, opened, confirmed).when(end_call(policy=strict())).outcome()
    assert isinstance(fact, PaperHandedIn)
    assert (fact.by, fact.silent, fact.received_on) == ("system:intake", (), date(2025, 3, 15))


def test_the_end_of_the_day_with_too_few_lets_the_call_lapse() -> None:
    """A lapsed call takes no proposer out: the author may call again, with another text."""
    spec.given(paper, opened).when(end_call(policy=strict())).then(lapsed)
    case = DECIDER.fold([paper, opened, lapsed])
    assert isinstance(case, Case)
    assert case.unconfirmed == {"p-n2"}
    assert holdings(case) == ()


@pytest.mark.parametrize(
    "history",
    [(), (paper,), (paper, opened, handed_in), (paper, opened, lapsed), (paper, opened, withdrawn)],
)
def test_an_end_that_comes_too_late_ends_nothing(history: tuple[Event, ...]) -> None:
    spec.given(*history).when(end_call()).then_nothing()


def test_the_end_of_a_former_call_does_not_end_the_next() -> None:
    spec.given(paper, opened).when(end_call(END - timedelta(seconds=1))).then_nothing()
    (again,) = spec.given(paper, opened, lapsed).when(call_again()).outcome()
    assert isinstance(again, CallOpened)
    spec.given(paper, opened, lapsed, again).when(end_call()).then_nothing()


def test_a_call_that_lapsed_is_opened_again_for_those_who_have_not_signed() -> None:
    (again,) = spec.given(paper, opened, lapsed).when(call_again()).outcome()
    assert isinstance(again, CallOpened)
    assert [each.signer for each in again.awaited] == ["p-n2"]
    assert again.due.at == datetime.fromisoformat("2025-03-22T00:00:00+08:00")


LATE = {"at": END}


@pytest.mark.parametrize(
    ("history", "command", "rule"),
    [
        ((paper, opened), confirm(**LATE), "call-over"),
        ((paper, opened), DeclineSignature(**OWN | LATE), "call-over"),
        ((paper, opened, lapsed), confirm(), "call-over"),
        ((paper, opened), amend(**LATE), "call-over"),
        ((paper, opened, lapsed), amend(), "call-lapsed"),
        ((paper, opened, lapsed), hand_in(), "call-lapsed"),
        ((paper, opened, handed_in), amend(), "handed-in"),
        ((paper, opened, handed_in), hand_in(), "handed-in"),
        ((paper, opened, withdrawn), amend(), "case-decided"),
        ((paper, opened, withdrawn), hand_in(), "case-decided"),
        ((paper, opened, withdrawn), call_again(), "case-decided"),
        ((registered(), accepted()), hand_in(), "case-decided"),
        ((paper, opened), call_again(), "call-open"),
        ((registered(),), call_again(), "handed-in"),
        ((paper, opened, unsigned, lapsed), call_again(), "call-nobody"),
        ((paper, opened, lapsed), call_again(until=date(2025, 3, 15)), "call-until"),
    ],
)
def test_what_a_call_refuses(history: tuple[Event, ...], command: Command, rule: str) -> None:
    assert getattr(spec.given(*history).when(command).refusal(), "rule", None) == rule


def test_a_convenor_or_a_seal_signs_for_all() -> None:
    """Forms of proposers whose row does not ask each of them wait for nobody."""
    for by in ("convenor", "seal"):
        forms = {"joint": SignatureRules(by=by, basis="x")}
        fact, *_ = spec.given().when(own(call_until=None, policy=rules(signatures=forms))).outcome()
        assert isinstance(fact, CaseRegistered)
        assert (fact.confirmed, fact.awaited) == (None, ())

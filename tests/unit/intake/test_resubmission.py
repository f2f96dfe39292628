"""Papers that were sent back and come again: the same case, its next version."""

from datetime import timedelta
from typing import Any

import pytest

from services.intake.domain.decider import DECIDER
from services.intake.domain.holdings import holdings
from services.intake.domain.projections import paper as folded
from services.intake.domain.projections import shared_with_others
from services.intake.domain.registration.commands import Signatory
from services.intake.domain.resubmission.commands import ResubmitPaper
from services.intake.domain.state import Case
from shared.contracts.intake import CaseSentBack
from shared.contracts.obligations import CASE as THE_CASE
from shared.contracts.resubmission import PaperResubmitted
from shared.contracts.signers import RefusalNotified, Signature, SignatureConfirmed
from shared.kernel.holding import Holding
from shared.kernel.messages import Command, Event, Recorded, Sealed
from shared.kernel.paper_rules import SignatureRules
from tests.unit.intake.papers import (
    CASE,
    COSIGNER,
    DEPUTY,
    MONDAY,
    TEXT,
    TITLE,
    accept,
    accepted,
    borne_out,
    decline,
    head,
    registered,
    rules,
    send_back,
    spec,
    withdraw,
    withdrawn,
)

OTHER = Sealed(ref="x2", size=800, digest="dx2")
sent_back = CaseSentBack(**head(), by="p-office", **borne_out("several-matters"))
told = RefusalNotified(**head(), by="p-reg", on=MONDAY.date(), mode="letter")
again = PaperResubmitted(
    **head(), by="p-n1", title=TITLE, text=OTHER, version=2, received_on=MONDAY.date(), likeness="l"
)
joint = registered("suggestion", DEPUTY, COSIGNER)


def resubmit(**changes: Any) -> ResubmitPaper:
    fields = {"at": MONDAY, "by": "p-n1", "title": TITLE, "text": OTHER, "likeness": "l"}
    return ResubmitPaper(**fields | {"policy": rules()} | changes)


@pytest.mark.parametrize("history", [(sent_back,), (sent_back, told)])
def test_a_paper_that_was_sent_back_comes_again(history: tuple[Event, ...]) -> None:
    spec.given(registered(), *history).when(resubmit()).then(again)
    case = DECIDER.fold([registered(), *history, again])
    assert isinstance(case, Case)
    assert (case.status, case.version, case.text, case.refusal, case.told) == (
        "registered", 2, OTHER, None, None,
    )  # fmt: skip
    assert [step.fact for step in case.steps] == [sent_back]
    spec.given(registered(), *history, again).when(accept()).then(accepted())


def test_the_paper_reads_as_it_came_again_and_is_signed_anew() -> None:
    paper = registered("suggestion", DEPUTY, COSIGNER, confirmed="p-n1", likeness="cccccc")
    signed = SignatureConfirmed(
        **head(), by="p-reg", signer="p-n2", on=MONDAY.date(), evidence=TEXT
    )
    day = MONDAY.date() + timedelta(days=9)
    changes = {"title": OTHER, "received_on": day, "awaited": (Signature(signer="p-n2"),)}
    case = DECIDER.fold([paper, signed, sent_back, again.model_copy(update=changes)])
    assert isinstance(case, Case)
    assert (case.title, case.paper.likeness, case.paper.received_on) == (OTHER, "l", day)
    assert (case.papers, case.unconfirmed, case.amended_on) == ({}, {"p-n2"}, day)


def test_it_may_be_sent_back_and_come_again_more_than_once() -> None:
    history = (registered(), sent_back, again, sent_back)
    (third,) = spec.given(*history).when(resubmit(text=TEXT)).outcome()
    assert isinstance(third, PaperResubmitted)
    assert third.version == 3


def test_a_repetition_changes_nothing() -> None:
    spec.given(registered(), sent_back, again).when(resubmit()).then()


@pytest.mark.parametrize(
    "history", [(), (accepted(),), (withdrawn,), (sent_back, again, accepted())]
)
def test_only_a_paper_that_was_sent_back_comes_again(history: tuple[Event, ...]) -> None:
    command = resubmit(text=Sealed(ref="x3", size=700, digest="dx3"))
    spec.given(registered(), *history).when(command).then_refused("not-sent-back")


@pytest.mark.parametrize(
    ("changes", "rule", "field"),
    [
        ({"text": TEXT}, "resubmitted-unchanged", "text"),
        ({"title": Sealed(ref="t2", size=0, digest="d0")}, "title-length", "title"),
        ({"text": Sealed(ref="x4", size=20_001, digest="d4")}, "text-length", "text"),
    ],
)
def test_words_that_are_no_paper_are_refused(
    changes: dict[str, Any], rule: str, field: str
) -> None:
    spec.given(registered(), sent_back).when(resubmit(**changes)).then_refused(rule, field)


def test_a_number_that_another_case_has_by_now_is_refused() -> None:
    paper = registered(external_no="58")
    spec.given(paper, sent_back).when(resubmit(holder="d" * 32)).then_refused(
        "external-number-taken", "external_no"
    )


def test_cosigners_of_the_author_confirm_the_new_words() -> None:
    (fact,) = spec.given(joint, sent_back).when(resubmit()).outcome()
    assert isinstance(fact, PaperResubmitted)
    assert fact.awaited == (Signature(signer="p-n2"),)
    opened = [(one.due.rule, one.person) for one in fact.with_due(rules(), CASE).opened(CASE)]
    assert opened == [("signature", "p-n2")]
    spec.given(joint, sent_back, fact).when(accept()).then_refused("cosigners-unconfirmed")


@pytest.mark.parametrize(
    "changes",
    [
        {"by": "p-reg"},
        {"policy": rules(signatures={"joint": SignatureRules(by="convenor", basis="x")})},
        {"policy": rules(cosigners_confirm=())},
    ],
    ids=["a clerk has them on paper", "a convenor signs for all", "nobody confirms here"],
)
def test_nobody_is_asked_where_all_signatures_are_there(changes: dict[str, Any]) -> None:
    (fact,) = spec.given(joint, sent_back).when(resubmit(**changes)).outcome()
    assert isinstance(fact, PaperResubmitted)
    assert fact.awaited == ()
    opened = [one.due.rule for one in fact.with_due(rules(), CASE).opened(CASE)]
    assert opened == ["screening"]


def test_what_is_owed_is_dated_by_the_day_on_which_it_came_again() -> None:
    later = again.model_copy(update={"at": MONDAY + timedelta(days=30)})
    facts = [one.with_due(rules(), CASE) for one in (registered(), sent_back, later)]
    owed = [holdings(DECIDER.fold(facts[:n])) for n in (1, 3)]
    (first,), (second,) = [[due for each in held for due in each.owed] for held in owed]
    assert (first.rule, second.rule) == ("screening", "screening")
    assert second.at - first.at >= timedelta(days=28)


def test_what_was_not_dated_here_is_owed_without_a_day() -> None:
    screening = Holding(THE_CASE, None, elsewhere=("screening",))
    assert holdings(DECIDER.fold([registered()])) == (screening,)
    waiting = registered("suggestion", DEPUTY, COSIGNER, confirmed="p-n1")
    signature = Holding("p-n2", None, elsewhere=("signature",))
    assert holdings(DECIDER.fold([waiting])) == (signature,)


def test_too_many_cosigners_cannot_be_asked_at_once() -> None:
    many = [Signatory(person=f"p-m{n}", masked="**") for n in range(31)]
    paper = registered("suggestion", DEPUTY, *many)
    spec.given(paper, sent_back).when(resubmit()).then_refused("cosigners-many", "proposers")


@pytest.mark.parametrize("decision", [accept(), decline(), send_back(), withdraw()])
def test_a_paper_that_came_again_is_decided_on_as_any_other(decision: Command) -> None:
    assert spec.given(registered(), sent_back, again).when(decision).outcome()


def test_its_number_is_taken_again() -> None:
    """While it was sent back, another paper could have had it."""
    begun = folded({}, recorded(registered(external_no="58", likeness="bbbbbb")))
    free = folded(begun, recorded(sent_back))
    back = folded(free, recorded(again))
    claims = [shared_with_others({"intake": part})["claims"] for part in (begun, free, back)]
    assert claims == [begun["claims"], None, begun["claims"]]
    assert shared_with_others({"intake": back})["likeness"] == "l"


def recorded(event: Event) -> Recorded:
    return Recorded(
        id="f", stream=f"intake-{CASE}", version=1, event=event, source="intake",
        agency="u-city", actor="p-office", recorded_at=MONDAY, correlation_id="c",
    )  # fmt: skip

"""The checklist of a screening: every check answered, and where a failed one leads."""

from typing import Any

import pytest
from pydantic import ValidationError

from services.intake.domain.screening.commands import AcceptCase, DeclineCase, SendBackCase
from shared.contracts.payloads.screening import CheckAnswer
from shared.kernel.check_rules import CheckRules
from shared.kernel.messages import Sealed
from shared.testing.checklist import answered
from tests.unit.intake.papers import (
    COSIGNER,
    DEPUTY,
    accept,
    decline,
    registered,
    rules,
    send_back,
    spec,
)

SHORT = Sealed(ref="x", size=8, digest="dx")


def answers(*failed: str, **notes: str) -> tuple[CheckAnswer, ...]:
    """Returns the checklist with these checks failed and without notes but for the given ones."""
    return tuple(
        answer.model_copy(update={"note": notes.get(answer.check.replace("-", "_"), "")})
        for answer in answered("suggestion", *failed)
    )


@pytest.mark.parametrize("command", [accept(), decline(), send_back()])
def test_every_check_is_answered_whatever_the_outcome(
    command: AcceptCase | DeclineCase | SendBackCase,
) -> None:
    checks = command.checks
    for left in (checks[:-1], ()):
        partly = command.model_copy(update={"checks": left})
        spec.given(registered()).when(partly).then_refused("checks-open", "checks")
    twice = command.model_copy(update={"checks": (*checks, checks[0])})
    spec.given(registered()).when(twice).then_refused("check-twice", "checks")
    strange = CheckAnswer(check="no-such", met=True)
    more = command.model_copy(update={"checks": (*checks, strange)})
    spec.given(registered()).when(more).then_refused("check-unknown", "checks")


def test_the_answers_are_part_of_the_fact_with_the_version_that_asked() -> None:
    for command in (accept(), decline(), send_back()):
        (fact,) = spec.given(registered()).when(command).outcome()
        assert fact.checks == command.checks
        assert fact.checks_of == rules().row.version


def test_a_condition_that_fails_bars_acceptance_whatever_the_note_says() -> None:
    failed = accept(checks=answers("not-judicial", not_judicial="已撤诉"))
    spec.given(registered()).when(failed).then_refused("check-failed", "checks")


def test_a_softer_check_that_fails_wants_a_reason_for_acceptance() -> None:
    silent = accept(checks=answers("one-matter"))
    spec.given(registered()).when(silent).then_refused("check-unexplained", "checks")
    told = accept(checks=answers("one-matter", one_matter="两个事项属同一单位"))
    assert spec.given(registered()).when(told).outcome()
    blank = accept(checks=answers("one-matter", one_matter=" "))
    spec.given(registered()).when(blank).then_refused("check-unexplained", "checks")


def test_a_refusal_needs_no_note_for_what_fails() -> None:
    silent = decline().model_copy(update={"checks": answers("within-remit")})
    assert spec.given(registered()).when(silent).outcome()


@pytest.mark.parametrize("command", [decline(), send_back()])
def test_a_reason_needs_its_check_failed(command: DeclineCase | SendBackCase) -> None:
    contradicted = command.model_copy(update={"checks": answers("lawful")})
    spec.given(registered()).when(contradicted).then_refused("check-contradicts", "reason")


def test_a_reason_without_a_check_of_its_own_is_free() -> None:
    checks = {name: one for name, one in rules().row.checks.items() if name != "within-remit"}
    left = tuple(one for one in answered() if one.check != "within-remit")
    command = decline().model_copy(update={"checks": left, "policy": rules(checks=checks)})
    assert spec.given(registered()).when(command).outcome()


def test_a_judgement_unlike_the_length_says_why() -> None:
    paper = registered(text=SHORT)
    met = accept(checks=answers())
    spec.given(paper).when(met).then_refused("check-unlike-observation", "checks")
    assert spec.given(paper).when(accept(checks=answers(length="附图表"))).outcome()
    assert spec.given(registered()).when(met).outcome()
    unlike = decline("no-substance").model_copy(update={"checks": answers("substance", "length")})
    spec.given(registered()).when(unlike).then_refused("check-unlike-observation", "checks")


def test_a_judgement_unlike_the_signatures_says_why() -> None:
    joint = registered("suggestion", DEPUTY, COSIGNER, confirmed="p-n1")
    early = decline("not-signed")
    assert spec.given(joint).when(early).outcome()
    met = decline().model_copy(update={"checks": answers("within-remit")})
    spec.given(joint).when(met).then_refused("check-unlike-observation", "checks")


def test_a_row_without_checks_asks_nothing_and_takes_nothing() -> None:
    none = rules(checks={})
    (fact,) = spec.given(registered()).when(accept(policy=none, checks=())).outcome()
    assert (fact.checks, fact.checks_of) == ((), None)
    answered_all_the_same = accept(policy=none)
    spec.given(registered()).when(answered_all_the_same).then_refused("check-unknown", "checks")


def test_the_state_of_the_case_is_told_before_the_checklist() -> None:
    joint = registered("suggestion", DEPUTY, COSIGNER, confirmed="p-n1")
    bare = accept(checks=())
    spec.given(joint).when(bare).then_refused("cosigners-unconfirmed")


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"observes": "length"}, "needs `least` or `most`"),
        ({"least": 3}, "which nothing else has"),
        ({"observes": "length", "least": 9, "most": 3}, "below"),
        ({"unmet": "shrug"}, "unmet"),
        ({"basis": ""}, "basis"),
    ],
)
def test_rules_that_cannot_be_kept_are_refused(fields: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        CheckRules(**{"unmet": "explain", "basis": "x"} | fields)


@pytest.mark.parametrize(
    ("least", "most", "right"), [(3, None, (3, 99)), (None, 5, (0, 5)), (3, 5, (3, 5))]
)
def test_the_bounds_of_a_length_are_within_it(
    least: int | None, most: int | None, right: tuple[int, ...]
) -> None:
    rule = CheckRules(unmet="explain", basis="x", observes="length", least=least, most=most)
    assert all(rule.fits(size) for size in right)
    assert not (least and rule.fits(least - 1))
    assert not (most and rule.fits(most + 1))

"""Exemptions as they are asked for, by the place of a finding."""

from dataclasses import dataclass
from typing import Literal

import pytest

from services.disclosure.domain.decision.commands import DecideWithExemptions, ExemptionAsked
from services.disclosure.domain.decision.exemptions import exemptions_of
from shared.kernel.errors import RuleViolated
from tests.unit.disclosure.renditions import decide, noted, numbered, opened, proposed, spec

PHONE, WHY = "0539-8123456", "本局对外公布的值班电话"
TEXT = f"您提出的建议收悉，如有疑问请致电本局值班室{PHONE}，谢谢支持。"
START = TEXT.index(PHONE) + 1
WORDS = {"title": "关于停车的建议", "text": TEXT}


@dataclass(frozen=True)
class Asked:
    field: Literal["title", "text"]
    start: int
    reason: str = WHY


def test_an_exemption_says_what_the_screen_found_there_and_the_words_around_it() -> None:
    assert exemptions_of([Asked("text", START)], WORDS, ()) == (
        ExemptionAsked(
            field="text",
            start=START,
            length=len(PHONE),
            kind="landline",
            reason=WHY,
            excerpt=TEXT[START - 13 : START + len(PHONE) + 11],
        ),
    )


@pytest.mark.parametrize("asked", [Asked("text", START + 1), Asked("title", START)])
def test_a_place_where_nothing_is_found_is_refused(asked: Asked) -> None:
    with pytest.raises(RuleViolated) as refused:
        exemptions_of([asked], WORDS, ())
    assert (refused.value.rule, refused.value.field) == ("finding-unknown", "exemptions")


def exempt(exemptions: tuple[ExemptionAsked, ...]) -> DecideWithExemptions:
    plain = decide()
    fields = {name: getattr(plain, name) for name in type(plain).model_fields}
    return DecideWithExemptions(**fields, exemptions=exemptions)


def test_other_exemptions_of_the_same_decision_are_no_repetition() -> None:
    ready = (noted(), numbered(), proposed(public_text=TEXT), opened())
    found = exemptions_of([Asked("text", START)], WORDS, ())
    facts = spec.given(*ready).when(exempt(found)).outcome()
    spec.given(*ready, *facts).when(exempt(found)).then_nothing()
    other = tuple(each.model_copy(update={"reason": "另有理由"}) for each in found)
    again = spec.given(*ready, *facts).when(exempt(other)).outcome()
    assert [fact.type for fact in again] == ["disclosure.decided.v1", "findings.exempted.v1"]

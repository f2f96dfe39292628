"""Items that a paper asks for: listed, sealed, part of the text that is confirmed, opened."""

from typing import Any

import pytest

from services.intake.domain.calls.commands import AmendWording
from services.intake.domain.registration.asks import LONGEST_ASK
from services.intake.domain.resubmission.commands import ResubmitPaper
from services.intake.domain.screening.decider import words_to_open
from services.intake.domain.state import Case
from shared.contracts.intake import CaseAccepted
from shared.contracts.resubmission import PaperResubmitted
from shared.contracts.signers import digest_of
from shared.kernel.codes import LONGEST_WORDS
from shared.kernel.errors import RuleViolated
from shared.kernel.messages import Command, Event, Sealed
from shared.kernel.paper_rules import AskRules
from tests.unit.intake.papers import (
    COSIGNER,
    DEPUTY,
    MONDAY,
    TEXT,
    TITLE,
    accept,
    register,
    rules,
    send_back,
    spec,
)

BUS = Sealed(ref="a1", size=12, digest="d1")
DRAINS = Sealed(ref="a2", size=14, digest="d2")
ASKS = (BUS, DRAINS)


def history(*commands: Command) -> list[Event]:
    facts: list[Event] = []
    for command in commands:
        facts += spec.decider.decide(command, spec.decider.fold(facts))
    return facts


def case(*commands: Command) -> Case:
    state = spec.decider.fold(history(*commands))
    assert isinstance(state, Case)
    return state


def test_the_items_are_registered_in_their_order() -> None:
    assert case(register(asks=ASKS)).asks == ASKS


@pytest.mark.parametrize(
    ("asks", "changes", "rule", "field"),
    [
        ((BUS, BUS), {}, "ask-twice", "asks.1"),
        ((Sealed(ref="e", size=0, digest="e"),), {}, "ask-length", "asks.0"),
        ((BUS, Sealed(ref="l", size=LONGEST_ASK + 1, digest="l")), {}, "ask-length", "asks.1"),
        (ASKS, {"most": 1}, "asks-many", "asks"),
        ((BUS,), {"least": 2}, "asks-few", "asks"),
    ],
)
def test_what_is_listed_follows_the_policy_row(
    asks: tuple[Sealed, ...], changes: dict[str, Any], rule: str, field: str
) -> None:
    policy = rules(asks=AskRules(basis="x", **changes))
    spec.given().when(register(asks=asks, policy=policy)).then_refused(rule, field)


def test_text_and_items_together_are_as_long_as_a_text_may_be() -> None:
    long = Sealed(ref="x", size=LONGEST_WORDS - BUS.size + 1, digest="long")
    spec.given().when(register(text=long, asks=(BUS,))).then_refused("paper-length", "text")
    fits = Sealed(ref="x", size=LONGEST_WORDS - BUS.size, digest="long")
    assert case(register(text=fits, asks=(BUS,))).asks == (BUS,)


def test_a_cosigner_confirms_the_items_too() -> None:
    assert digest_of(TITLE, TEXT, ASKS) != digest_of(TITLE, TEXT, (DRAINS, BUS))
    assert case(register(asks=ASKS)).text_digest == digest_of(TITLE, TEXT, ASKS)
    assert case(register()).text_digest == digest_of(TITLE, TEXT)


def test_items_alone_may_be_amended_while_the_call_is_open() -> None:
    until = MONDAY.date().replace(day=20)
    called = register("suggestion", DEPUTY, COSIGNER, by="p-n1", call_until=until)
    fields: dict[str, Any] = {"at": MONDAY, "by": "p-n1", "policy": rules()}
    amend = AmendWording(**fields, title=TITLE, text=TEXT, asks=ASKS)
    assert case(called, amend).asks == ASKS
    spec.given(*history(called, amend)).when(amend).then()


def test_a_paper_comes_again_with_other_items() -> None:
    fields: dict[str, Any] = {"at": MONDAY, "by": "p-reg", "policy": rules()}
    again = ResubmitPaper(**fields, title=TITLE, text=TEXT, asks=(DRAINS,))
    facts = history(register(asks=ASKS), send_back(), again)
    assert isinstance(facts[-1], PaperResubmitted)
    assert case(register(asks=ASKS), send_back(), again).asks == (DRAINS,)
    same = again.model_copy(update={"asks": ASKS})
    with pytest.raises(RuleViolated, match="没有修改"):
        history(register(asks=ASKS), send_back(), same)


def test_acceptance_opens_the_items_of_open_kinds_in_their_order() -> None:
    state = case(register(asks=ASKS))
    assert words_to_open(accept(), state) == {
        "title": TITLE, "text": TEXT, "asks.0": BUS, "asks.1": DRAINS,
    }  # fmt: skip
    words = {"title": "案由", "text": "内容", "asks.0": "夜间公交", "asks.1": "排水管网"}
    (fact,) = history(register(asks=ASKS), accept(opened=words))[-1:]
    assert isinstance(fact, CaseAccepted)
    assert fact.asks == ("夜间公交", "排水管网")
    assert case(register(asks=ASKS), accept(opened=words)).asks == fact.asks


def test_an_item_that_the_vault_has_lost_stops_the_acceptance() -> None:
    words = {"title": "案由", "text": "内容", "asks.0": "夜间公交"}
    given = spec.given(*history(register(asks=ASKS)))
    given.when(accept(opened=words)).then_refused("text-missing", "asks.1")


def test_items_of_a_sealed_kind_stay_sealed() -> None:
    state = case(register("petition", asks=ASKS, purpose="appeal"))
    command = accept("petition")
    assert words_to_open(command, state) == {}
    fact = spec.decider.decide(command, state)[0]
    assert isinstance(fact, CaseAccepted)
    assert fact.asks == ASKS

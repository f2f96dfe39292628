"""A page is public when its letter turns out to accuse somebody: it comes down."""

from collections.abc import Iterable
from typing import Any

import pytest

from services.disclosure.domain.case.decider import WHY_CLOSED
from services.disclosure.domain.decider import DECIDER
from services.disclosure.domain.reactions import react
from services.disclosure.domain.state import Disclosure
from shared.contracts.disclosure import DisclosureWithdrawn
from shared.contracts.intake import CaseClassified
from shared.contracts.recusal import AgainstNamed
from shared.kernel.messages import Event, Recorded
from tests.unit.disclosure.renditions import (
    BOOK,
    CASE,
    MONDAY,
    ON_ITS_WAY,
    READY,
    TASK,
    disclosed,
    mark,
    stopped,
)

HEAD: dict[str, Any] = {**mark("petition", "letter").model_dump(), "at": MONDAY, "by": "p-office"}
RULES = BOOK.resolve("u-city", "petition", "letter", MONDAY)
PUBLIC = (*ON_ITS_WAY, disclosed())


def classified(purpose: str) -> CaseClassified:
    return CaseClassified(**HEAD, purpose=purpose, reason="更正")


def named(**who: Any) -> AgainstNamed:
    return AgainstNamed(**HEAD, **who)


def outcome(fact: Event, state: Disclosure) -> list[Event]:
    recorded = Recorded(
        id="i", stream=f"intake-{CASE}", version=9, event=fact, source="intake", agency="u-city",
        actor="p-office", recorded_at=MONDAY, correlation_id="r", case_id=CASE,
    )  # fmt: skip
    [reaction] = react(recorded)
    assert reaction.stream == f"disclosure-{CASE}"
    command = reaction.command.model_copy(update={"policy": RULES})
    return list(DECIDER.decide(command, state))


def after(facts: Iterable[Event], state: Disclosure) -> Disclosure:
    for fact in facts:
        state = DECIDER.evolve(state, fact)
    return state


ACCUSING = (
    classified("accusation"),
    named(units=("u-hou",)),
    named(persons=("p-boss",)),
    named(note="某科长"),
)


@pytest.mark.parametrize("fact", ACCUSING, ids=range(4))
@pytest.mark.parametrize("more", [(), (stopped(),)], ids=["running", "stopped"])
def test_the_page_of_a_letter_that_accuses_comes_down_once(
    fact: Event, more: tuple[Event, ...]
) -> None:
    state = DECIDER.fold((*PUBLIC, *more))
    [down] = outcome(fact, state)
    assert isinstance(down, DisclosureWithdrawn)
    assert (down.task, down.reason, down.by) == (TASK, WHY_CLOSED, "system:disclosure")
    gone = after([down], state)
    assert gone.publications[TASK].status == "withdrawn"
    assert [outcome(each, gone) for each in ACCUSING] == [[]] * 4


@pytest.mark.parametrize("fact", [classified("appeal"), classified("other"), named()])
def test_the_page_of_another_letter_stays(fact: Event) -> None:
    assert outcome(fact, DECIDER.fold(PUBLIC)) == []


@pytest.mark.parametrize("facts", [(), READY, ON_ITS_WAY], ids=["nothing", "ready", "on its way"])
def test_where_nothing_is_public_nothing_comes_down(facts: tuple[Event, ...]) -> None:
    """Intake refuses the next publication, also one that awaits its answer."""
    for fact in ACCUSING:
        assert outcome(fact, DECIDER.fold(facts)) == []

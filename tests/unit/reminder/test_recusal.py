"""Those whom a case is against are told nothing of it; the ladder above them goes on."""

from datetime import timedelta
from functools import reduce

from services.reminder.domain.commands import AdvanceClocks
from services.reminder.domain.decider import DECIDER
from services.reminder.domain.state import Clocks
from shared.contracts.reminder import CaseEscalated, ReminderSent
from shared.kernel.actor import Actor, Post
from shared.testing.organisation import city, county, organisation, seat, unit
from tests.unit.reminder.clocks import AT_THE_UNIT, HOLDERS, MONDAY, advance, due, follow, opening

ORGANS = {place.partition(":")[0] for place in HOLDERS} - {"u-hou", "u-city"}
TREE = organisation(
    MONDAY.date(),
    city(),
    county("u-c01", parent="u-city"),
    unit("u-hou", "u-c01"),
    *(unit(organ) for organ in sorted(ORGANS)),
    unit("u-fin"),
    seat("handler", "u-fin", person="p-office-supervision"),
    seat("section-head", "u-fin", person="p-head-delegate"),
)
AT_THE_UNIT_ONLY = {name for place, name in AT_THE_UNIT.items() if place.startswith("u-hou:")}


def told(*against: str) -> set[str | None]:
    """The people whom the ladder of a reply tells, with their delegates."""
    facts = list(DECIDER.decide(follow(opening()), Clocks()))
    state = reduce(DECIDER.evolve, facts, Clocks())
    later = advance(due().at + timedelta(days=60))
    command = AdvanceClocks(
        **later.model_dump(exclude={"delegates"}),
        delegates={place: (f"{name}-delegate",) for place, name in HOLDERS.items()},
        policy=later.policy,
        recused=frozenset(against),
        organisation=TREE,
    )
    rungs = [
        fact
        for fact in DECIDER.decide(command, state)
        if isinstance(fact, ReminderSent | CaseEscalated)
    ]
    return {fact.person for fact in rungs} | {name for fact in rungs for name in fact.delegates}


def test_without_a_recusal_the_unit_is_told() -> None:
    assert told() & AT_THE_UNIT_ONLY


def test_neither_the_accused_unit_nor_one_below_it_is_told_and_the_organ_still_is() -> None:
    for against in ("u-hou", "u-c01"):
        heard = told(against)
        assert not heard & (AT_THE_UNIT_ONLY | {f"{name}-delegate" for name in AT_THE_UNIT_ONLY})
        assert "p-office-supervision" in heard


def test_a_person_with_another_post_at_the_accused_unit_is_not_told_in_any() -> None:
    """As the pages of the case: such a person is a stranger there, also as a delegate."""
    everybody, heard = told("u-nowhere"), told("u-fin")
    kept = {"p-office-supervision", "p-office-supervision-delegate", "p-head-delegate"}
    assert kept <= everybody
    assert heard == everybody - kept | {None}


def test_an_accused_person_and_an_accused_delegate_are_not_told() -> None:
    heard = told("p-head", "p-handler-delegate")
    assert not {"p-head", "p-head-delegate", "p-handler-delegate"} & heard
    assert "p-handler" in heard


def test_a_recused_actor_has_no_post_left_but_others_keep_theirs() -> None:
    actor = Actor("p-1", (Post("head", "u-hou", ("u-hou", "u-c01", "u-city")),))
    assert actor.kept_from({"u-c01"}).posts == ()
    assert actor.kept_from({"u-c01"}).recused
    assert actor.kept_from({"u-c02"}) == actor
    assert Actor("system:reminder").kept_from({"system:reminder"}).recused is False

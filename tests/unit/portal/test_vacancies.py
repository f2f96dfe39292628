"""Vacant units: the posts that their open tasks need, or that they had before."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from services.portal.domain.register import CASE_REGISTER, fold
from services.portal.domain.vacancies import Places, VacantUnit, vacancies, waiting
from shared.contracts.directory import PersonBlocked, PostVacated
from shared.kernel.messages import Event
from shared.kernel.paper_rules import PurposeRules
from shared.service.config.policies import load_policies
from shared.testing.organisation import AT, city, organisation, seat, staffed, unit
from tests.unit.portal.life import CO, LEAD, START, as_recorded, life

TODAY = date(2025, 3, 3)
BOOK = load_policies(Path("deploy/policies"))
ROW = BOOK.resolve("u-city", "suggestion", "session", START).row
AGENCY = frozenset({"u-city"})
BOTH = (city(), *staffed("u-hou"), *staffed("u-fin"))


def case(steps: int, **more: Any) -> dict[str, Any]:
    document: dict[str, Any] = {"_id": "1" * 32}
    for fact in as_recorded(life()[:steps]):
        document[fact.source] = fold(document.get(fact.source, {}), fact)
    return {**document, **CASE_REGISTER.derive(document), **more}


def found(facts: Sequence[Event], *cases: dict[str, Any]) -> list[VacantUnit]:
    places = Places(organisation(TODAY, *facts))
    tasks = [(task, ROW) for each in cases for task in waiting(each)]
    return vacancies(tasks, places, places.without_holder(AGENCY, [ROW]))


def vacated(unit_: str, role: str) -> PostVacated:
    return PostVacated.model_validate(
        seat(role, unit_).model_dump(exclude={"valid_from", "type"}) | {"valid_to": TODAY}
    )


def test_open_tasks_wait_until_they_are_answered() -> None:
    assert [(each.task, each.unit) for each in waiting(case(7))] == [
        (LEAD, "u-hou"), (CO, "u-fin"),
    ]  # fmt: skip
    assert LEAD not in {each.task for each in waiting(case(11))}  # replied


def test_what_is_answered_or_ended_at_the_unit_waits_no_more() -> None:
    """Also where the part of assignment has not arrived yet."""
    moment, unit_of = "2025-04-01T01:00:00.000Z", {"unit": "u-hou"}
    handled = {
        "a": unit_of | {"part": "co", "opinion_at": moment},
        "b": unit_of | {"part": "lead", "opinion_at": moment, "due": moment},
        "c": unit_of | {"part": "lead", "ended": "removed"},
        "d": unit_of | {"part": "co"},
        "e": unit_of | {"part": "lead", "replied_at": moment},
    }
    rows = waiting({"handling": {"tasks": handled}})
    assert [(each.task, each.part, each.due) for each in rows] == [
        ("b", "lead", moment),
        ("d", "co", ""),
    ]


def test_a_unit_without_a_head_is_named_with_what_waits_there() -> None:
    [vacant] = found([*BOTH, vacated("u-hou", "head")], case(7), case(7))
    assert (vacant.unit, vacant.vacant, len(vacant.waiting)) == ("u-hou", [("head",)], 2)


def test_a_unit_where_somebody_else_signs_for_its_task_is_not_vacant() -> None:
    """A co-handler needs somebody who signs for its task; its head may."""
    assert found([*BOTH, vacated("u-fin", "liaison")], case(7)) == []


def test_a_post_that_became_vacant_is_named_before_anything_waits_there() -> None:
    [vacant] = found([*BOTH, vacated("u-fin", "head")])
    assert (vacant.unit, vacant.waiting) == ("u-fin", [])
    assert found([*BOTH, unit("u-npcsc-dep"), unit("u-hou-1", "u-hou", level="section")]) == []


def test_an_organ_without_any_officer_is_named_though_it_never_had_one() -> None:
    places = Places(organisation(TODAY, *BOTH, unit("u-npcsc-dep"), unit("u-openness")))
    [dep, openness] = places.without_officer("u-city", [ROW, ROW])
    assert (dep.unit, dep.vacant) == ("u-npcsc-dep", [("office",)])
    assert (openness.unit, openness.vacant) == ("u-openness", [("publisher",)])


def test_the_sample_has_an_officer_for_every_duty() -> None:
    """Petitions are never published: nobody is needed to decide on that."""
    organs = ("u-petition", "u-hotline", "u-cppcc-pro", "u-npcsc-dep", "u-supervision")
    seats = [fact for organ in organs for fact in (unit(organ), seat("office", organ))]
    open_ = (unit("u-openness"), seat("publisher", "u-openness"))
    places = Places(organisation(TODAY, city(), *seats, *open_))
    assert places.without_officer("u-city", BOOK.of_agency("u-city", START)) == []


def test_an_officer_of_a_section_below_an_organ_does_not_fill_its_post() -> None:
    section = unit("u-npcsc-dep-1", "u-npcsc-dep", level="section")
    below = (unit("u-npcsc-dep"), section, seat("office", "u-npcsc-dep-1"))
    assert [
        each.unit for each in Places(organisation(TODAY, *below)).without_officer("u-city", [ROW])
    ] == ["u-npcsc-dep"]
    filled = organisation(TODAY, *below, seat("office", "u-npcsc-dep"))
    assert Places(filled).without_officer("u-city", [ROW]) == []
    blocked = PersonBlocked(at=AT, person="p-npcsc-dep-office")
    gone = organisation(TODAY, *below, seat("office", "u-npcsc-dep"), blocked)
    assert len(Places(gone).without_officer("u-city", [ROW])) == 1


def test_a_unit_that_is_vacant_for_two_reasons_is_named_once() -> None:
    both = [VacantUnit("u-hou", [("head",)]), VacantUnit("u-hou", [("head",), ("office",)])]
    [vacant] = vacancies([], Places(organisation(TODAY, *BOTH)), both)
    assert vacant.vacant == [("head",), ("office",)]


def test_a_blocked_holder_and_one_whom_the_case_is_against_do_not_count() -> None:
    blocked = PersonBlocked(at=AT, person="p-hou-head")
    assert [each.unit for each in found([*BOTH, blocked], case(7))] == ["u-hou"]
    accused = case(7, against=["p-hou-head"])
    [vacant] = found(BOTH, accused, case(7))
    assert (vacant.unit, len(vacant.waiting)) == ("u-hou", 1)


def test_a_unit_that_the_case_is_against_is_named_whoever_works_there() -> None:
    accused = case(7, against=["u-hou"])
    [unit_] = found(BOTH, accused, case(7))
    assert (unit_.unit, unit_.vacant, unit_.obstacles) == ("u-hou", [], {LEAD: "recused"})
    assert [task.unit for task in unit_.waiting] == ["u-hou"]
    above = case(7, against=["u-city"])
    assert [each.unit for each in found(BOTH, above)] == ["u-fin", "u-hou"]


def test_a_unit_that_the_purpose_excludes_is_named() -> None:
    reserved = {"accusation": PurposeRules(units=("u-fin",))}
    row = ROW.model_copy(update={"purposes": reserved})
    places = Places(organisation(TODAY, *BOTH))
    tasks = [(task, row) for task in waiting(case(7, purpose="accusation"))]
    [unit_] = vacancies(tasks, places, ())
    assert (unit_.unit, unit_.obstacles) == ("u-hou", {LEAD: "misplaced"})


def test_units_for_which_most_tasks_wait_come_first() -> None:
    gone = [vacated("u-fin", "head"), vacated("u-hou", "head")]
    assert [each.unit for each in found([*BOTH, *gone], case(7))] == ["u-hou", "u-fin"]

"""Authorization: relations to a case, actions on offer; every fact adds up."""

from dataclasses import replace

import pytest

from services.assignment.domain.authorization import offers, relations, situation
from services.assignment.domain.decider import DECIDER
from services.assignment.domain.hand_out.commands import TaskCommand
from services.assignment.domain.hand_out.state import Assignment
from shared.contracts.assignment import FACTS
from shared.kernel.actor import Actor, Post
from shared.kernel.errors import NotFound
from shared.kernel.messages import Event
from shared.testing.samples import sample
from tests.unit.assignment.world import (
    CO,
    DAY,
    LEAD,
    MONDAY,
    OTHER_UNIT,
    RULES,
    assigned,
    closed,
    decided,
    objected,
    opened,
    progressed,
    reassigned,
    received,
    stopped,
)

OFFICE = Actor("p-office", (Post("office", "u-city", ("u-city",)),))
COUNTY = Actor("p-county", (Post("office", "u-c01", ("u-c01", "u-city")),))
SECTION = Actor("p-liaison", (Post("liaison", "u-hou-1", ("u-hou-1", "u-hou", "u-city")),))
CO_UNIT = Actor("p-fin", (Post("liaison", "u-fin", ("u-fin", "u-city")),))
DEPUTY, PARTNER = Actor("p-d1"), Actor("c-npc", client_of="u-city")
NOBODY = frozenset[str]()


def state(*history: Event) -> Assignment:
    return DECIDER.fold(history)  # type: ignore[arg-type]


ASSIGNED = state(opened(), assigned())


def about(task: str) -> TaskCommand:
    return TaskCommand(at=MONDAY, by="p-1", task=task)


def test_the_office_is_that_of_the_agency_itself() -> None:
    assert relations(OFFICE, None, ASSIGNED)["agency"] == {"office"}
    assert relations(COUNTY, None, ASSIGNED)["agency"] == NOBODY


def test_a_section_acts_for_its_bureau_and_for_no_other() -> None:
    assert relations(SECTION, about(LEAD.task), ASSIGNED)["task-unit"] == {"liaison"}
    assert relations(SECTION, about(CO.task), ASSIGNED)["co-unit"] == NOBODY
    assert relations(CO_UNIT, about(CO.task), ASSIGNED)["co-unit"] == {"liaison"}
    assert relations(CO_UNIT, about(LEAD.task), ASSIGNED)["task-unit"] == NOBODY


def test_a_unit_that_lost_its_task_has_no_part_in_the_case() -> None:
    moved = state(opened(), assigned(), reassigned())
    assert relations(SECTION, None, moved)["task-unit"] == NOBODY
    assert relations(SECTION, None, ASSIGNED)["task-unit"] == {"liaison"}


def test_proposers_and_the_platform_that_brought_the_case_are_known() -> None:
    assert relations(DEPUTY, None, ASSIGNED)["proposer"] == {"proposer"}
    assert relations(SECTION, None, ASSIGNED)["proposer"] == NOBODY
    assert ASSIGNED.mark is not None
    brought = replace(ASSIGNED, mark=ASSIGNED.mark.model_copy(update={"client": "c-npc"}))
    assert relations(PARTNER, None, brought)["client"] == {"client"}
    assert relations(PARTNER, None, ASSIGNED)["client"] == NOBODY
    assert relations(Actor("p-1"), None, ASSIGNED)["client"] == NOBODY


def test_a_case_that_is_not_known_here_is_not_found() -> None:
    with pytest.raises(NotFound):
        relations(OFFICE, None, Assignment())


@pytest.mark.parametrize(
    ("history", "name"),
    [
        ((), "unopened"),
        ((opened(),), "waiting"),
        ((opened(), assigned()), "assigned"),
        ((opened(), assigned(), closed()), "closed"),
        ((opened(), assigned(), stopped()), "stopped"),
    ],
)
def test_the_case_as_a_whole_is_in_one_situation(history: tuple[Event, ...], name: str) -> None:
    assert situation(None, state(*history)) == name


def test_a_task_is_in_the_situation_of_its_stage() -> None:
    assert situation(about(LEAD.task), ASSIGNED) == "handed-out"
    assert situation(about("f" * 12), ASSIGNED) == "unknown"


@pytest.mark.parametrize(
    ("history", "actions"),
    [
        ((opened(),), {"assign-case"}),
        ((), set()),
        (
            (opened(), assigned(LEAD)),
            {
                "receive-assignment",
                "propose-cohandler",
                "object-assignment",
                "enter-objection",
                "reassign",
                "add-cohandler",
            },
        ),
        (
            (opened(), assigned(LEAD), received()),
            {
                "propose-cohandler",
                "object-assignment",
                "enter-objection",
                "reassign",
                "add-cohandler",
            },
        ),
        ((opened(), assigned(LEAD), objected()), {"decide-objection", "add-cohandler"}),
        ((opened(), assigned(LEAD), objected(), decided(True)), {"reassign", "add-cohandler"}),
        (
            (opened(), assigned(LEAD), objected(), decided(False), received()),
            {"propose-cohandler", "reassign", "add-cohandler"},
        ),
        ((opened(), assigned(LEAD), stopped()), set()),
        ((opened(), assigned(LEAD), closed()), set()),
        (
            (opened(), assigned(LEAD), progressed("replied", LEAD.task)),
            {"receive-assignment"},
        ),
    ],
)
def test_only_what_would_not_be_refused_is_offered(
    history: tuple[Event, ...], actions: set[str]
) -> None:
    offered = offers(OFFICE, state(*history), MONDAY + DAY, RULES.row)
    assert {offer.action for offer in offered} - {"charge-leader"} == actions


def test_an_objection_is_offered_only_within_its_window() -> None:
    late = {offer.action for offer in offers(OFFICE, ASSIGNED, MONDAY + 30 * DAY, RULES.row)}
    assert "object-assignment" not in late
    assert "receive-assignment" in late


@pytest.mark.parametrize("fact", FACTS)
def test_every_fact_of_assignment_adds_up_on_any_state(fact: type[Event]) -> None:
    """The first one brings the mark of the case, and none takes a task away."""
    first = state(sample(fact, task=LEAD.task))
    assert first.mark is not None
    assert (first.mark.agency, first.mark.kind) == ("u-city", sample(fact).kind)  # type: ignore[attr-defined]
    later = state(opened(), assigned(LEAD), sample(fact, task=LEAD.task))
    assert LEAD.task in later.tasks
    assert later.mark == ASSIGNED.mark


def test_a_moved_task_remembers_who_had_it() -> None:
    moved = state(opened(), assigned(), reassigned())
    assert moved.tasks[OTHER_UNIT.task].formers == ("u-hou",)
    assert moved.tasks[LEAD.task].stage == "moved"

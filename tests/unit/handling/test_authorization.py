"""Authorization: relations to a case, actions on offer at each stage, readers of papers."""

from collections.abc import Sequence
from dataclasses import fields, replace

import pytest

from services.handling.app import SERVICE
from services.handling.domain.authorization import (
    offers,
    relations,
    relations_to_papers,
    situation,
)
from services.handling.domain.decider import DECIDER
from services.handling.domain.tasks.commands import TaskCommand
from services.handling.domain.tasks.state import Handling, Work
from shared.contracts import handling as facts
from shared.contracts.case_event import Acted, CaseEvent
from shared.kernel.actor import Actor, Post
from shared.kernel.errors import NotFound
from shared.kernel.messages import Event
from shared.testing.samples import sample
from tests.unit.handling.world import (
    CLOSED,
    CO,
    CO_PROPOSER,
    EXTENDING,
    LEAD,
    MONDAY,
    NEXT,
    PAUSING,
    RULES,
    SEPARATE,
    STAGES,
    STOPPED,
    joined,
    opened,
)

OFFICE = Actor("p-office", (Post("office", "u-city", ("u-city",)),))
COUNTY = Actor("p-county", (Post("office", "u-c01", ("u-c01", "u-city")),))
HEAD = Actor("p-head", (Post("head", "u-hou", ("u-hou", "u-city")),))
SECTION = ("u-hou-1", "u-hou", "u-city")
HANDLER = Actor("p-handler", (Post("handler", "u-hou-1", SECTION),))
INNER_HEAD = Actor("p-inner", (Post("head", "u-hou-1", SECTION),))
CO_UNIT = Actor("p-fin", (Post("liaison", "u-fin", ("u-fin", "u-city")),))
OTHER_UNIT = Actor("p-pol", (Post("liaison", "u-pol", ("u-pol", "u-city")),))
DEPUTY, PARTNER = Actor("p-d2"), Actor("c-npc", client_of="u-city")
NOBODY = frozenset[str]()


def state(*history: Event) -> Handling:
    return DECIDER.fold(history)  # type: ignore[arg-type]


TEAM = state(opened(), joined(), opened(SEPARATE))


def about(task: str) -> TaskCommand:
    return TaskCommand(at=MONDAY, by="p-1", task=task)


def test_the_office_is_that_of_the_agency_itself() -> None:
    assert relations(OFFICE, None, TEAM)["agency"] == {"office"}
    assert relations(COUNTY, None, TEAM)["agency"] == NOBODY


def test_a_section_acts_for_its_bureau_but_is_not_its_head() -> None:
    """广东省办法: the addressee replies itself."""
    assert relations(HANDLER, about(LEAD.task), TEAM)["task-unit"] == {"handler"}
    assert relations(HEAD, about(LEAD.task), TEAM)["task-unit"] == {"head"}
    assert relations(INNER_HEAD, about(LEAD.task), TEAM)["task-unit"] == NOBODY


def test_a_co_handler_is_one_only_for_its_own_task() -> None:
    assert relations(CO_UNIT, about(CO.task), TEAM)["co-unit"] == {"liaison"}
    assert relations(CO_UNIT, about(LEAD.task), TEAM)["co-unit"] == NOBODY
    assert relations(HEAD, about(CO.task), TEAM)["task-unit"] == NOBODY


def test_proposers_and_the_platform_that_brought_the_case_are_known() -> None:
    assert relations(DEPUTY, None, TEAM)["proposer"] == {"proposer"}
    assert TEAM.mark is not None
    brought = replace(TEAM, mark=TEAM.mark.model_copy(update={"client": "c-npc"}))
    assert relations(PARTNER, None, brought)["client"] == {"client"}
    assert relations(PARTNER, None, TEAM)["client"] == NOBODY
    assert relations(HEAD, None, TEAM)["client"] == NOBODY


def test_a_case_that_is_not_known_here_is_not_found() -> None:
    with pytest.raises(NotFound):
        relations(OFFICE, None, Handling())


def test_a_unit_that_lost_its_task_has_no_part_in_the_case() -> None:
    assert relations(HEAD, None, state(opened(), CLOSED))["task-unit"] == NOBODY


def test_a_lead_and_its_co_handlers_read_together_and_separate_units_alone() -> None:
    lead, co, separate = (TEAM.works[task.task] for task in (LEAD, CO, SEPARATE))
    assert relations_to_papers(CO_UNIT, lead, TEAM)["co-unit"] == {"liaison"}
    assert relations_to_papers(HEAD, co, TEAM)["task-unit"] == {"head"}
    assert relations_to_papers(HEAD, separate, TEAM)["task-unit"] == NOBODY
    assert relations_to_papers(OTHER_UNIT, separate, TEAM)["task-unit"] == {"liaison"}
    assert relations_to_papers(OTHER_UNIT, lead, TEAM)["task-unit"] == NOBODY


@pytest.mark.parametrize(("stage", "history"), STAGES.items())
def test_the_situation_of_a_task_is_its_stage(stage: str, history: Sequence[Event]) -> None:
    task = CO if stage == "opining" else LEAD
    name = "working" if stage == "returned" else stage
    assert situation(about(task.task), state(*history)) == name


def test_every_action_is_offered_at_some_stage_with_its_task() -> None:
    histories = (*STAGES.values(), *EXTENDING, *PAUSING)
    offered = [
        offer for history in histories for offer in offers(OFFICE, state(*history), RULES.row)
    ]
    assert {offer.action for offer in offered} == set(SERVICE.action_names)
    assert {offer.target for offer in offered} == {LEAD.task, CO.task}


@pytest.mark.parametrize(
    ("history", "name"),
    [((), "unopened"), ((opened(),), "under-way"), ((opened(), STOPPED), "stopped")],
)
def test_the_case_as_a_whole_is_in_one_situation(history: tuple[Event, ...], name: str) -> None:
    assert situation(None, state(*history)) == name
    assert situation(about("f" * 12), state()) == "unknown"


WORK = [fact for fact in facts.ABOUT_A_CASE if issubclass(fact, Acted | facts.CaseReplied)]


@pytest.mark.parametrize("fact", facts.ABOUT_A_CASE)
def test_every_fact_of_handling_adds_up_on_any_state(fact: type[Event]) -> None:
    """The first one brings the mark of the case, and none takes a task away."""
    if issubclass(fact, CaseEvent):
        first = state(sample(fact, task=LEAD.task))
        assert first.mark is not None
        assert (first.mark.agency, first.mark.kind) == ("u-city", "suggestion")
    later = state(opened(), joined(), sample(fact, task=LEAD.task))
    assert later.works.keys() == {LEAD.task, CO.task}
    assert later.mark == TEAM.mark


@pytest.mark.parametrize("fact", WORK)
def test_work_is_kept_with_its_task_as_it_was_recorded(fact: type[Event]) -> None:
    done = sample(fact, task=CO.task)
    before, after = state(opened(), joined()), state(opened(), joined(), done)
    assert after.works[LEAD.task] == before.works[LEAD.task]
    old, new = before.works[CO.task], after.works[CO.task]
    changed = [f.name for f in fields(Work) if getattr(old, f.name) != getattr(new, f.name)]
    assert changed, "a fact about an earlier one finds that in the history of this test"
    assert all(getattr(new, name) for name in changed)


def test_the_proposers_of_a_case_are_those_of_its_tasks() -> None:
    assert CO_PROPOSER in TEAM.proposers
    assert NEXT.task not in TEAM.works

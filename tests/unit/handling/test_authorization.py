"""Authorization: relations to a case, actions on offer at each stage, readers of papers."""

from dataclasses import fields, replace

import pytest

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
from shared.contracts.case_event import Acted
from shared.kernel.actor import Actor, Post
from shared.kernel.errors import NotFound
from shared.kernel.messages import Event
from shared.testing.samples import sample
from tests.unit.handling.world import (
    CO,
    CO_PROPOSER,
    LEAD,
    MONDAY,
    NEXT,
    READY,
    SEPARATE,
    head,
    joined,
    opened,
    returned,
    signed,
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
REPLIED = facts.CaseReplied(
    **head(),
    task=LEAD.task,
    unit="u-hou",
    part="lead",
    number="临建字〔2025〕1号",
    letter="A",
    meaning="solved",
    on_time=True,
)
STOPPED = facts.HandlingStopped(**head(), reason="withdrawn")
CLOSED = facts.TaskClosed(**head(), task=LEAD.task, unit=LEAD.unit, reason="reassigned")
NOTES = {"record-contact", "report-progress"}


def state(*history: Event) -> Handling:
    return DECIDER.fold(history)  # type: ignore[arg-type]


TEAM = state(opened(), joined(), opened(SEPARATE))


def about(task: str) -> TaskCommand:
    return TaskCommand(at=MONDAY, by="p-1", task=task)


def offered(found: Handling) -> set[tuple[str, str | None]]:
    return {(offer.action, offer.target) for offer in offers(OFFICE, found)}


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


@pytest.mark.parametrize(
    ("history", "stage", "actions"),
    [
        ((opened(),), "working", {*NOTES, "submit-draft"}),
        (READY, "drafted", {*NOTES, "submit-draft", "return-draft", "sign-reply"}),
        ((*READY, returned()), "working", {*NOTES, "submit-draft"}),
        ((*READY, signed()), "signed", {*NOTES, "deliver-reply"}),
        ((*READY, signed(), REPLIED), "replied", NOTES),
        ((opened(), CLOSED), "closed", set()),
        ((opened(), STOPPED), "stopped", set()),
        ((opened(LEAD, 2, higher_signer=True),), "working-higher", {*NOTES, "submit-draft"}),
    ],
)
def test_every_stage_offers_what_fits_it(
    history: tuple[Event, ...], stage: str, actions: set[str]
) -> None:
    found = state(*history)
    assert situation(about(LEAD.task), found) == stage
    assert offered(found) == {(action, LEAD.task) for action in actions}


def test_a_co_handler_is_offered_its_opinion() -> None:
    found = state(joined())
    assert offered(found) == {(name, CO.task) for name in {*NOTES, "give-opinion"}}
    assert situation(about(CO.task), found) == "opining"


@pytest.mark.parametrize(
    ("history", "name"),
    [((), "unopened"), ((opened(),), "under-way"), ((opened(), STOPPED), "stopped")],
)
def test_the_case_as_a_whole_is_in_one_situation(history: tuple[Event, ...], name: str) -> None:
    assert situation(None, state(*history)) == name
    assert situation(about("f" * 12), state()) == "unknown"


WORK = [fact for fact in facts.FACTS if issubclass(fact, Acted | facts.CaseReplied)]


@pytest.mark.parametrize("fact", facts.FACTS)
def test_every_fact_of_handling_adds_up_on_any_state(fact: type[Event]) -> None:
    """The first one brings the mark of the case, and none takes a task away."""
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
    assert [getattr(new, name) for name in changed] in ([done], [(done,)])


def test_the_proposers_of_a_case_are_those_of_its_tasks() -> None:
    assert CO_PROPOSER in TEAM.proposers
    assert NEXT.task not in TEAM.works

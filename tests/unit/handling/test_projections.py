"""What somebody is to a case, what is offered at each stage, who reads with whom."""

from dataclasses import replace

import pytest

from services.handling.domain.authorization import offers, readers, relations, situation
from services.handling.domain.commands import About
from services.handling.domain.decider import DECIDER
from services.handling.domain.state import PLACES, Handling
from shared.contracts import handling as facts
from shared.kernel.actor import Actor, Post
from shared.kernel.errors import NotFound
from shared.kernel.messages import Event
from tests.unit.handling.world import (
    CO,
    CO_PROPOSER,
    LEAD,
    LEAD_PROPOSER,
    NEXT,
    READY,
    SEPARATE,
    contacted,
    delivered,
    drafted,
    gave_opinion,
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


def about(task: str) -> About:
    return About(task=task)


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
    assert readers(CO_UNIT, lead, TEAM)["co-unit"] == {"liaison"}
    assert readers(HEAD, co, TEAM)["task-unit"] == {"head"}
    assert readers(HEAD, separate, TEAM)["task-unit"] == NOBODY
    assert readers(OTHER_UNIT, separate, TEAM)["task-unit"] == {"liaison"}
    assert readers(OTHER_UNIT, lead, TEAM)["task-unit"] == NOBODY


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
    assert set(offers(found)) == {(action, LEAD.task) for action in actions}


def test_a_co_handler_is_offered_its_opinion() -> None:
    found = state(joined())
    assert set(offers(found)) == {(name, CO.task) for name in {*NOTES, "give-opinion"}}
    assert situation(about(CO.task), found) == "opining"


@pytest.mark.parametrize(
    ("history", "name"),
    [((), "unopened"), ((opened(),), "under-way"), ((opened(), STOPPED), "stopped")],
)
def test_the_case_as_a_whole_is_in_one_situation(history: tuple[Event, ...], name: str) -> None:
    assert situation(None, state(*history)) == name
    assert situation(about("f" * 12), state()) == "unknown"


def test_every_fact_of_handling_adds_up_on_any_state() -> None:
    reported = facts.ProgressReported(
        **head(), task=LEAD.task, unit="u-hou", by="p-1", node="review", text="已审核"
    )
    refused = {"task": CO.task, "unit": "u-fin"}
    samples: list[Event] = [
        opened(), joined(), facts.CohandlerRefused(**head(), **refused), CLOSED,
        facts.TaskCloseRefused(**head(), **refused), contacted(), reported, gave_opinion(),
        drafted(), returned(), signed(), delivered(LEAD_PROPOSER), REPLIED, STOPPED,
    ]  # fmt: skip
    assert {type(one) for one in samples} == set(facts.FACTS)
    for fact in samples:
        assert state(fact).mark == TEAM.mark
        assert state(opened(), joined(), fact).works.keys() >= {LEAD.task}
    done = state(opened(), joined(), *samples[5:13])
    assert all(getattr(done.works[LEAD.task], place) for place in set(PLACES.values()) - {
        "opinions"
    })  # fmt: skip
    assert done.works[CO.task].opinions
    assert CO_PROPOSER in done.proposers
    assert NEXT.task not in done.works

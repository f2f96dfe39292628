"""Reactions of disclosure to foreign facts, which may arrive in any order."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from services.disclosure.domain.authorization import relations, situation
from services.disclosure.domain.case.commands import NoteCase, StopDisclosure
from services.disclosure.domain.decider import DECIDER
from services.disclosure.domain.proposal.commands import OpenDisclosure, ProposeDisclosure
from services.disclosure.domain.publication.commands import EndRequest, PublishDisclosure
from services.disclosure.domain.reactions import react
from services.disclosure.domain.state import Disclosure
from shared.contracts import handling, intake
from shared.contracts.case_event import Proposer
from shared.kernel.actor import Actor, Post
from shared.kernel.messages import Command, Event, Reaction, Recorded, RuledCommand, Sealed
from tests.unit.disclosure.renditions import (
    CASE,
    LABEL,
    MONDAY,
    PROPOSAL,
    READY,
    REPLIED_ON,
    REQUEST,
    RULES,
    TASK,
    TEXT,
    TITLE,
    UNIT,
    decide,
    mark,
    stopped,
)

HEAD: dict[str, Any] = {**mark().model_dump(), "at": MONDAY}
DEPUTY = Proposer(id="p-d1", known=True, masked="王建国", part="lead")
CITIZEN = Proposer(id="x-" + "1" * 12, known=False, masked="张**", part="co")
SEALED = Sealed(ref="r", size=9, digest="d")


def accepted(title: str | Sealed = TITLE) -> intake.CaseAccepted:
    return intake.CaseAccepted(
        **HEAD,
        by="p-office",
        title=title,
        text="正文",
        proposers=(DEPUTY, CITIZEN),
        subject="urban-environment",
        region="direct",
        consent=True,
        received_on=MONDAY.date(),
    )


def signed() -> handling.ReplySigned:
    return handling.ReplySigned(
        **HEAD,
        task=TASK,
        unit=UNIT,
        by="p-head",
        number="临住建字〔2025〕12号",
        version=2,
        meaning="in-progress",
        letter="B",
        public_text=TEXT,
        digest="ab" * 32,
        disclosure=PROPOSAL,
        recipients=(DEPUTY,),
    )


def replied() -> handling.CaseReplied:
    return handling.CaseReplied(
        **HEAD,
        task=TASK,
        unit=UNIT,
        part="lead",
        number="临住建字〔2025〕12号",
        letter="B",
        meaning="in-progress",
        on_time=True,
    )


NUMBERED = intake.CaseNumbered(**HEAD, number=58, label=LABEL)
WITHDRAWN = intake.CaseWithdrawn(**HEAD, by="p-d1")
INTAKE = (accepted(), NUMBERED)
HANDLING = (signed(), replied())


def seen(event: Event, version: int = 1) -> Recorded:
    source = type(event).__module__.rpartition(".")[2]
    return Recorded(
        id=f"{source}-{version}",
        stream=f"{source}-{CASE}",
        version=version,
        event=event,
        source=source,
        agency="u-city",
        actor="p-1",
        recorded_at=MONDAY,
        correlation_id="r-1",
        case_id=CASE,
    )


def only(event: Event) -> Reaction:
    (reaction,) = react(seen(event))
    assert reaction.stream == f"disclosure-{CASE}"
    return reaction


def test_an_accepted_case_is_noted_with_the_public_names_only() -> None:
    command = only(accepted()).command
    assert isinstance(command, NoteCase)
    assert (command.title, command.names, command.consent) == (TITLE, ("王建国",), True)
    assert (command.subject, command.region) == ("urban-environment", "direct")
    assert command.mark == mark()


def test_a_sealed_title_is_not_noted() -> None:
    command = only(accepted(SEALED)).command
    assert isinstance(command, NoteCase)
    assert command.title is None


def test_number_and_case_are_two_commands_of_two_facts() -> None:
    assert isinstance(only(NUMBERED).command, NoteCase)
    assert {only(accepted()).key, only(NUMBERED).key} == {"case", "number"}


def test_signature_and_delivery_bring_the_publication() -> None:
    assert isinstance(only(signed()).command, ProposeDisclosure)
    opening = only(replied()).command
    assert isinstance(opening, OpenDisclosure)
    assert (opening.replied_on, only(replied()).key) == (REPLIED_ON, TASK)


def test_intakes_answers_end_the_request() -> None:
    payload = {**HEAD, "task": TASK, "request": REQUEST}
    cleared = only(intake.PublicationCleared(**payload))
    refused = only(intake.PublicationRefused(**payload, reason="withdrawn"))
    assert isinstance(cleared.command, PublishDisclosure)
    assert isinstance(refused.command, EndRequest)
    assert (cleared.key, refused.key, cleared.command.case) == (REQUEST, REQUEST, CASE)


@pytest.mark.parametrize(
    ("event", "reason"),
    [(WITHDRAWN, "withdrawn"), (intake.CaseErased(**HEAD, by="p-1", reason="asked"), "erased")],
)
def test_withdrawn_and_erased_stop_it(event: Event, reason: str) -> None:
    command = only(event).command
    assert isinstance(command, StopDisclosure)
    assert command.reason == reason


def test_other_facts_are_none_of_its_business() -> None:
    declined = intake.CaseDeclined(**HEAD, by="p-1", reason="no-substance")
    assert react(seen(declined)) == []


def interleavings(left: tuple[Any, ...], right: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    if not left or not right:
        yield left + right
        return
    for rest in interleavings(left[1:], right):
        yield (left[0], *rest)
    for rest in interleavings(left, right[1:]):
        yield (right[0], *rest)


def imported(facts: tuple[Event, ...]) -> Disclosure:
    state = DECIDER.initial
    for fact in facts:
        for reaction in react(seen(fact)):
            for event in DECIDER.decide(ruled(reaction.command), state):
                state = DECIDER.evolve(state, event)
    return state


def ruled(command: Command) -> Any:
    ask = isinstance(command, RuledCommand)
    return command.model_copy(update={"policy": RULES}) if ask else command


def test_imports_commute_across_streams() -> None:
    states = [imported(order) for order in interleavings(INTAKE, HANDLING)]
    assert len(states) == 6
    assert all(state == states[0] for state in states)
    assert states[0].publications[TASK].status == "open"


def test_whenever_the_withdrawal_arrives_nothing_can_be_decided_any_more() -> None:
    for order in interleavings((*INTAKE, WITHDRAWN), HANDLING):
        state = imported(order)
        assert state.stopped == "withdrawn"
        assert situation(None, state) == "stopped"
        with pytest.raises(Exception, match="撤回"):
            DECIDER.decide(decide(), state)


def test_relations_are_those_to_the_replying_unit_and_to_the_agency() -> None:
    state = DECIDER.fold(READY)
    at_unit = Actor("p-1", (Post("publisher", UNIT, (UNIT, "u-city")),))
    at_agency = Actor("p-2", (Post("publisher", "u-city", ("u-city",)),))
    elsewhere = Actor("p-3", (Post("publisher", "u-pol", ("u-pol", "u-city")),))
    roles = [relations(actor, decide(), state) for actor in (at_unit, at_agency, elsewhere)]
    assert [(sorted(r["task-unit"]), sorted(r["agency"])) for r in roles] == [
        (["publisher"], []),
        ([], ["publisher"]),
        ([], []),
    ]
    assert state.mark is not None
    brought = replace(state, mark=state.mark.model_copy(update={"client": "c-1"}))
    assert relations(Actor("c-1", client_of="u-city"), None, brought)["client"] == {"client"}
    assert relations(Actor("c-1", client_of="u-city"), None, state)["client"] == frozenset()
    assert situation(decide(), state) == "open"
    assert situation(decide(), DECIDER.evolve(state, stopped())) == "stopped"
